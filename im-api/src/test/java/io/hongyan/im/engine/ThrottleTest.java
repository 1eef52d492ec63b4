package io.hongyan.im.engine;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertSame;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.hongyan.im.ClientSession;
import io.hongyan.im.CloseReason;
import io.hongyan.im.Dispatch;
import io.hongyan.im.Limits;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.Arrays;
import java.util.List;
import java.util.stream.IntStream;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.constraints.IntRange;
import net.jqwik.api.constraints.Size;
import org.junit.jupiter.api.Test;

/** Who sends faster than it may is held back, and closed if that lasts (X8, E8); by the manual clock. */
class ThrottleTest {
    private static final int MESSAGES = 10;
    private static final int BYTES = 2048;
    private static final Duration GRACE = Duration.ofSeconds(5);

    /** A timer fires up to two ticks of the wheel late. */
    private static final Duration LATE = Duration.ofMillis(200);

    private final Recording handler = new Recording();

    private static Limits rate(int messages, int bytes, Duration grace) {
        return Limits.defaults().withRate(messages, bytes, grace);
    }

    private static Limits messages(Duration grace) {
        return rate(MESSAGES, Limits.defaults().bytesPerSecond(), grace);
    }

    private static Limits bytes(Duration grace) {
        return rate(Limits.defaults().messagesPerSecond(), BYTES, grace);
    }

    private ScriptedServer start(Limits limits) {
        return ScriptedServer.Setup.onLoop().limits(limits).start(handler);
    }

    private static List<String> numbers(int count) {
        return IntStream.range(0, count).mapToObj(Integer::toString).toList();
    }

    private static String lines(int count) {
        return String.join("\n", numbers(count)) + "\n";
    }

    private void end(ScriptedServer server) {
        server.endAll();
        assertEquals(List.of(), handler.violationsAtTheEnd());
    }

    // ---- held back

    @Test
    void shouldGiveASecondsMessagesAtOnceAndTheOthersAtTheirRate() {
        ScriptedServer server = start(messages(Duration.ZERO));
        ScriptedConnection connection = server.connect();
        List<String> heard = handler.of(server.session(connection)).messages;

        connection.sends(lines(100));
        server.settle();
        assertEquals(numbers(MESSAGES), heard);
        assertEquals(0, connection.interest() & Readiness.READ, "it is read");

        for (int second = 1; second <= 9; second++) {
            server.pass(Duration.ofSeconds(1));
            assertEquals(MESSAGES + second * MESSAGES, heard.size(), 1);
        }
        server.pass(LATE);
        assertEquals(numbers(100), heard);
        end(server);
    }

    @Test
    void shouldReadASecondsBytesAtOnceAndTheOthersAtTheirRate() {
        ScriptedServer server = start(bytes(Duration.ZERO));
        ScriptedConnection connection = server.connect();
        byte[] flood = "0123456\n".repeat(BYTES).getBytes(StandardCharsets.US_ASCII);

        connection.sends(flood);
        server.settle();
        assertEquals(flood.length - BYTES, connection.unread());
        for (int second = 1; second <= 6; second++) {
            server.pass(Duration.ofSeconds(1));
            int read = flood.length - connection.unread();
            assertTrue(read <= BYTES + second * BYTES, "read " + read);
            assertTrue(read >= second * BYTES, "read " + read);
        }
        server.pass(Duration.ofSeconds(3));

        assertEquals(0, connection.unread());
        assertEquals(BYTES, handler.of(server.session(connection)).messages.size());
        end(server);
    }

    /** As one that must be opened does: what is not a message counts by its bytes alone. */
    @Test
    void shouldCountBytesThatAreNoMessage() {
        ScriptedServer server = ScriptedServer.Setup.onLoop()
                .limits(rate(1, 1024, Duration.ZERO).withMaxMessageBytes(1 << 20))
                .start(handler);
        ScriptedConnection connection = server.connect();

        connection.sends("x".repeat(10_000));
        server.settle();
        assertEquals(10_000 - 1024, connection.unread());
        server.pass(Duration.ofSeconds(2));
        assertEquals(10_000 - 3 * 1024, connection.unread(), 20);
        server.pass(Duration.ofSeconds(8));

        assertEquals(0, connection.unread());
        end(server);
    }

    @Test
    void shouldServeOthersWhileOneIsHeldBack() {
        ScriptedServer server = start(messages(Duration.ZERO));
        ScriptedConnection flooder = server.connect();
        ScriptedConnection other = server.connect();
        flooder.sends(lines(1000));
        server.settle();

        other.sends("hello\n");
        server.settle();

        assertEquals(List.of("hello"), handler.of(server.session(other)).messages);
        end(server);
    }

    /** Nothing turns, and nothing is asked of the kernel, while a peer waits. */
    @Test
    void shouldNotSpinWhileOneIsHeldBack() {
        ScriptedServer server = start(rate(1, 1024, Duration.ZERO));
        ScriptedConnection connection = server.connect();
        connection.sends(lines(3));
        server.settle();
        int calls = connection.systemCalls();

        server.pass(Duration.ofMillis(900));

        assertEquals(calls, connection.systemCalls());
        assertFalse(server.loop(0).hasWork());
        end(server);
    }

    @Test
    void shouldDecodeWhatCameBeforeTheEndAndTellItThen() {
        ScriptedServer server = start(messages(Duration.ZERO));
        ScriptedConnection connection = server.connect();
        Recording.Story story = handler.of(server.session(connection));

        connection.sends(lines(100)).endsOutput();
        server.pass(Duration.ofSeconds(8));
        assertTrue(story.closes.isEmpty());
        server.pass(Duration.ofSeconds(2));

        assertEquals(numbers(100), story.messages);
        assertEquals(CloseReason.Code.PEER_CLOSED, story.closes.get(0).code());
        end(server);
    }

    @Test
    void shouldEndAtOnceWhenTheHostClosesOneThatIsHeldBack() {
        ScriptedServer server = start(messages(Duration.ZERO));
        ScriptedConnection connection = server.connect();
        ClientSession session = server.session(connection);
        connection.sends(lines(100));
        server.settle();

        session.close();
        connection.endsOutput();
        server.settle();

        assertTrue(connection.isClosed());
        assertEquals(0, server.loop(0).wheel().size());
        assertEquals(numbers(MESSAGES), handler.of(session).messages);
        end(server);
    }

    /** Where a layer holds bytes the poller knows nothing of. */
    @Test
    void shouldGoOnWithWhatALayerHolds() {
        ScriptedServer server = start(rate(MESSAGES, 1024, Duration.ZERO)).layered(socket -> {
            ScriptedStream stream = new ScriptedStream(socket);
            stream.handsOut(3);
            return stream;
        });
        ScriptedConnection connection = server.connect();

        connection.sends(lines(50));
        server.pass(Duration.ofSeconds(5));

        assertEquals(numbers(50), handler.of(server.session(connection)).messages);
        end(server);
    }

    @Test
    void shouldCountNothingByDefault() {
        ScriptedServer server = start(Limits.defaults());
        ScriptedConnection connection = server.connect();

        connection.sends(lines(20_000));
        server.settle();

        assertEquals(20_000, handler.of(server.session(connection)).messages.size());
        assertEquals(0, server.loop(0).wheel().size());
        server.loop(0).registrations().forEach(tenant -> {
            if (tenant instanceof Peer peer) {
                assertSame(Pace.FREE, peer.interest().pace());
            }
        });
        end(server);
    }

    /** However it is cut, and whenever it comes: at no time more than may be, nothing lost, and in order. */
    @Property(tries = 300)
    void holdingBackLosesAndReordersNothing(
            @ForAll Dispatch dispatch,
            @ForAll @IntRange(min = 1, max = 50) int messages,
            @ForAll @IntRange(min = 1024, max = 4096) int bytes,
            @ForAll @IntRange(min = 1, max = 200) int count,
            @ForAll @Size(min = 1, max = 20) List<@IntRange(min = 1, max = 300) Integer> cuts,
            @ForAll @Size(min = 1, max = 20) List<@IntRange(max = 300) Integer> millis) {
        Recording heard = new Recording();
        ScriptedServer server = ScriptedServer.Setup.onLoop()
                .dispatch(dispatch)
                .limits(rate(messages, bytes, Duration.ZERO))
                .start(heard);
        ScriptedConnection connection = server.connect();
        Recording.Story story = heard.of(server.session(connection));
        byte[] text = lines(count).getBytes(StandardCharsets.US_ASCII);
        long passed = 0;
        int sent = 0;
        for (int i = 0; story.messages.size() < count; i++) {
            int to = Math.min(text.length, sent + cuts.get(i % cuts.size()));
            connection.sends(Arrays.copyOfRange(text, sent, to));
            sent = to;
            int wait = i < millis.size() ? millis.get(i) : 250;
            server.pass(Duration.ofMillis(wait));
            passed += wait;

            assertTrue(story.messages.size() <= messages + passed * messages / 1000, "too fast");
            assertTrue(sent - connection.unread() <= bytes + passed * bytes / 1000, "too fast");
            assertTrue(i < 2000, () -> story.messages.size() + " of " + count + " have come");
        }

        assertEquals(numbers(count), story.messages);
        server.endAll();
        assertEquals(List.of(), heard.violationsAtTheEnd());
    }

    // ---- closed

    private CloseReason requireClosed(ScriptedServer server, ScriptedConnection connection, ClientSession session) {
        connection.endsOutput();
        server.pass(Duration.ofSeconds(2));
        assertTrue(connection.isClosed());
        return handler.of(session).closes.get(0);
    }

    @Test
    void shouldCloseWhoSendsTooManyMessagesForTheGrace() {
        ScriptedServer server = start(messages(GRACE));
        ScriptedConnection connection = server.connect();
        ClientSession session = server.session(connection);

        connection.sends(lines(2000));
        server.pass(GRACE.minus(LATE));
        assertTrue(session.isOpen());
        server.pass(LATE.multipliedBy(2));
        assertFalse(session.isOpen());

        CloseReason reason = requireClosed(server, connection, session);
        assertEquals(CloseReason.Code.RATE_LIMITED, reason.code());
        assertEquals(MESSAGES, reason.limit());
        assertEquals(
                "rate limited: it wanted to send more than 10 messages a second for PT5S (messagesPerSecond, rateGrace)",
                reason.text());
        assertTrue(connection.takenText().startsWith("!closing RATE_LIMITED "), connection.takenText());
        int heard = handler.of(session).messages.size();
        assertEquals(numbers(heard), handler.of(session).messages);
        end(server);
    }

    @Test
    void shouldCloseWhoSendsTooManyBytesForTheGrace() {
        ScriptedServer server = start(bytes(GRACE));
        ScriptedConnection connection = server.connect();
        ClientSession session = server.session(connection);

        for (int i = 0; i < 100; i++) {
            connection.sends("0123456\n".repeat(BYTES / 8));
        }
        server.pass(GRACE.minus(LATE));
        assertTrue(session.isOpen());
        server.pass(LATE.multipliedBy(2));
        assertFalse(session.isOpen());

        CloseReason reason = requireClosed(server, connection, session);
        assertEquals(CloseReason.Code.RATE_LIMITED, reason.code());
        assertEquals(BYTES, reason.limit());
        assertTrue(reason.text().contains("(bytesPerSecond, rateGrace)"), reason.text());
        end(server);
    }

    /** One that is a little too fast is behind more and more. */
    @Test
    void shouldCloseWhoIsALittleTooFastForLong() {
        ScriptedServer server = start(messages(GRACE));
        ScriptedConnection connection = server.connect();
        ClientSession session = server.session(connection);

        for (int i = 0; i < 600 && session.isOpen(); i++) {
            connection.sends("twice as fast\n");
            server.pass(Duration.ofMillis(50));
        }

        assertFalse(session.isOpen());
        assertEquals(
                CloseReason.Code.RATE_LIMITED,
                requireClosed(server, connection, session).code());
        end(server);
    }

    @Test
    void shouldNotCloseWhoPausesInTime() {
        ScriptedServer server = start(messages(GRACE));
        ScriptedConnection connection = server.connect();
        ClientSession session = server.session(connection);

        for (int i = 0; i < 5; i++) {
            connection.sends(lines(50));
            server.pass(GRACE);
        }

        assertTrue(session.isOpen());
        assertEquals(250, handler.of(session).messages.size());
        end(server);
    }

    /** What it could send at once is gone, and from then on it is at its rate to the millisecond. */
    @Property(tries = 20)
    void neverClosesWhoIsAtItsRate(@ForAll @IntRange(min = 1, max = 200) int perSecond) {
        Recording heard = new Recording();
        ScriptedServer server = ScriptedServer.Setup.onLoop()
                .limits(rate(perSecond, Limits.defaults().bytesPerSecond(), Duration.ofSeconds(2)))
                .start(heard);
        ScriptedConnection connection = server.connect();
        ClientSession session = server.session(connection);
        connection.sends(lines(perSecond));
        server.settle();

        long sent = 0;
        for (long micros = 0; micros < 10_000_000; micros += 5_000) {
            server.jump(Duration.ofMillis(5));
            for (; sent < micros * perSecond / 1_000_000; sent++) {
                connection.sends("at its rate\n");
            }
            server.settle();
        }

        assertTrue(session.isOpen(), "closed at " + perSecond);
        server.endAll();
    }
}
