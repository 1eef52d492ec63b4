package io.hongyan.im.bench.trial;

import java.io.ByteArrayOutputStream;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.zip.Deflater;

/** What a WebSocket client puts on the wire. Frames are masked with a key of zeros, which is as good as any here. */
final class WebSocketBytes {
    static final int FIN = 0x80;
    static final int COMPRESSED = 0x40;
    static final int TEXT = FIN | 1;
    static final int BINARY = FIN | 2;
    static final int CLOSE = FIN | 8;
    static final int PING = FIN | 9;

    private static final int MASKED = 0x80;
    private static final String REQUEST = String.join(
            "\r\n",
            "GET / HTTP/1.1",
            "Host: localhost",
            "Upgrade: websocket",
            "Connection: Upgrade",
            "Sec-WebSocket-Version: 13",
            "Sec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==",
            "");
    private static final String DEFLATE = "Sec-WebSocket-Extensions: permessage-deflate\r\n";

    private WebSocketBytes() {}

    static byte[] request(boolean deflate) {
        return (REQUEST + (deflate ? DEFLATE : "") + "\r\n").getBytes(StandardCharsets.US_ASCII);
    }

    static byte[] frame(int first, byte[] payload) {
        byte[] header = header(first, payload.length);
        byte[] frame = Arrays.copyOf(header, header.length + payload.length);
        System.arraycopy(payload, 0, frame, header.length, payload.length);
        return frame;
    }

    /** With its key. */
    static byte[] header(int first, int length) {
        ByteBuffer header = ByteBuffer.allocate(14).put((byte) first);
        if (length < 126) {
            header.put((byte) (MASKED | length));
        } else if (length < 1 << 16) {
            header.put((byte) (MASKED | 126)).putShort((short) length);
        } else {
            header.put((byte) (MASKED | 127)).putLong(length);
        }
        header.putInt(0);
        return Arrays.copyOf(header.array(), header.position());
    }

    /** A message of zeros, of which deflate makes a thousandth. */
    static byte[] bomb(int length) {
        Deflater deflater = new Deflater(Deflater.BEST_COMPRESSION, true);
        deflater.setInput(new byte[length]);
        ByteArrayOutputStream out = new ByteArrayOutputStream();
        byte[] buffer = new byte[1 << 16];
        for (int made = buffer.length; made == buffer.length; ) {
            made = deflater.deflate(buffer, 0, buffer.length, Deflater.SYNC_FLUSH);
            out.write(buffer, 0, made);
        }
        deflater.end();
        byte[] flushed = out.toByteArray();
        // RFC 7692, 7.2.1: the empty block that ends each flush is not sent.
        return frame(BINARY | COMPRESSED, Arrays.copyOf(flushed, flushed.length - 4));
    }
}
