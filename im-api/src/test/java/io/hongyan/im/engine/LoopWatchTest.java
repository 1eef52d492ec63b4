package io.hongyan.im.engine;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.hongyan.im.Dispatch;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

/** How long a loop was busy (E4). */
@Tag("E4")
class LoopWatchTest {
    private static final long MILLI = 1_000_000;
    private static final long SECOND = 1_000 * MILLI;

    /** So that time overflows on the way. */
    private static final long START = Long.MAX_VALUE - 3 * SECOND;

    private final LoopWatch watch = new LoopWatch(START);

    private void turn(long begin, long nanos) {
        watch.begins(START + begin);
        watch.rests(START + begin + nanos);
    }

    private long lagMillis(long at) {
        return Math.round(watch.lagNanos(START + at) / 1e6);
    }

    @Test
    void shouldForgetALongTurnTenToTwentySecondsLater() {
        turn(SECOND, 30 * MILLI);
        turn(2 * SECOND, MILLI);

        assertEquals(30, lagMillis(3 * SECOND));
        assertEquals(30, lagMillis(19 * SECOND));
        assertEquals(0, lagMillis(21 * SECOND));
    }

    @Test
    void shouldForgetItAlsoWhenOthersFollow() {
        turn(9 * SECOND, 30 * MILLI);
        for (int i = 10; i < 20; i++) {
            turn(i * SECOND, 2 * MILLI);
            assertEquals(30, lagMillis(i * SECOND + 3 * MILLI), i + " s");
        }
        for (int i = 20; i < 40; i++) {
            turn(i * SECOND, 2 * MILLI);
        }

        assertEquals(2, lagMillis(40 * SECOND));
    }

    @Test
    void shouldTakeTheTurnUnderWayIntoAccount() {
        turn(0, MILLI);

        watch.begins(START + SECOND);
        watch.begins(START + SECOND + 3 * MILLI);

        assertEquals(3, lagMillis(SECOND + 3 * MILLI));
        assertEquals(700, lagMillis(SECOND + 703 * MILLI));
    }

    @Test
    void shouldTellOfTurnsThatWereBlocked() {
        turn(0, 199 * MILLI);
        assertEquals(0, watch.lastBlocked().number());

        turn(SECOND, 500 * MILLI);
        turn(2 * SECOND, 201 * MILLI);

        assertEquals(2, watch.lastBlocked().number());
        assertEquals(201, Math.round(watch.lastBlocked().nanos() / 1e6));
    }

    @Test
    void shouldBeANumberOfTheServer() {
        List<Duration> inside = new ArrayList<>();
        ScriptedServer[] server = new ScriptedServer[1];
        server[0] = ScriptedServer.Setup.onLoop()
                .loops(2)
                .dispatch(Dispatch.ON_LOOP)
                .start(new Recording().whenMessage((session, message) -> {
                    server[0].jump(Duration.ofMillis(250));
                    inside.add(server[0].server().stats().loopLag());
                }));
        ScriptedConnection connection = server[0].connect();
        server[0].pass(Duration.ofSeconds(30));
        assertTrue(server[0].server().stats().loopLag().toMillis() < 250, "a loop that waits is not busy");

        connection.sends("stop\n");
        server[0].settle();

        assertEquals(List.of(250L), inside.stream().map(Duration::toMillis).toList());
        assertEquals(250, server[0].server().stats().loopLag().toMillis());
        server[0].pass(Duration.ofSeconds(25));
        assertTrue(server[0].server().stats().loopLag().toMillis() < 250);
        server[0].endAll();
    }
}
