package io.hongyan.im.websocket;

import io.hongyan.im.CloseReason;
import io.hongyan.im.Message;
import io.hongyan.im.spi.Encoder;
import io.hongyan.im.spi.Wire;
import java.nio.charset.StandardCharsets;

/** Each message as one frame, text or binary. What the server says by itself in text begins with {@code !}. */
final class FrameEncoder implements Encoder {
    /** All sessions without compression share this one, whatever their server. */
    static final FrameEncoder PLAIN = new FrameEncoder();

    private static final Wire PING = Frame.of(Opcode.PING, new byte[0]);

    private FrameEncoder() {}

    static int opcode(boolean text) {
        return text ? Opcode.TEXT : Opcode.BINARY;
    }

    @Override
    public Wire encode(Message message) {
        int length = message.length();
        int header = Frame.headerBytes(length);
        byte[] frame = new byte[header + length];
        Frame.putHeader(frame, Frame.FIN | opcode(message.isText()), length);
        message.buffer().get(frame, header, length);
        return Wire.of(frame);
    }

    @Override
    public Wire gap(long missed) {
        return Frame.of(Opcode.TEXT, ("!missed " + missed).getBytes(StandardCharsets.UTF_8));
    }

    @Override
    public Wire closing(CloseReason reason) {
        return CloseFrame.of(reason);
    }

    @Override
    public Wire ping() {
        return PING;
    }
}
