package io.hongyan.im.epoll;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.hongyan.im.Dispatch;
import io.hongyan.im.ImServer;
import io.hongyan.im.Limits;
import io.hongyan.im.test.client.LineClient;
import io.hongyan.im.test.evidence.ChildJvm;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.OutputStream;
import java.net.InetSocketAddress;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** A handler that takes all memory there is, in a JVM of its own with little of it. */
final class OutOfMemoryTest {
    private static final int ROUNDS = 4;
    private static final int SECONDS = 60;

    @TempDir
    private Path folder;

    @ParameterizedTest
    @CsvSource({"nio,VIRTUAL_THREADS", "nio,ON_LOOP", "epoll,VIRTUAL_THREADS", "epoll,ON_LOOP"})
    @Tag("E2")
    void shouldLoseTheSessionWhoseHandlerFindsNoMemoryAndNoOther(String transport, Dispatch dispatch) throws Exception {
        serve(transport, dispatch, server -> {
            AtomicBoolean over = new AtomicBoolean();
            CompletableFuture<Integer> other = CompletableFuture.supplyAsync(() -> echoUntil(over, server));
            for (int i = 0; i < ROUNDS; i++) {
                try (LineClient client = new LineClient(server)) {
                    client.send("much");
                    String last = last(client.linesToEnd());
                    assertTrue(last.startsWith("!closing INTERNAL_ERROR "), last);
                }
            }
            over.set(true);

            int echoes = other.get(SECONDS, TimeUnit.SECONDS);

            assertTrue(echoes > ROUNDS, "echoes: " + echoes);
        });
    }

    private static int echoUntil(AtomicBoolean over, InetSocketAddress server) {
        try (LineClient client = new LineClient(server)) {
            int echoes = 0;
            while (!over.get()) {
                client.echo("still here " + echoes++);
            }
            return echoes;
        } catch (IOException e) {
            throw new AssertionError("another session was hit", e);
        }
    }

    /** Where nothing at all is left any session may be hit, and one may be left that does not answer; the server serves on, and can be closed. */
    @ParameterizedTest
    @CsvSource({"nio,VIRTUAL_THREADS", "nio,ON_LOOP", "epoll,VIRTUAL_THREADS", "epoll,ON_LOOP"})
    @Tag("E2")
    void shouldServeOnWhenThereWasNoMemoryForTheEngineEither(String transport, Dispatch dispatch) throws Exception {
        serve(transport, dispatch, server -> {
            AtomicBoolean over = new AtomicBoolean();
            List<CompletableFuture<Void>> others = new ArrayList<>();
            for (int i = 0; i < 4; i++) {
                others.add(CompletableFuture.runAsync(
                        () -> comeAndGoUntil(over, server), work -> new Thread(work).start()));
            }
            for (int i = 0; i < ROUNDS; i++) {
                try (LineClient client = new LineClient(server)) {
                    client.send("all");
                    client.linesToEnd();
                } catch (IOException hit) {
                    // It does not matter how.
                }
            }
            over.set(true);
            for (CompletableFuture<Void> other : others) {
                other.get(SECONDS, TimeUnit.SECONDS);
            }

            try (LineClient client = new LineClient(server)) {
                client.echo("served as before");
            }
        });
    }

    private static void comeAndGoUntil(AtomicBoolean over, InetSocketAddress server) {
        while (!over.get()) {
            try (LineClient client = new LineClient(server)) {
                for (int i = 0; i < 100; i++) {
                    client.echo("still here " + i);
                }
            } catch (IOException | AssertionError hit) {
                // It comes back.
            }
        }
    }

    private static String last(List<String> lines) {
        return lines.isEmpty() ? "" : lines.get(lines.size() - 1);
    }

    private interface Scenario {
        void play(InetSocketAddress server) throws Exception;
    }

    private void serve(String transport, Dispatch dispatch, Scenario scenario) throws Exception {
        List<String> flags = new ArrayList<>(ChildJvm.QUICK_FLAGS);
        flags.add("-Xmx64m");
        Path log = folder.resolve("log");
        Process child = ChildJvm.of(flags, Hoarder.class, transport, dispatch.name())
                .redirectError(log.toFile())
                .start();
        try (BufferedReader out = child.inputReader(UTF_8)) {
            scenario.play(new InetSocketAddress("127.0.0.1", Integer.parseInt(out.readLine())));
            child.outputWriter().close();
            assertTrue(child.waitFor(SECONDS, TimeUnit.SECONDS), "does not end");
            assertEquals(0, child.exitValue());
            assertEquals("closed", out.readLine());
        } catch (Exception | AssertionError e) {
            throw new AssertionError(
                    Files.readString(log).lines().limit(100).toList().toString(), e);
        } finally {
            child.destroyForcibly();
        }
    }

    /** Prints its port, serves until its standard input ends, and says when it has closed. */
    static final class Hoarder {
        private static final int MUCH = 4 << 20;

        private Hoarder() {}

        public static void main(String[] arguments) throws IOException {
            try (ImServer server = ImServer.builder()
                    .host("127.0.0.1")
                    .port(0)
                    .protocols("line")
                    .loops(2)
                    .transport(arguments[0])
                    .dispatch(Dispatch.valueOf(arguments[1]))
                    .limits(Limits.defaults().withTimeouts(Duration.ofSeconds(60), Duration.ofMillis(500)))
                    .handler((session, message) -> {
                        switch (message.text()) {
                            case "much" -> hoard(MUCH);
                            case "all" -> hoard(1);
                            default -> session.send(message);
                        }
                    })
                    .start()) {
                System.out.println(server.port());
                System.in.transferTo(OutputStream.nullOutputStream());
            }
            System.out.println("closed");
        }

        /** Takes what is there in pieces that become smaller, holds it a while, and throws. */
        private static void hoard(int least) {
            Object[] all = null;
            OutOfMemoryError none = null;
            for (int size = MUCH; size >= least; size /= 8) {
                try {
                    while (true) {
                        all = new Object[] {all, new byte[size]};
                    }
                } catch (OutOfMemoryError e) {
                    none = e;
                }
            }
            long end = System.nanoTime() + (least < MUCH ? 300_000_000L : 0);
            while (System.nanoTime() < end && all != null) {
                Thread.onSpinWait();
            }
            throw none;
        }
    }
}
