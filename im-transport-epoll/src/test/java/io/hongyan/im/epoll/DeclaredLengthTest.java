package io.hongyan.im.epoll;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.hongyan.im.ImServer;
import io.hongyan.im.test.client.FrameClient;
import io.hongyan.im.test.client.LineClient;
import io.hongyan.im.test.client.Wiring;
import io.hongyan.im.test.evidence.ChildJvm;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.OutputStream;
import java.net.InetSocketAddress;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/**
 * What peers cost that announce two gigabytes, or never end their line, to a server with the limits it has when nobody says anything. It
 * is a JVM of its own, whose heap is touched from the beginning, large where something large is wanted and small otherwise; Linux counts
 * what it takes on top.
 */
final class DeclaredLengthTest {
    private static final String HEAP = "-Xms16m -Xmn8m -Xmx1g -XX:+AlwaysPreTouch";
    private static final int MOST_KIB = 16 * 1024;
    private static final int PEERS = 200;

    @TempDir
    private Path folder;

    @ParameterizedTest
    @ValueSource(strings = {"nio", "epoll"})
    @Tag("F1")
    void shouldGrowLittleWhenGigabytesAreDeclared(String transport) throws Exception {
        ProcessBuilder builder = ChildJvm.of(ChildJvm.QUICK_FLAGS, EchoMain.class, transport)
                .redirectError(folder.resolve("log").toFile());
        builder.environment().put("JDK_JAVA_OPTIONS", HEAP);
        Process server = builder.start();
        try (BufferedReader out = server.inputReader(UTF_8)) {
            int line = Integer.parseInt(out.readLine());
            int frame = Integer.parseInt(out.readLine());
            for (int i = 0; i < 5; i++) {
                declare(frame);
                neverEnd(line);
                echo(frame);
            }
            int before = peakKib(server.pid());

            for (int i = 0; i < PEERS; i++) {
                declare(frame);
                neverEnd(line);
            }

            int grown = peakKib(server.pid()) - before;
            assertTrue(grown < MOST_KIB, "grown by " + grown + " KiB");
            echo(frame);
        } finally {
            server.destroyForcibly();
        }
    }

    private static FrameClient frames(int port) throws IOException {
        return new FrameClient(Wiring.sockets().connect(new InetSocketAddress("127.0.0.1", port), 0));
    }

    private static void declare(int port) throws IOException {
        try (FrameClient client = frames(port)) {
            client.sendLength(Integer.MAX_VALUE);
            assertTrue(client.frame().text().startsWith("closing MESSAGE_TOO_BIG "));
        }
    }

    /** It comes to one byte over the limit, 64 KiB. */
    private static void neverEnd(int port) throws IOException {
        try (LineClient client =
                new LineClient(Wiring.sockets().connect(new InetSocketAddress("127.0.0.1", port), 0))) {
            byte[] text = new byte[(64 << 10) + 2];
            Arrays.fill(text, (byte) 'x');
            client.sendBytes(text);
            assertTrue(client.line().startsWith("!closing MESSAGE_TOO_BIG "));
        }
    }

    private static void echo(int port) throws IOException {
        try (FrameClient client = frames(port)) {
            client.send(new byte[] {1, 2});
            client.expectFrame(new byte[] {1, 2});
        }
    }

    /** The most that was ever resident. */
    private static int peakKib(long pid) throws IOException {
        return Files.readAllLines(Path.of("/proc", Long.toString(pid), "status")).stream()
                .filter(line -> line.startsWith("VmHWM:"))
                .mapToInt(line -> Integer.parseInt(line.replaceAll("\\D", "")))
                .sum();
    }

    /** Prints its ports, of line and of frame, then serves until its standard input ends. */
    static final class EchoMain {
        private EchoMain() {}

        public static void main(String[] arguments) throws IOException {
            try (ImServer server = ImServer.builder()
                    .host("127.0.0.1")
                    .port(0)
                    .protocols("line")
                    .listen("127.0.0.1", 0, "frame")
                    .transport(arguments[0])
                    .handler((session, message) -> session.send(message))
                    .start()) {
                List<InetSocketAddress> addresses = new ArrayList<>(server.addresses());
                addresses.forEach(address -> System.out.println(address.getPort()));
                System.in.transferTo(OutputStream.nullOutputStream());
            }
        }
    }
}
