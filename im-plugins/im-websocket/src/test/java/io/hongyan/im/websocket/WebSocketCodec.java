package io.hongyan.im.websocket;

import static org.junit.jupiter.api.Assertions.assertTrue;

import io.hongyan.im.Message;
import io.hongyan.im.test.virtual.ClientCodec;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;

/**
 * A client of RFC 6455 for a simulated server: asks for the upgrade, sends masked frames, some of them in fragments with control frames
 * between, answers Ping and Close, and checks every frame that it reads.
 */
final class WebSocketCodec implements ClientCodec {
    private static final String END_OF_HEAD = "\r\n\r\n";

    private final boolean fragments;
    private byte[] pending = {};
    private boolean upgraded;
    private boolean closed;
    private int sent;

    /**
     * Makes a client.
     *
     * @param fragments whether it cuts its messages into frames
     */
    WebSocketCodec(boolean fragments) {
        this.fragments = fragments;
    }

    @Override
    public byte[] opening() {
        return WebSocketClient.latin1(WebSocketClient.request());
    }

    @Override
    public byte[] encode(Message message) {
        int opcode = message.isText() ? ClientFrame.TEXT : ClientFrame.BINARY;
        sent++;
        return Fragments.of(opcode, message.bytes(), fragments ? sent % 3 : 0, sent);
    }

    @Override
    public void decode(ByteBuffer received, Sink sink) {
        int before = pending.length;
        pending = Arrays.copyOf(pending, before + received.remaining());
        received.get(pending, before, pending.length - before);
        if (!upgraded && !upgrade()) {
            return;
        }
        while (isFrameThere()) {
            assertTrue(!closed, "a frame after a Close frame");
            Reading reading = new Reading();
            take(reading.frame(), sink);
            pending = Arrays.copyOfRange(pending, reading.position, pending.length);
        }
    }

    private boolean upgrade() {
        String head = new String(pending, StandardCharsets.ISO_8859_1);
        int end = head.indexOf(END_OF_HEAD);
        if (end < 0) {
            return false;
        }
        assertTrue(head.startsWith("HTTP/1.1 101 "), head);
        assertTrue(head.contains(WebSocketClient.ACCEPT), head);
        pending = Arrays.copyOfRange(pending, end + END_OF_HEAD.length(), pending.length);
        upgraded = true;
        return true;
    }

    private boolean isFrameThere() {
        if (pending.length < 2) {
            return false;
        }
        int form = pending[1] & 0x7F;
        int header = form < 126 ? 2 : form == 126 ? 4 : 10;
        if (pending.length < header) {
            return false;
        }
        long length = form;
        if (form >= 126) {
            length = 0;
            for (int i = 2; i < header; i++) {
                length = length << 8 | pending[i] & 0xFF;
            }
        }
        return pending.length - header >= length;
    }

    private void take(ServerFrame frame, Sink sink) {
        switch (frame.opcode()) {
            case ClientFrame.TEXT -> text(frame.text(), sink);
            case ClientFrame.BINARY -> sink.message(Message.binary(frame.payload()));
            case ClientFrame.PING -> sink.reply(ClientFrame.of(ClientFrame.FIN | ClientFrame.PONG, frame.payload()));
            case ClientFrame.CLOSE -> {
                closed = true;
                sink.notice("closing " + frame.status() + " " + frame.reason());
                sink.reply(ClientFrame.of(ClientFrame.FIN | ClientFrame.CLOSE, frame.payload()));
            }
            default -> assertTrue(frame.opcode() == ClientFrame.PONG, frame.toString());
        }
    }

    private static void text(String text, Sink sink) {
        if (text.startsWith("!missed ")) {
            sink.notice(text.substring(1));
        } else {
            sink.message(Message.text(text));
        }
    }

    /** One frame out of what is pending. */
    private final class Reading implements ServerFrame.Source {
        private int position;

        ServerFrame frame() {
            try {
                return ServerFrame.read(this);
            } catch (IOException e) {
                throw new AssertionError(e);
            }
        }

        @Override
        public int readByte() {
            return pending[position++] & 0xFF;
        }

        @Override
        public byte[] readBytes(int count) {
            position += count;
            return Arrays.copyOfRange(pending, position - count, position);
        }
    }
}
