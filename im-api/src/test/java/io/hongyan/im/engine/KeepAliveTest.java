package io.hongyan.im.engine;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.hongyan.im.Limits;
import java.time.Duration;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

/** When a kernel is to ask whether a peer's machine is still there (S1). */
@Tag("S1")
final class KeepAliveTest {
    @Test
    void shouldAskAfterHalfOfTheTimeAndThreeTimesInTheRest() {
        assertEquals(new KeepAlive(30, 10, 3), KeepAlive.of(Duration.ofSeconds(60)));
    }

    @Test
    void shouldAskNeverWhenTheTimeIsZero() {
        assertEquals(KeepAlive.OFF, KeepAlive.of(Duration.ZERO));
    }

    @Test
    void shouldAskEachSecondWhenThereIsLessTime() {
        assertEquals(new KeepAlive(1, 1, 3), KeepAlive.of(Duration.ofMillis(1)));
    }

    @Test
    void shouldStayWithinWhatKernelsTakeWhenTheTimeIsLong() {
        KeepAlive longest = KeepAlive.of(Duration.ofDays(1));

        assertTrue(longest.idleSeconds() <= 32_767 && longest.intervalSeconds() <= 32_767, longest::toString);
    }

    @Test
    void shouldWaitForAsLongAsItWasToldAndNotMuchLonger() {
        for (int millis = 1; millis < 100_000; millis += 7) {
            int seconds = KeepAlive.of(Duration.ofMillis(millis)).totalSeconds();

            assertTrue(seconds * 1000 >= millis && seconds * 1000 < millis + 4000, millis + " ms became " + seconds);
        }
        assertEquals(86_400, KeepAlive.of(Duration.ofDays(1)).totalSeconds(), 2);
    }

    @Test
    void shouldHaveTheTimeOfItsListener() {
        Limits limits = Limits.defaults().withIdle(Duration.ZERO, Duration.ofSeconds(20));

        ScriptedServer server = ScriptedServer.Setup.onLoop().limits(limits).start(new Recording());

        assertEquals(KeepAlive.of(Duration.ofSeconds(20)), server.acceptor().keepAlive());
    }
}
