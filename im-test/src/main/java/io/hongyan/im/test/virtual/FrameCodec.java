package io.hongyan.im.test.virtual;

import io.hongyan.im.Message;
import io.hongyan.im.test.client.FrameClient;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;

/** A client of {@code frame}. */
final class FrameCodec implements ClientCodec {
    private ByteBuffer pending = ByteBuffer.allocate(0);

    @Override
    public byte[] encode(Message message) {
        return FrameClient.encoded(message.bytes());
    }

    @Override
    public void decode(ByteBuffer received, Sink sink) {
        pending = ByteBuffer.allocate(pending.remaining() + received.remaining())
                .put(pending)
                .put(received)
                .flip();
        while (pending.remaining() >= Integer.BYTES) {
            int header = pending.getInt(pending.position());
            int length = header & Integer.MAX_VALUE;
            if (pending.remaining() - Integer.BYTES < length) {
                return;
            }
            byte[] payload = new byte[length];
            pending.getInt();
            pending.get(payload);
            if (header < 0) {
                sink.notice(new String(payload, StandardCharsets.UTF_8));
            } else {
                sink.message(Message.binary(payload));
            }
        }
    }
}
