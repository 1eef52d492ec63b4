package io.hongyan.im.test.client;

import java.io.IOException;
import java.net.InetSocketAddress;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;

/** A client that speaks {@code frame}. */
public final class FrameClient extends RawClient {
    /**
     * What the server sent.
     *
     * @param control whether the server says it by itself (the top bit of the length)
     * @param payload the bytes behind the length, read-only
     */
    public record Frame(boolean control, ByteBuffer payload) {
        /**
         * The payload as text.
         *
         * @return the text
         */
        public String text() {
            return StandardCharsets.UTF_8.decode(payload.duplicate()).toString();
        }
    }

    /**
     * A client of a connection that is there.
     *
     * @param end this client's alone
     */
    public FrameClient(ClientEnd end) {
        super(end);
    }

    /**
     * Connects a socket.
     *
     * @param server where to
     * @throws IOException if it cannot connect
     */
    public FrameClient(InetSocketAddress server) throws IOException {
        super(server, 0);
    }

    /**
     * A frame's bytes.
     *
     * @param payload its payload
     * @return length and payload
     */
    public static byte[] encoded(byte[] payload) {
        return ByteBuffer.allocate(Integer.BYTES + payload.length)
                .putInt(payload.length)
                .put(payload)
                .array();
    }

    /**
     * Sends one frame, in one write.
     *
     * @param payload its payload
     * @throws IOException if the connection has failed
     */
    public void send(byte[] payload) throws IOException {
        sendBytes(encoded(payload));
    }

    /**
     * Sends the length of a frame and nothing behind it.
     *
     * @param length any number
     * @throws IOException if the connection has failed
     */
    public void sendLength(int length) throws IOException {
        sendBytes(ByteBuffer.allocate(Integer.BYTES).putInt(length).array());
    }

    /**
     * Reads one frame.
     *
     * @return the frame
     * @throws IOException if the connection fails or ends
     */
    public Frame frame() throws IOException {
        int header = ByteBuffer.wrap(readBytes(Integer.BYTES)).getInt();
        ByteBuffer payload =
                ByteBuffer.wrap(readBytes(header & Integer.MAX_VALUE)).asReadOnlyBuffer();
        return new Frame(header < 0, payload);
    }

    /**
     * The next frame must be a message of these bytes.
     *
     * @param payload the bytes
     * @throws IOException if the connection has failed
     */
    public void expectFrame(byte[] payload) throws IOException {
        Frame frame = frame();
        if (frame.control()) {
            throw new AssertionError(
                    "expected a message of " + payload.length + " bytes, the server says " + frame.text());
        }
        if (!frame.payload().equals(ByteBuffer.wrap(payload))) {
            throw new AssertionError("expected a message of " + payload.length + " bytes, got another of "
                    + frame.payload().remaining());
        }
    }
}
