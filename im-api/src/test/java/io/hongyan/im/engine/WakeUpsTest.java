package io.hongyan.im.engine;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.time.Duration;
import java.util.List;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

/** A poller that returns again and again for nothing (E7). */
@Tag("E7")
class WakeUpsTest {
    private final ScriptedServer server = ScriptedServer.Setup.onLoop().start(new Recording());

    private void turns(int number) {
        for (int i = 0; i < number; i++) {
            server.turn(0);
        }
    }

    @Test
    void shouldRenewAPollerThatReturnsForNothingAndSaySoOnceAMinute() {
        server.settle();
        try (LogLines log = new LogLines()) {
            turns(2 * 512);

            assertEquals(2, server.poller(0).renewals());
            List<String> lines = log.take();
            assertEquals(1, lines.size(), lines::toString);
            assertTrue(
                    lines.get(0)
                            .startsWith("WARNING hongyan-loop-0 woke up 512 times in a row for nothing; it has a new"),
                    lines::toString);

            server.jump(Duration.ofMinutes(2));
            turns(1 + 512);
            lines = log.take();
            assertEquals(1, lines.size(), lines::toString);
            assertTrue(lines.get(0).endsWith("(1 more since the last such line)"), lines::toString);
        }
    }

    @Test
    void shouldNotCountPollsThatReturnForAReason() {
        ScriptedConnection connection = server.connect();
        for (int i = 0; i < 10; i++) {
            turns(400);
            if (i % 2 == 0) {
                connection.sends("hello\n");
            } else {
                server.poller(0).whileWaiting(() -> server.loop(0).execute(() -> {}));
            }
            turns(1);
            server.poller(0).whileWaiting(() -> {});
            turns(1);
        }

        assertEquals(0, server.poller(0).renewals());
    }
}
