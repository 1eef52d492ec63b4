package io.hongyan.im.websocket;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.nio.charset.StandardCharsets;

/**
 * A frame that a server sent. Reading one checks all that guarantee W8 says: unmasked, in the shortest form, no reserved
 * bit but RSV1, no fragmented or long control frame.
 */
record ServerFrame(int first, byte[] payload) {
    /** Where the bytes come from. */
    interface Source {
        int readByte() throws IOException;

        byte[] readBytes(int count) throws IOException;
    }

    static ServerFrame read(Source source) throws IOException {
        int first = source.readByte();
        int second = source.readByte();
        assertTrue(first >= 0 && second >= 0, "the connection ended where a frame was expected");
        assertEquals(0, second & 0x80, "W8: a server's frame must not be masked");
        assertEquals(0, first & 0x30, "W8: RSV2 and RSV3 must not be set");
        int opcode = first & 0x0F;
        assertTrue(opcode <= 2 || opcode >= 8 && opcode <= 10, "W8: reserved opcode " + opcode);
        long length = length(source, second);
        if (opcode >= 8) {
            assertTrue((first & 0x80) != 0 && (first & 0x40) == 0 && length <= 125, "W8: a bad control frame");
        }
        return new ServerFrame(first, source.readBytes(Math.toIntExact(length)));
    }

    private static long length(Source source, int second) throws IOException {
        if (second < 126) {
            return second;
        }
        long length = 0;
        for (byte b : source.readBytes(second == 126 ? 2 : 8)) {
            length = length << 8 | b & 0xFF;
        }
        assertTrue(length >= (second == 126 ? 126 : 65536), "W8: length " + length + " is not in its shortest form");
        return length;
    }

    int opcode() {
        return first & 0x0F;
    }

    boolean isCompressed() {
        return (first & 0x40) != 0;
    }

    String text() {
        return new String(payload, StandardCharsets.UTF_8);
    }

    /** Of a Close frame; 0 if there is none. */
    int status() {
        return payload.length == 0 ? 0 : (payload[0] & 0xFF) << 8 | payload[1] & 0xFF;
    }

    String reason() {
        return payload.length < 3 ? "" : new String(payload, 2, payload.length - 2, StandardCharsets.UTF_8);
    }
}
