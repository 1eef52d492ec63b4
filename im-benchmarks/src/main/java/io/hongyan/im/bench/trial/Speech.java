package io.hongyan.im.bench.trial;

import java.io.ByteArrayOutputStream;
import java.io.DataInputStream;
import java.io.EOFException;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;

/** How a client speaks. */
enum Speech {
    LINE {
        @Override
        byte[] opening() {
            return new byte[0];
        }

        @Override
        byte[] message(byte[] payload) {
            byte[] line = Arrays.copyOf(payload, payload.length + 1);
            line[payload.length] = '\n';
            return line;
        }

        @Override
        byte[] receive(DataInputStream input) throws IOException {
            return until(input, '\n');
        }
    },

    FRAME {
        @Override
        byte[] opening() {
            return new byte[0];
        }

        @Override
        byte[] message(byte[] payload) {
            return ByteBuffer.allocate(4 + payload.length)
                    .putInt(payload.length)
                    .put(payload)
                    .array();
        }

        @Override
        byte[] receive(DataInputStream input) throws IOException {
            return exactly(input, input.readInt());
        }
    },

    WEBSOCKET {
        @Override
        byte[] opening() {
            return WebSocketBytes.request(false);
        }

        @Override
        byte[] message(byte[] payload) {
            return WebSocketBytes.frame(WebSocketBytes.TEXT, payload);
        }

        @Override
        void heed(DataInputStream input) throws IOException {
            byte[] line = until(input, '\n');
            while (line.length > 1) {
                line = until(input, '\n');
            }
        }

        // A Close frame counts as the end; nobody is pinged who talks all the time.
        @Override
        byte[] receive(DataInputStream input) throws IOException {
            int first = input.readUnsignedByte();
            int length = input.readUnsignedByte();
            if (length == 126) {
                length = input.readUnsignedShort();
            } else if (length == 127) {
                length = Math.toIntExact(input.readLong());
            }
            byte[] payload = exactly(input, length);
            if (first == WebSocketBytes.CLOSE) {
                int status = ByteBuffer.wrap(payload).getShort();
                throw new EOFException("the server closed with status " + status);
            }
            return payload;
        }
    };

    /** What a client says first of all. */
    abstract byte[] opening();

    abstract byte[] message(byte[] payload);

    byte[] message(String text) {
        return message(text.getBytes(StandardCharsets.UTF_8));
    }

    /** Takes in what the server answers to the opening. */
    void heed(DataInputStream input) throws IOException {}

    /** Waits for the payload of the next message. */
    abstract byte[] receive(DataInputStream input) throws IOException;

    private static byte[] until(DataInputStream input, char end) throws IOException {
        ByteArrayOutputStream line = new ByteArrayOutputStream();
        for (int b = input.readUnsignedByte(); b != end; b = input.readUnsignedByte()) {
            line.write(b);
        }
        return line.toByteArray();
    }

    private static byte[] exactly(DataInputStream input, int length) throws IOException {
        byte[] bytes = new byte[length];
        input.readFully(bytes);
        return bytes;
    }
}
