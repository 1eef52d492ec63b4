package io.hongyan.im.test;

import static org.junit.jupiter.api.Assertions.assertEquals;

import io.hongyan.im.CloseReason;
import io.hongyan.im.CloseReason.Code;
import io.hongyan.im.Dispatch;
import io.hongyan.im.ImServer;
import io.hongyan.im.Limits;
import io.hongyan.im.test.client.LineClient;
import io.hongyan.im.test.client.Wiring;
import io.hongyan.im.test.evidence.Await;
import io.hongyan.im.test.evidence.RecordingHandler;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Tag;

/**
 * Servers whose limits are small: one address, or one peer, gets what it may and no more, and the others notice nothing. What is exact about
 * times the tests of the engine show, by their own clock.
 */
abstract class StrictContract extends ServerTest {
    private static final String ELSEWHERE = "127.0.0.2";
    private static final Limits LIMITS = Limits.defaults();
    private static final int MANY = 1_000_000;

    StrictContract(String transport, Wiring wiring) {
        super(transport, wiring);
    }

    // ---- addresses

    @EachDispatch
    @Tag("X8")
    void shouldHoldSoManyConnectionsOfOneAddressAndServeOthers(Dispatch dispatch) throws Exception {
        RecordingHandler handler = recording(ECHO);
        ImServer server = start(server(dispatch, handler).limits(LIMITS.withPerAddress(3, MANY)));
        List<Member> members = members(server, handler, 3);

        client(server).awaitGone();
        Await.until("it is counted", () -> server.stats().refused() == 1);
        clientFrom(ELSEWHERE, server).echo("from another address");
        for (Member member : members) {
            member.client().echo("unmoved");
        }

        members.get(1).client().close();
        handler.awaitClose(members.get(1).session());
        awaitPlace(server).echo("a free place");
    }

    /** The server may count the one that has gone a moment later than it tells of it. */
    private LineClient awaitPlace(ImServer server) throws Exception {
        LineClient[] found = new LineClient[1];
        Await.until("there is a place", () -> {
            try {
                found[0] = client(server);
                found[0].send("?");
                return found[0].lineOrEnd().equals(Optional.of("?"));
            } catch (IOException refused) {
                return false;
            }
        });
        return found[0];
    }

    /** One in a second. */
    @EachDispatch
    @Tag("X8")
    void shouldCloseWhatComesTooFastFromOneAddressAndServeOthers(Dispatch dispatch) throws Exception {
        ImServer server = start(server(dispatch, ECHO).limits(LIMITS.withPerAddress(MANY, 1)));
        client(server).echo("the first");

        while (server.stats().refused() == 0) {
            client(server);
        }
        clientFrom(ELSEWHERE, server).echo("from another address");
        awaitPlace(server).echo("a second later");
    }

    /** All that is refused costs those that are there little. */
    @EachDispatch
    @Tag("X8")
    @Tag("B9")
    void shouldServeOthersWhileOneAddressKeepsComing(Dispatch dispatch) throws Exception {
        ImServer server = start(server(dispatch, ECHO).limits(LIMITS.withPerAddress(2, 10)));
        LineClient other = clientFrom(ELSEWHERE, server);
        other.echo("before");
        client(server).echo("one");
        client(server).echo("two");
        AtomicBoolean over = new AtomicBoolean();
        Crew storm = Crew.start(2, n -> {
            while (!over.get()) {
                try (LineClient one = passing(server.address())) {
                    one.awaitGone();
                }
            }
        });

        Await.until("many are refused, and another is served each time", () -> {
            try {
                other.echo("during");
            } catch (IOException e) {
                throw new AssertionError(e);
            }
            return server.stats().refused() >= 200;
        });

        over.set(true);
        storm.await();
    }

    // ---- rates

    private static List<String> numbers(int count) {
        return IntStream.range(0, count).mapToObj(i -> "number " + i).toList();
    }

    private static byte[] bytes(List<String> lines) {
        return (String.join("\n", lines) + "\n").getBytes(StandardCharsets.US_ASCII);
    }

    @EachDispatch
    @Tag("X8")
    @Tag("E8")
    void shouldHoldBackWhoSendsTooFastAndLoseNothing(Dispatch dispatch) throws Exception {
        int count = 300;
        ImServer server = start(
                server(dispatch, ECHO).loops(1).limits(LIMITS.withRate(200, LIMITS.bytesPerSecond(), Duration.ZERO)));
        LineClient fast = client(server);
        LineClient other = client(server);

        fast.sendBytes(bytes(numbers(count)));
        fast.halfClose();
        for (int i = 0; i < 100; i++) {
            other.echo("unmoved");
        }

        assertEquals(numbers(count), fast.linesToEnd());
        assertEquals(count + 100, server.stats().messagesIn());
    }

    @EachDispatch
    @Tag("X8")
    @Tag("E8")
    void shouldReadNoMoreBytesThanItMay(Dispatch dispatch) throws Exception {
        int count = 400;
        ImServer server = start(server(dispatch, ECHO)
                .loops(1)
                .limits(LIMITS.withRate(LIMITS.messagesPerSecond(), 4096, Duration.ZERO)));
        LineClient fast = client(server);
        LineClient other = client(server);
        byte[] sent = bytes(numbers(count));

        fast.sendBytes(sent);
        fast.halfClose();
        for (int i = 0; i < 100; i++) {
            other.echo("unmoved");
        }

        assertEquals(numbers(count), fast.linesToEnd());
    }

    @EachDispatch
    @Tag("X8")
    void shouldCloseWhoWantsToBeFasterForTooLong(Dispatch dispatch) throws Exception {
        RecordingHandler handler = recording(IGNORE);
        Limits limits = LIMITS.withRate(100, LIMITS.bytesPerSecond(), Duration.ofMillis(100));
        ImServer server = start(server(dispatch, handler).limits(limits));
        LineClient fast = client(server);

        fast.sendBytes(bytes(numbers(1000)));

        CloseReason reason = handler.awaitClose(handler.awaitOpen());
        assertEquals(Code.RATE_LIMITED, reason.code());
        assertEquals(100, reason.limit());
        assertEquals(
                List.of(
                        "!closing RATE_LIMITED rate limited: it wanted to send more than 100 messages a second for PT0.1S"
                                + " (messagesPerSecond, rateGrace); retry-after=10000ms"),
                fast.linesToEnd());
        assertEquals(1, server.stats().closes(Code.RATE_LIMITED));
    }

    // ---- silence

    @EachDispatch
    @Tag("S1")
    void shouldCloseWhoSaysNothingWhereThereIsNoPing(Dispatch dispatch) throws Exception {
        RecordingHandler handler = recording(ECHO);
        ImServer server = start(
                server(dispatch, handler).limits(LIMITS.withIdle(Duration.ofMillis(50), LIMITS.keepAliveTimeout())));
        LineClient silent = client(server);

        CloseReason reason = handler.awaitClose(handler.awaitOpen());

        assertEquals(Code.TIMEOUT, reason.code());
        assertEquals("timeout: it said nothing for PT0.05S (idleTimeout)", reason.text());
        assertEquals(List.of("!closing TIMEOUT " + reason.text()), silent.linesToEnd());
    }
}
