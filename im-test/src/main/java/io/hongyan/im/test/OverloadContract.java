package io.hongyan.im.test;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.hongyan.im.ClientSession;
import io.hongyan.im.CloseReason.Code;
import io.hongyan.im.ClosedSession;
import io.hongyan.im.Dispatch;
import io.hongyan.im.ImServer;
import io.hongyan.im.Limits;
import io.hongyan.im.Message;
import io.hongyan.im.Overflow;
import io.hongyan.im.test.client.LineClient;
import io.hongyan.im.test.client.Wiring;
import io.hongyan.im.test.evidence.Await;
import io.hongyan.im.test.evidence.RecordingHandler;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Tag;

/** What all sessions hold together is bounded, and who is quick does not notice. */
abstract class OverloadContract extends ServerTest {
    private static final int BUDGET = 4 << 20;
    private static final Limits LIMITS =
            Limits.defaults().withMemoryBudgetBytes(BUDGET).withOutbound(1 << 30, 1_000_000, Overflow.CLOSE);

    OverloadContract(String transport, Wiring wiring) {
        super(transport, wiring);
    }

    @EachDispatch
    @Tag("B4")
    @Tag("B9")
    void shouldCloseThoseThatHoldMostWhenAllHoldTooMuch(Dispatch dispatch) throws Exception {
        RecordingHandler handler = recording(ECHO);
        ImServer server = start(server(dispatch, handler).limits(LIMITS));
        LineClient quick = client(server);
        quick.echo("before");
        handler.awaitOpen();
        List<ClientSession> sessions = new ArrayList<>();
        for (int i = 0; i < 12; i++) {
            slowClient(server);
            sessions.add(handler.awaitOpen());
        }

        String half = "x".repeat(512 * 1024 - 1);
        while (server.stats().closes(Code.OVERLOADED) < 12) {
            for (ClientSession session : sessions) {
                session.send(half);
            }
            quick.echo("meanwhile");
        }

        assertTrue(server.recentCloses().stream()
                .map(ClosedSession::reason)
                .allMatch(reason -> reason.code() == Code.OVERLOADED && reason.limit() == BUDGET));
        Await.until("nothing is held", () -> server.stats().heldBytes() == 0);
        quick.echo("after");
    }

    /** Those who have read all hold nothing, however much goes to them. */
    @EachDispatch
    @Tag("B4")
    void shouldNotCountWhatIsTaken(Dispatch dispatch) throws Exception {
        RecordingHandler handler = recording(IGNORE);
        ImServer server = start(server(dispatch, handler).limits(LIMITS));
        List<Member> members = members(server, handler, 4);
        Message large = Message.text("y".repeat(100_000));

        for (int i = 0; i < 200; i++) {
            Await.result("counts", server.all().send(large).counts());
            for (Member member : members) {
                member.client().expectLine(large.text());
            }
        }

        Await.until("nothing is held", () -> server.stats().heldBytes() == 0);
        assertEquals(4, server.all().size());
    }
}
