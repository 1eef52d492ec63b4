package io.hongyan.im.websocket;

import static org.junit.jupiter.api.Assertions.assertTrue;

import io.hongyan.im.ImServer;
import io.hongyan.im.Limits;
import java.io.IOException;
import java.time.Duration;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.atomic.AtomicBoolean;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

/** Pings are no messages, and count as bytes: a flood of them is bounded as any other (E8, X8). */
class PingFloodTest extends ServerTest {
    private static final int PINGS = 8_000;
    private static final int BYTES_PER_SECOND = 4096;

    private static byte[] pings() {
        byte[][] all = new byte[PINGS][];
        for (int i = 0; i < PINGS; i++) {
            all[i] = ClientFrame.of(ClientFrame.FIN | ClientFrame.PING, new byte[0]);
        }
        return ClientFrame.join(all);
    }

    @Test
    @Tag("X8")
    void shouldReadNoMorePingsThanBytesAreAllowed() throws Exception {
        long start = System.nanoTime();
        Limits usual = Limits.defaults();
        ImServer server = start(server(ECHO)
                .loops(1)
                .limits(usual.withRate(usual.messagesPerSecond(), BYTES_PER_SECOND, Duration.ZERO)));
        WebSocketClient flooding = open(server);
        WebSocketClient other = open(server);

        flooding.sendBytes(pings());

        for (int i = 0; i < 20; i++) {
            other.echo("unmoved");
            long read = server.stats().bytesIn();
            long seconds = Duration.ofNanos(System.nanoTime() - start).toSeconds() + 1;
            long most = 2 * BYTES_PER_SECOND * (seconds + 1);
            assertTrue(read <= most, () -> read + " bytes were read in " + seconds + " s");
        }
    }

    /** Its turn is one read, whatever is in it. */
    @Test
    @Tag("E8")
    void shouldServeAnotherSessionDuringAFloodOfPings() throws Exception {
        ImServer server = start(server(ECHO).loops(1));
        WebSocketClient flooding = open(server);
        WebSocketClient other = open(server);
        byte[] pings = pings();
        AtomicBoolean over = new AtomicBoolean();

        CompletableFuture<Void> flood = CompletableFuture.runAsync(
                () -> {
                    try {
                        while (!over.get()) {
                            flooding.sendBytes(pings);
                        }
                    } catch (IOException e) {
                        throw new AssertionError(e);
                    }
                },
                PingFloodTest::elsewhere);
        CompletableFuture<Void> pongs = CompletableFuture.runAsync(
                () -> {
                    try {
                        flooding.awaitGone();
                    } catch (IOException closed) {
                        // By the test, at its end.
                    }
                },
                PingFloodTest::elsewhere);
        for (int i = 0; i < 200; i++) {
            other.echo("unmoved");
        }

        over.set(true);
        flood.join();
        server.close();
        pongs.join();
    }

    /** The common pool may have but one thread, and both block. */
    private static void elsewhere(Runnable task) {
        new Thread(task, "flood").start();
    }
}
