package io.hongyan.im.engine;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.hongyan.im.ClientSession;
import io.hongyan.im.CloseReason;
import io.hongyan.im.Dispatch;
import io.hongyan.im.Limits;
import io.hongyan.im.Message;
import io.hongyan.im.Overflow;
import io.hongyan.im.SendResult;
import io.hongyan.im.ServerStats;
import java.time.Duration;
import java.util.List;
import net.jqwik.api.Arbitraries;
import net.jqwik.api.Arbitrary;
import net.jqwik.api.Combinators;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.Provide;
import net.jqwik.api.Tuple;

/** Peers, hosts, the kernel and time do what they like in any order: each session is opened once and closed once (E9, E10, X4, X6). */
class InterleavingTest {
    private static final CloseReason OUT = CloseReason.of(CloseReason.Code.POLICY, "out");
    private static final int LOOPS = 2;

    private enum Act {
        CONNECT,
        PEER_SENDS,
        PEER_BREAKS_A_RULE,
        PEER_SENDS_HALF,
        PEER_ENDS,
        PEER_RESETS,
        KERNEL_IS_FULL,
        KERNEL_TAKES_SOME,
        KERNEL_TAKES_ALL,
        KERNEL_HANGS_UP,
        WRITES_FAIL,
        SEND,
        CLOSE,
        ABORT,
        PAUSE,
        RESUME,
        JOIN,
        LEAVE,
        PUBLISH,
        TURN,
        CALL_BACK,
        TIME_PASSES
    }

    /** Something done to the connection, or the loop, of some number. */
    private record Step(Act act, int number) {}

    private static final List<String> ORDERS =
            List.of("reply", "close", "abort", "throw", "publish", "pause", "join", "nothing", "close twice");

    private final Limits small = Limits.defaults()
            .withMaxMessageBytes(64)
            .withInboundLimitMessages(2)
            .withTimeouts(Duration.ofSeconds(3), Duration.ofSeconds(1));

    @Property(tries = 700)
    void everySessionIsClosedExactlyOnce(
            @ForAll("steps") List<Step> steps,
            @ForAll Dispatch dispatch,
            @ForAll Overflow policy,
            @ForAll("capacities") int mailboxCapacity) {
        Recording handler = obeying();
        ScriptedServer server = ScriptedServer.Setup.onLoop()
                .loops(LOOPS)
                .dispatch(dispatch)
                .limits(small.withOutbound(1024, 6, policy))
                .mailboxCapacity(mailboxCapacity)
                .start(handler);

        steps.forEach(step -> take(step, server));
        server.endAll();

        assertEquals(List.of(), handler.violationsAtTheEnd());
        handler.stories().forEach((session, story) -> {
            assertTrue(session.closeFuture().toCompletableFuture().isDone());
            assertEquals(0, session.pendingBytes());
            assertEquals(SendResult.CLOSED, session.send("too late"));
        });
        assertEquals(0, server.server().all().size());
        assertEquals(0, server.server().group("g").size());
    }

    /** Nothing is lost without a trace: what was accepted has left or is counted, what was decoded was handled or is counted. */
    @Property(tries = 700)
    void whatIsNotDeliveredIsCounted(@ForAll("steps") List<Step> steps, @ForAll Dispatch dispatch) {
        Recording handler = obeying();
        ScriptedServer server = ScriptedServer.Setup.onLoop()
                .loops(LOOPS)
                .dispatch(dispatch)
                .limits(small.withOutbound(1024, 6, Overflow.CLOSE))
                .start(handler);

        steps.forEach(step -> take(step, server));
        server.endAll();

        ServerStats stats = server.server().stats();
        long arrived = server.connections().stream()
                .flatMap(c -> c.takenText()
                        .substring(0, c.takenText().lastIndexOf('\n') + 1)
                        .lines())
                .filter(line -> !line.startsWith("!"))
                .count();
        long handled = handler.stories().values().stream()
                .mapToLong(story -> story.messages.size())
                .sum();
        assertEquals(stats.messagesOut(), arrived + stats.discardedOut(), "out");
        assertEquals(stats.messagesIn(), handled + stats.discardedIn(), "in");
        assertEquals(
                server.connections().stream().mapToLong(c -> c.taken().length).sum(), stats.bytesOut());
    }

    private static Recording obeying() {
        return new Recording()
                .whenOpen(session -> session.send("hello"))
                .whenMessage(InterleavingTest::obey)
                .whenClosed((session, reason) -> {
                    session.send("to nobody");
                    session.close(OUT);
                });
    }

    private static void obey(ClientSession session, Message message) {
        switch (message.text()) {
            case "reply" -> session.send("reply");
            case "close" -> session.close();
            case "close twice" -> {
                session.close();
                session.close(OUT);
            }
            case "abort" -> session.abort(OUT);
            case "throw" -> throw new IllegalStateException("scripted");
            case "publish" -> session.server().group("g").send("to all");
            case "pause" -> session.pause();
            case "join" -> session.join("g");
            default -> {}
        }
    }

    private static void take(Step step, ScriptedServer server) {
        switch (step.act()) {
            case CONNECT -> server.offer();
            case TURN -> server.turn(step.number() % LOOPS);
            case CALL_BACK -> server.dispatcher().runOne();
            case TIME_PASSES -> server.pass(Duration.ofMillis(100L * (step.number() % 12)));
            case PUBLISH -> server.server().group("g").send("from outside");
            default -> {
                if (!server.connections().isEmpty()) {
                    int index = step.number() % server.connections().size();
                    take(step, server, server.connections().get(index));
                }
            }
        }
    }

    private static void take(Step step, ScriptedServer server, ScriptedConnection connection) {
        switch (step.act()) {
            case PEER_SENDS -> connection.sends(ORDERS.get(step.number() % ORDERS.size()) + "\n");
            case PEER_BREAKS_A_RULE -> connection.sends(step.number() % 2 == 0 ? "\u00C3\n" : "x".repeat(70));
            case PEER_SENDS_HALF -> connection.sends("half");
            case PEER_ENDS -> connection.endsOutput();
            case PEER_RESETS -> connection.resets();
            case KERNEL_IS_FULL -> connection.takes(0);
            case KERNEL_TAKES_SOME -> connection.takes(step.number() % 40);
            case KERNEL_TAKES_ALL -> connection.takes(Long.MAX_VALUE);
            case KERNEL_HANGS_UP -> connection.reportsAlways(step.number() % 8 << 2);
            case WRITES_FAIL -> connection.failsAfter(connection.taken().length + step.number() % 9);
            default ->
                server.server().sessions().stream()
                        .filter(s -> s.remoteAddress().equals(connection.remoteAddress()))
                        .findFirst()
                        .ifPresent(session -> take(step, session));
        }
    }

    private static void take(Step step, ClientSession session) {
        switch (step.act()) {
            case SEND -> session.send("x".repeat(step.number() % 300));
            case CLOSE -> session.close();
            case ABORT -> session.abort(OUT);
            case PAUSE -> session.pause();
            case RESUME -> session.resume();
            case JOIN -> session.join("g");
            case LEAVE -> session.leave("g");
            default -> throw new AssertionError(step);
        }
    }

    @Provide
    Arbitrary<List<Step>> steps() {
        Arbitrary<Act> acts = Arbitraries.frequencyOf(
                Tuple.of(3, Arbitraries.of(Act.class)),
                Tuple.of(2, Arbitraries.of(Act.CONNECT, Act.PEER_SENDS, Act.SEND, Act.TURN, Act.CALL_BACK)));
        return Combinators.combine(acts, Arbitraries.integers().between(0, 1000))
                .as(Step::new)
                .list()
                .ofMaxSize(60);
    }

    @Provide
    Arbitrary<Integer> capacities() {
        return Arbitraries.of(2, 4, 1024);
    }
}
