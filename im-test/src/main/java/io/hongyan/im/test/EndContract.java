package io.hongyan.im.test;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.hongyan.im.Dispatch;
import io.hongyan.im.ImServer;
import io.hongyan.im.test.client.Wiring;
import io.hongyan.im.test.evidence.Await;
import io.hongyan.im.test.evidence.Resources;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

/** Whose threads a server's are, and that none of them waits for itself. How sessions end with it: {@link CloseContract}. */
abstract class EndContract extends ServerTest {
    private static final int TERMINATED_BY_SIGTERM = 128 + 15;

    private final String transport;

    EndContract(String transport, Wiring wiring) {
        super(transport, wiring);
        this.transport = transport;
    }

    @EachDispatch
    @Tag("D3")
    void shouldReturnWhenClosedInADependentOfItsEnd(Dispatch dispatch) throws Exception {
        ImServer server = start(dispatch, ECHO);
        CompletableFuture<Boolean> returned = new CompletableFuture<>();
        server.closeFuture().thenRun(() -> {
            server.close();
            returned.complete(true);
        });

        close(server);

        assertTrue(Await.result("close() returns", returned));
        assertTrue(server.closeFuture().toCompletableFuture().isDone());
        expectPortFree(server.address());
    }

    /** Whoever waits for all is not held up by what the host does then. */
    @EachDispatch
    @Tag("D3")
    void shouldNotWaitForWhatDependsOnItsEnd(Dispatch dispatch) throws Exception {
        ImServer server = start(dispatch, ECHO);
        CompletableFuture<Void> mayGo = new CompletableFuture<>();
        CompletableFuture<Void> gone =
                server.closeFuture().toCompletableFuture().thenRun(mayGo::join);

        close(server);
        close(server);

        assertTrue(server.closeFuture().toCompletableFuture().isDone());
        assertFalse(gone.isDone());
        mayGo.complete(null);
        Await.result("what depends on the end", gone);
        Await.until("no thread is left", () -> Resources.threads().isEmpty());
    }

    @EachDispatch
    @Tag("D3")
    void shouldWaitAllTheSameWhenTheCallerIsInterrupted(Dispatch dispatch) throws Exception {
        ImServer server = start(dispatch, ECHO);
        client(server).echo("hello");
        CompletableFuture<List<String>> left = new CompletableFuture<>();
        Thread closing = new Thread(() -> {
            Thread.currentThread().interrupt();
            server.close();
            left.complete(Thread.interrupted() ? Resources.threads() : List.of("the interrupt is gone"));
        });

        closing.start();

        assertEquals(List.of(), Await.result("close() returns", left));
    }

    /** A server is what keeps the JVM alive, whoever has started it. */
    @EachDispatch
    @Tag("D5")
    void shouldRunOnThreadsThatAreNoDaemonsWhenADaemonStartsIt(Dispatch dispatch) throws Exception {
        CompletableFuture<ImServer> started = new CompletableFuture<>();
        Thread daemon = new Thread(() -> {
            try {
                started.complete(start(dispatch, ECHO));
            } catch (Exception e) {
                started.completeExceptionally(e);
            }
        });
        daemon.setDaemon(true);

        daemon.start();
        Await.result("the start", started);

        List<Boolean> daemons = Thread.getAllStackTraces().keySet().stream()
                .filter(thread -> thread.getName().startsWith("hongyan-loop-"))
                .map(Thread::isDaemon)
                .toList();
        assertEquals(List.of(false, false, false), daemons);
    }

    /** Whoever exits waits for the hooks, and a hook that closes does not wait for whoever exits. */
    private void requireExitedBy(ExitingJvm.By by) throws Exception {
        try (ExitingJvm jvm = ExitingJvm.start(transport, by)) {
            jvm.begin();

            assertEquals(ExitingJvm.STATUS, jvm.awaitExit());
        }
    }

    @Test
    @Tag("D3")
    void shouldEndTheJvmWhenItsEndExitsAndAHookCloses() throws Exception {
        requireExitedBy(ExitingJvm.By.END);
    }

    @Test
    @Tag("D3")
    void shouldEndTheJvmWhenAHandlerExitsAndAHookCloses() throws Exception {
        requireExitedBy(ExitingJvm.By.HANDLER);
    }

    @Test
    @Tag("D3")
    void shouldEndTheJvmWhenAHandlerOnTheLoopExitsAndAHookCloses() throws Exception {
        requireExitedBy(ExitingJvm.By.HANDLER_ON_LOOP);
    }

    @Test
    @Tag("D3")
    void shouldEndTheJvmWhenAPluginExitsAtTheStartAndAHookCloses() throws Exception {
        requireExitedBy(ExitingJvm.By.ON_START);
    }

    @Test
    @Tag("D3")
    void shouldEndTheJvmWhenAPluginExitsAtTheEndAndAHookCloses() throws Exception {
        requireExitedBy(ExitingJvm.By.ON_STOP);
    }

    @Test
    @Tag("D3")
    void shouldEndTheJvmWhenAHookClosesAndItsEndExits() throws Exception {
        try (ExitingJvm jvm = ExitingJvm.start(transport, ExitingJvm.By.END)) {
            jvm.terminate();

            assertEquals(TERMINATED_BY_SIGTERM, jvm.awaitExit());
        }
    }
}
