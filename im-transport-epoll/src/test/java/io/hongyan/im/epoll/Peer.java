package io.hongyan.im.epoll;

import io.hongyan.im.test.client.FrameClient;
import io.hongyan.im.test.client.LineClient;
import io.hongyan.im.test.client.RawClient;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.Optional;

/** A client that says texts in some protocol, and reads them. */
interface Peer {
    RawClient client();

    byte[] encoded(String text);

    /** What comes next; empty at the end. */
    Optional<String> next() throws IOException;

    /** The beginning of a message over the limit, at least. */
    byte[] tooLong();

    /** What the protocol forbids. */
    byte[] invalid();

    /** A client of lines. */
    record OfLines(LineClient client) implements Peer {
        @Override
        public byte[] encoded(String text) {
            return (text + "\n").getBytes(StandardCharsets.UTF_8);
        }

        @Override
        public Optional<String> next() throws IOException {
            return client.lineOrEnd();
        }

        @Override
        public byte[] tooLong() {
            return encoded("y".repeat(Script.MOST_BYTES + 50));
        }

        @Override
        public byte[] invalid() {
            return new byte[] {'b', 'a', 'd', (byte) 0xFF, '\n'};
        }
    }

    /** A client of frames, which hold text. */
    record OfFrames(FrameClient client) implements Peer {
        @Override
        public byte[] encoded(String text) {
            return FrameClient.encoded(text.getBytes(StandardCharsets.UTF_8));
        }

        @Override
        public Optional<String> next() throws IOException {
            int first = client.readByte();
            if (first < 0) {
                return Optional.empty();
            }
            int header = ByteBuffer.allocate(Integer.BYTES)
                    .put((byte) first)
                    .put(client.readBytes(Integer.BYTES - 1))
                    .getInt(0);
            String text = new String(client.readBytes(header & Integer.MAX_VALUE), StandardCharsets.UTF_8);
            return Optional.of(header < 0 ? "control: " + text : text);
        }

        @Override
        public byte[] tooLong() {
            return encoded("y".repeat(Script.MOST_BYTES + 50));
        }

        @Override
        public byte[] invalid() {
            return ByteBuffer.allocate(Integer.BYTES).putInt(1 << 31 | 5).array();
        }
    }
}
