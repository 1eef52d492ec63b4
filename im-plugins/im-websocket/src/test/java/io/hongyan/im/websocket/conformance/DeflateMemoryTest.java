package io.hongyan.im.websocket.conformance;

import static java.nio.charset.StandardCharsets.ISO_8859_1;
import static java.nio.charset.StandardCharsets.UTF_8;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.hongyan.im.test.evidence.ChildJvm;
import java.io.BufferedReader;
import java.io.DataInputStream;
import java.io.DataOutputStream;
import java.io.IOException;
import java.net.Socket;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.zip.Deflater;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.EnabledOnOs;
import org.junit.jupiter.api.condition.OS;
import org.junit.jupiter.api.io.TempDir;

/**
 * What bombs of deflate cost a server in a JVM of its own, as Linux counts it. All of its heap is touched from the beginning and
 * cannot grow, so that what is left to grow is counted: zlib's memory, buffers, threads.
 */
@Tag("W12")
@EnabledOnOs(OS.LINUX)
class DeflateMemoryTest {
    private static final String HEAP = "-Xms32m -Xmx32m -XX:+AlwaysPreTouch";
    private static final int BOMBS = 50;
    private static final int MIB = 1 << 20;
    private static final int MOST_KIB = 8 * 1024;

    private static final int FIN_COMPRESSED_BINARY = 0xC2;
    private static final int MASKED_16 = 0xFE;
    private static final int CLOSE = 0x88;

    private static final String REQUEST =
            "GET / HTTP/1.1\r\nHost: localhost\r\nUpgrade: websocket\r\nConnection: Upgrade\r\n"
                    + "Sec-WebSocket-Version: 13\r\nSec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==\r\n"
                    + "Sec-WebSocket-Extensions: permessage-deflate\r\n\r\n";

    @TempDir
    private Path folder;

    @Test
    void shouldGrowLittleWhenBombsComeAsFirstFrames() throws Exception {
        ProcessBuilder builder = ChildJvm.of(ChildJvm.QUICK_FLAGS, EchoMain.class, "nio", "on")
                .redirectError(folder.resolve("log").toFile());
        builder.environment().put("JDK_JAVA_OPTIONS", HEAP);
        Process server = builder.start();
        try (BufferedReader out = server.inputReader(UTF_8)) {
            int port = Integer.parseInt(out.readLine());
            byte[] bomb = deflated(16 * MIB);
            assertTrue(bomb.length < 16 * MIB / 1000, "only 1:" + 16 * MIB / bomb.length);
            for (int i = 0; i < 5; i++) {
                assertEquals(FIN_COMPRESSED_BINARY, firstOfAnswer(port, deflated(1000)));
            }
            int before = peakKib(server.pid());

            for (int i = 0; i < BOMBS; i++) {
                assertEquals(CLOSE, firstOfAnswer(port, bomb));
            }

            int grown = peakKib(server.pid()) - before;
            assertTrue(grown < MOST_KIB, "grown by " + grown + " KiB");
            assertEquals(FIN_COMPRESSED_BINARY, firstOfAnswer(port, deflated(1000)));
        } finally {
            server.destroyForcibly();
        }
    }

    private static byte[] deflated(int zeros) {
        Deflater deflater = new Deflater(Deflater.DEFAULT_COMPRESSION, true);
        deflater.setInput(new byte[zeros]);
        byte[] output = new byte[1000 + zeros / 900];
        int length = deflater.deflate(output, 0, output.length, Deflater.SYNC_FLUSH);
        deflater.end();
        return Arrays.copyOf(output, length - 4);
    }

    /** Handshake and message in one packet; the first byte that comes behind the answer's head. A key of zeros changes nothing. */
    private static int firstOfAnswer(int port, byte[] payload) throws IOException {
        try (Socket socket = new Socket("127.0.0.1", port)) {
            DataOutputStream out = new DataOutputStream(socket.getOutputStream());
            out.write(REQUEST.getBytes(ISO_8859_1));
            out.write(FIN_COMPRESSED_BINARY);
            if (payload.length < 126) {
                out.write(0x80 | payload.length);
            } else {
                out.write(MASKED_16);
                out.writeShort(payload.length);
            }
            out.writeInt(0);
            out.write(payload);
            DataInputStream in = new DataInputStream(socket.getInputStream());
            for (int ends = 0; ends < 4; ) {
                byte b = in.readByte();
                ends = b == (ends % 2 == 0 ? '\r' : '\n') ? ends + 1 : 0;
            }
            return in.readUnsignedByte();
        }
    }

    /** The most that was ever resident. */
    private static int peakKib(long pid) throws IOException {
        return Files.readAllLines(Path.of("/proc", Long.toString(pid), "status")).stream()
                .filter(line -> line.startsWith("VmHWM:"))
                .mapToInt(line -> Integer.parseInt(line.replaceAll("\\D", "")))
                .sum();
    }
}
