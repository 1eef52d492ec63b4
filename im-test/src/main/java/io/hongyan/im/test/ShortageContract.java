package io.hongyan.im.test;

import static org.junit.jupiter.api.Assertions.assertTrue;

import io.hongyan.im.ImServer;
import io.hongyan.im.test.client.LineClient;
import io.hongyan.im.test.client.RawClient;
import io.hongyan.im.test.evidence.Await;
import io.hongyan.im.test.evidence.ChildJvm;
import java.io.BufferedReader;
import java.io.FileDescriptor;
import java.io.FileInputStream;
import java.io.FileOutputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.net.BindException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.SocketException;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.List;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

/**
 * What a server does when its process has no descriptors left. A transport over the sockets of the machine runs it by a class in its tests; each
 * server has a JVM of its own.
 */
@Tag("X1")
public abstract class ShortageContract {
    private static final int DESCRIPTORS = 160;

    /** A while that shows how busy one is who can do nothing. */
    private static final Duration WATCHED = Duration.ofSeconds(3);

    /** Of one processor. */
    private static final double BUSY = 0.2;

    private static final OutputStream OUT = new FileOutputStream(FileDescriptor.out);

    /** For subclasses. */
    protected ShortageContract() {}

    /**
     * The transport under test.
     *
     * @return the name of its provider
     */
    protected abstract String transportName();

    private Process start(Class<?> program) throws IOException {
        ProcessBuilder child = ChildJvm.of(ChildJvm.QUICK_FLAGS, program, transportName());
        child.command().addAll(0, List.of("/bin/sh", "-c", "ulimit -n " + DESCRIPTORS + " && exec \"$@\"", "sh"));
        return child.redirectErrorStream(true).start();
    }

    /** Twice, for what it gives up the first time must be there again. */
    @Test
    void shouldTurnAwayWhomItCannotServeAndServeAgainWhenItCan() throws Exception {
        Process child = start(Echo.class);
        Deque<LineClient> served = new ArrayDeque<>();
        try (BufferedReader output = child.inputReader()) {
            InetSocketAddress server =
                    new InetSocketAddress(InetAddress.getLoopbackAddress(), Integer.parseInt(output.readLine()));
            // A session from its beginning to its end, so that all classes are there: to load one takes a descriptor.
            try (LineClient early = new LineClient(server)) {
                early.echo("all classes");
            }
            try (LineClient first = new LineClient(server)) {
                for (int round = 1; round <= 2; round++) {
                    String newcomer = "round " + round;
                    Await.until("descriptors run out", () -> !isServed(server, newcomer, served));
                    turnAwayForAWhile(child, server, first);
                    while (served.size() > DESCRIPTORS / 4) {
                        served.pop().close();
                    }
                    Await.until("newcomers are served again", () -> isServed(server, newcomer, served));
                    first.echo("still here");
                }
            }
        } finally {
            child.destroyForcibly();
            for (LineClient one : served) {
                one.close();
            }
        }
    }

    private static void turnAwayForAWhile(Process child, InetSocketAddress server, LineClient connected)
            throws IOException {
        long start = System.nanoTime();
        Duration before = child.info().totalCpuDuration().orElse(Duration.ZERO);
        int times = 0;
        while (System.nanoTime() - start < WATCHED.toNanos()) {
            try (RawClient late = new RawClient(server, 0)) {
                late.awaitGone();
            }
            connected.echo("turned away " + ++times);
        }
        Duration busy = child.info().totalCpuDuration().orElse(Duration.ZERO).minus(before);
        double share = (double) busy.toNanos() / (System.nanoTime() - start);
        assertTrue(share < BUSY, "it turned away " + times + " and was busy for " + share + " of the time");
    }

    /** Connects; false if the server ends that. */
    private static boolean isServed(InetSocketAddress server, String line, Deque<LineClient> served) {
        try {
            LineClient client = new LineClient(server);
            if (answers(client, line)) {
                served.push(client);
                return true;
            }
            client.close();
            return false;
        } catch (IOException e) {
            throw new AssertionError("neither served nor turned away", e);
        }
    }

    private static boolean answers(LineClient client, String line) throws IOException {
        try {
            client.send(line);
            return client.lineOrEnd().isPresent();
        } catch (SocketException reset) {
            return false;
        }
    }

    /** With each number of descriptors from none to enough. */
    @Test
    @Tag("D4")
    void shouldLeaveNothingBehindWhenThereAreTooFewToStart() throws Exception {
        Process child = start(Poor.class);
        try (BufferedReader output = child.inputReader()) {
            List<String> said = output.lines().toList();

            assertTrue(said.size() > 1, said::toString);
            for (String failure : said.subList(0, said.size() - 1)) {
                // With next to none the class path cannot be searched, nor a transport be tried.
                String told = failure.contains("IllegalStateException") ? "Too many open files" : "(ulimit -n)";
                assertTrue(failure.contains(told) && !failure.contains("lost"), said::toString);
            }
            assertTrue(said.get(said.size() - 1).startsWith("started with "), said::toString);
        } finally {
            child.destroyForcibly();
        }
    }

    private static ImServer startServer(String transport, int port) throws IOException {
        return ImServer.builder()
                .host("127.0.0.1")
                .port(port)
                .transport(transport)
                .protocols("line")
                .discoverPlugins(false)
                .loops(2)
                .handler((session, message) -> session.send(message))
                .start();
    }

    /** To the parent. */
    private static void say(Object what) throws IOException {
        OUT.write((what + "\n").getBytes(StandardCharsets.UTF_8));
    }

    /** Tells its port and serves for as long as somebody reads what it says. */
    static final class Echo {
        private Echo() {}

        public static void main(String[] arguments) throws IOException, InterruptedException {
            say(startServer(arguments[0], 0).port());
            Thread.currentThread().join();
        }
    }

    /** Tries to start a server with ever more descriptors, and looks each time whether it got all of them back. */
    static final class Poor {
        private final Deque<FileInputStream> all = new ArrayDeque<>();

        private Poor() {}

        public static void main(String[] arguments) throws IOException {
            // Once in peace, and once not, so that all classes are there.
            try (ImServer first = startServer(arguments[0], 0)) {
                startServer(arguments[0], first.port()).close();
            } catch (BindException loaded) {
                // As it must be.
            }
            Poor poor = new Poor();
            for (int left = 0; ; left++) {
                poor.takeAllBut(left);
                try {
                    startServer(arguments[0], 0).close();
                    poor.giveBackAll();
                    say("started with " + left);
                    return;
                } catch (IOException | RuntimeException | Error e) {
                    int lost = left - poor.takeAll();
                    poor.giveBackAll();
                    say(left + ": " + (lost == 0 ? "" : lost + " are lost: ") + told(e));
                }
            }
        }

        private static String told(Throwable failure) {
            return Stream.iterate(failure, one -> one != null, Throwable::getCause)
                    .map(Throwable::toString)
                    .collect(Collectors.joining(" < "));
        }

        private void takeAllBut(int number) throws IOException {
            takeAll();
            for (int i = 0; i < number; i++) {
                all.pop().close();
            }
        }

        /** How many. */
        private int takeAll() {
            int before = all.size();
            while (true) {
                try {
                    all.push(new FileInputStream("/dev/null"));
                } catch (IOException none) {
                    return all.size() - before;
                }
            }
        }

        private void giveBackAll() throws IOException {
            while (!all.isEmpty()) {
                all.pop().close();
            }
        }
    }
}
