package io.hongyan.im.test;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertSame;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.hongyan.im.ClientSession;
import io.hongyan.im.Dispatch;
import io.hongyan.im.DrainReport;
import io.hongyan.im.ImServer;
import io.hongyan.im.Limits;
import io.hongyan.im.Overflow;
import io.hongyan.im.test.client.LineClient;
import io.hongyan.im.test.client.Wiring;
import io.hongyan.im.test.evidence.Await;
import io.hongyan.im.test.evidence.RecordingHandler;
import io.hongyan.im.test.evidence.Resources;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Tag;

/** How a server ends without haste. */
abstract class DrainContract extends ServerTest {
    private static final Pattern NOTICE =
            Pattern.compile("!closing GOING_AWAY the server is shutting down(; retry-after=\\d{1,4}ms)?");

    DrainContract(String transport, Wiring wiring) {
        super(transport, wiring);
    }

    @EachDispatch
    @Tag("D1")
    void shouldFlushAndTellEachWhenToComeBackThenEnd(Dispatch dispatch) throws Exception {
        RecordingHandler handler = recording(ECHO);
        ImServer server = start(dispatch, handler);
        List<Member> members = members(server, handler, 20);
        for (Member member : members) {
            for (int i = 0; i < 100; i++) {
                member.session().send("message " + i);
            }
        }

        CompletionStage<DrainReport> drain = server.drain(Duration.ofMillis(800));

        for (Member member : members) {
            List<String> lines = member.client().linesToEnd();
            assertEquals(101, lines.size());
            assertTrue(NOTICE.matcher(lines.get(100)).matches(), lines.get(100));
            member.client().close();
        }
        DrainReport report = Await.result("the drain", drain.toCompletableFuture());
        assertEquals(20, report.sessions());
        assertEquals(0, report.discarded());
        assertTrue(server.closeFuture().toCompletableFuture().isDone());
        expectPortFree(server.address());
        Await.until("no thread is left", () -> Resources.threads().isEmpty());
    }

    @EachDispatch
    @Tag("D1")
    void shouldFreeThePortAtOnceAndEndSoonerWhenClosed(Dispatch dispatch) throws Exception {
        RecordingHandler handler = recording(IGNORE);
        Limits limits = Limits.defaults().withOutbound(1 << 28, 1_000_000, Overflow.CLOSE);
        ImServer server = start(server(dispatch, handler).limits(limits));
        LineClient slow = slowClient(server);
        fill(handler.awaitOpen());

        CompletionStage<DrainReport> drain = server.drain(Duration.ofHours(1));

        Await.until("the port is free", () -> isFree(server));
        assertSame(drain, server.drain(Duration.ZERO));
        close(server);
        assertEquals(1, Await.result("the drain", drain.toCompletableFuture()).sessions());
        slow.close();
    }

    /** More than any kernel takes for a peer that does not read. */
    private static void fill(ClientSession session) {
        String kilobyte = "x".repeat(1023);
        while (session.pendingBytes() < 1 << 24) {
            session.send(kilobyte);
        }
    }

    private boolean isFree(ImServer server) {
        try {
            expectPortFree(server.address());
            return true;
        } catch (Exception e) {
            return false;
        }
    }

    @EachDispatch
    @Tag("D1")
    void shouldNotWaitLongerThanItsTimeForWhoDoesNotRead(Dispatch dispatch) throws Exception {
        RecordingHandler handler = recording(IGNORE);
        Limits limits = Limits.defaults()
                .withOutbound(1 << 28, 1_000_000, Overflow.CLOSE)
                .withTimeouts(Duration.ofSeconds(30), Duration.ofSeconds(3));
        ImServer server = start(server(dispatch, handler).limits(limits));
        LineClient slow = slowClient(server);
        fill(handler.awaitOpen());

        CompletionStage<DrainReport> drain = server.drain(Duration.ofMillis(100));

        DrainReport report = Await.result("the drain", drain.toCompletableFuture());
        assertEquals(1, report.sessions());
        assertEquals(1, report.left());
        assertTrue(report.discarded() > 0);
        slow.close();
    }

    @EachDispatch
    @Tag("D1")
    void shouldDrainFromACallback(Dispatch dispatch) throws Exception {
        CompletableFuture<DrainReport> report = new CompletableFuture<>();
        ImServer server = start(
                dispatch,
                recording((session, message) ->
                        session.server().drain(Duration.ofMillis(50)).thenAccept(report::complete)));
        LineClient client = client(server);

        client.send("go");

        assertTrue(client.line().startsWith("!closing GOING_AWAY "));
        client.close();
        assertEquals(1, Await.result("the drain", report).sessions());
        assertFalse(server.sessions().iterator().hasNext());
    }
}
