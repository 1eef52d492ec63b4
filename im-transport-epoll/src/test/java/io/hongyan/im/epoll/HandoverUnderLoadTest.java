package io.hongyan.im.epoll;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.hongyan.im.ClientSession;
import io.hongyan.im.CloseReason;
import io.hongyan.im.Dispatch;
import io.hongyan.im.ImServer;
import io.hongyan.im.Message;
import io.hongyan.im.MessageHandler;
import io.hongyan.im.test.client.LineClient;
import io.hongyan.im.test.evidence.Await;
import io.hongyan.im.test.evidence.Hush;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.Queue;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.locks.LockSupport;
import java.util.stream.IntStream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** A server is followed by the next, again and again, while clients come, are answered and go (R4). */
@Tag("R4")
final class HandoverUnderLoadTest {
    private static final int HANDOVERS = 5;
    private static final int CLIENTS = 4;

    /** One stays until it is sent away, and comes back. */
    private static final int STAYS = Integer.MAX_VALUE;

    /** How many are served before the next handover. */
    private static final int SERVED = 50;

    private static final String FAREWELL = "!closing GOING_AWAY ";

    /** So that the machine does not run out of ports. */
    private static final long PAUSE_NANOS = 1_000_000L;

    @TempDir
    private Path folder;

    private final AtomicInteger answered = new AtomicInteger();
    private final AtomicInteger sentAway = new AtomicInteger();
    private final Queue<String> failures = new ConcurrentLinkedQueue<>();
    private Duration drain = Duration.ZERO;
    private volatile boolean enough;

    /** Echoes, and looks why sessions end. */
    private final MessageHandler handler = new MessageHandler() {
        @Override
        public void onMessage(ClientSession session, Message message) {
            session.send(message);
        }

        @Override
        public void onClose(ClientSession session, CloseReason reason) {
            if (reason.code() != CloseReason.Code.PEER_CLOSED && reason.code() != CloseReason.Code.GOING_AWAY) {
                failures.add("a session has ended by " + reason);
            }
        }
    };

    private Hush hush;

    @BeforeEach
    void hush() {
        hush = Hush.begin();
    }

    @AfterEach
    void unhush() {
        hush.close();
    }

    @ParameterizedTest
    @CsvSource({"VIRTUAL_THREADS, 0", "ON_LOOP, 200"})
    void shouldRefuseNobodyAndResetNobody(Dispatch dispatch, long drainMillis) throws Exception {
        drain = Duration.ofMillis(drainMillis);
        ImServer server = start(0, dispatch);
        InetSocketAddress address = server.address();
        List<Thread> clients = IntStream.range(0, CLIENTS)
                .mapToObj(i -> Thread.ofPlatform().start(() -> comeAndGo(address, i == 0 ? STAYS : 2)))
                .toList();
        try {
            for (int i = 0; i < HANDOVERS; i++) {
                awaitMore();
                ImServer next = start(address.getPort(), dispatch);
                Await.result("the predecessor ends", server.closeFuture());
                server.close();
                server = next;
            }
            awaitMore();
        } finally {
            enough = true;
            for (Thread client : clients) {
                client.join();
            }
            server.close();
        }
        assertEquals(List.of(), List.copyOf(failures));
        assertTrue(
                answered.get() >= SERVED * HANDOVERS && sentAway.get() >= HANDOVERS,
                answered + " were answered, " + sentAway + " sent away");
    }

    private ImServer start(int port, Dispatch dispatch) throws IOException {
        return ImServer.builder()
                .host("127.0.0.1")
                .port(port)
                .protocols("line")
                .loops(3)
                .dispatch(dispatch)
                .transport("epoll")
                .discoverPlugins(false)
                .handover(folder.resolve("next"), drain)
                .handler(handler)
                .start();
    }

    private void awaitMore() {
        int before = answered.get();
        Await.until("more clients are served", () -> answered.get() >= before + SERVED || !failures.isEmpty());
    }

    /** Each is answered so often, or told that this server goes away. */
    private void comeAndGo(InetSocketAddress address, int lines) {
        while (!enough && failures.isEmpty()) {
            try (LineClient client = new LineClient(address)) {
                say(client, lines);
            } catch (IOException | AssertionError e) {
                failures.add("a client has met " + e);
            }
            LockSupport.parkNanos(PAUSE_NANOS);
        }
    }

    private void say(LineClient client, int lines) throws IOException {
        for (int i = 0; i < lines && !enough; i++) {
            String word = "line " + i;
            client.send(word);
            Optional<String> heard = client.lineOrEnd();
            if (heard.isPresent() && heard.get().startsWith(FAREWELL)) {
                sentAway.incrementAndGet();
                return;
            }
            if (!heard.equals(Optional.of(word))) {
                failures.add("in place of the echo of " + word + ": " + heard);
                return;
            }
            answered.incrementAndGet();
        }
    }
}
