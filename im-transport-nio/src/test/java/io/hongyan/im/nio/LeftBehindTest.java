package io.hongyan.im.nio;

import static org.junit.jupiter.api.Assertions.assertTrue;

import io.hongyan.im.Dispatch;
import io.hongyan.im.ImServer;
import io.hongyan.im.Limits;
import io.hongyan.im.test.client.LineClient;
import io.hongyan.im.test.evidence.Await;
import io.hongyan.im.test.evidence.LogCapture;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.locks.LockSupport;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

/** Whoever is given up at a server's end, because he ignores interrupts, is not waited for any longer. */
final class LeftBehindTest {
    private static final Duration CLOSE_TIMEOUT = Duration.ofSeconds(2);

    @Test
    @Tag("D3")
    void shouldReturnOnceTheHandlerIsNamedInTheLog() throws Exception {
        for (Dispatch dispatch : Dispatch.values()) {
            try (LogCapture log = LogCapture.begin()) {
                closeWithAHandlerThatStays(dispatch, log);
            }
        }
    }

    private static void closeWithAHandlerThatStays(Dispatch dispatch, LogCapture log) throws Exception {
        AtomicBoolean mayEnd = new AtomicBoolean();
        CountDownLatch stuck = new CountDownLatch(1);
        ImServer server = ImServer.builder()
                .host("127.0.0.1")
                .port(0)
                .transport("nio")
                .loops(2)
                .dispatch(dispatch)
                .limits(Limits.defaults().withTimeouts(Duration.ofSeconds(30), CLOSE_TIMEOUT))
                .handler((session, message) -> {
                    stuck.countDown();
                    while (!mayEnd.get()) {
                        LockSupport.parkNanos(1_000_000);
                        Thread.interrupted();
                    }
                })
                .start();
        List<LineClient> clients = new ArrayList<>();
        try {
            for (int i = 0; i < 4; i++) {
                clients.add(new LineClient(server.address()));
            }
            clients.get(0).send("stick");
            Await.zero("it sticks", stuck);
            CompletableFuture<Void> closed = CompletableFuture.runAsync(server::close);

            Await.until("it is named", () -> log.text().contains("does not return, the server ends without it"));
            long named = System.nanoTime();
            Await.result("close() returns", closed);

            long millis = TimeUnit.NANOSECONDS.toMillis(System.nanoTime() - named);
            assertTrue(millis < CLOSE_TIMEOUT.toMillis(), dispatch + ": close() took " + millis + " ms longer");
        } finally {
            mayEnd.set(true);
            for (LineClient client : clients) {
                client.close();
            }
        }
    }
}
