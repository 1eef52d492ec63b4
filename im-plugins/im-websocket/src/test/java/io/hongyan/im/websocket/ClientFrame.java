package io.hongyan.im.websocket;

import java.io.ByteArrayOutputStream;
import java.nio.charset.StandardCharsets;

/** Frames as a client sends them, made byte by byte and without any of the code that is tested. */
final class ClientFrame {
    static final int FIN = 0x80;
    static final int RSV1 = 0x40;
    static final int TEXT = 1;
    static final int BINARY = 2;
    static final int CLOSE = 8;
    static final int PING = 9;
    static final int PONG = 10;
    static final int KEY = 0x37FA213D;

    private ClientFrame() {}

    static byte[] text(String text) {
        return of(FIN | TEXT, utf8(text));
    }

    static byte[] utf8(String text) {
        return text.getBytes(StandardCharsets.UTF_8);
    }

    static byte[] close(int status, String reason) {
        return of(FIN | CLOSE, closePayload(status, reason));
    }

    static byte[] closePayload(int status, String reason) {
        return join(new byte[] {(byte) (status >> 8), (byte) status}, utf8(reason));
    }

    static byte[] of(int first, byte[] payload) {
        return of(first, payload, KEY);
    }

    /** In the shortest form. */
    static byte[] of(int first, byte[] payload, int key) {
        int form = payload.length < 126 ? 0 : payload.length < 65536 ? 2 : 8;
        return join(header(first, form, payload.length, key), masked(payload, key));
    }

    /**
     * The header alone, whatever it says.
     *
     * @param lengthBytes 0, 2 or 8, after the byte that is always there
     */
    static byte[] header(int first, int lengthBytes, long length, int key) {
        ByteArrayOutputStream header = new ByteArrayOutputStream();
        header.write(first);
        header.write(0x80 | (lengthBytes == 0 ? (int) length : lengthBytes == 2 ? 126 : 127));
        for (int i = lengthBytes - 1; i >= 0; i--) {
            header.write((int) (length >>> (8 * i)));
        }
        for (int shift = 24; shift >= 0; shift -= 8) {
            header.write(key >>> shift);
        }
        return header.toByteArray();
    }

    static byte[] masked(byte[] payload, int key) {
        byte[] masked = new byte[payload.length];
        for (int i = 0; i < masked.length; i++) {
            masked[i] = (byte) (payload[i] ^ (key >>> (24 - 8 * (i % 4))));
        }
        return masked;
    }

    static byte[] join(byte[]... parts) {
        ByteArrayOutputStream whole = new ByteArrayOutputStream();
        for (byte[] part : parts) {
            whole.writeBytes(part);
        }
        return whole.toByteArray();
    }
}
