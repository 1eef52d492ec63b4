package io.hongyan.im;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.hongyan.im.CloseReason.Code;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.Optional;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.constraints.IntRange;
import net.jqwik.api.constraints.LongRange;
import org.junit.jupiter.api.Test;

class CloseReasonTest {
    @Test
    void shouldSayWhenToComeBackWhereItMakesSense() {
        for (Code code : Code.values()) {
            CloseReason reason = CloseReason.of(code, "why");
            assertEquals(code.reconnect(), reason.retryAfter().isPresent(), code::toString);
        }
        assertEquals(
                "shutting down; retry-after=1000ms",
                CloseReason.of(Code.GOING_AWAY, "shutting down").notice(123));
        assertEquals(
                "timeout: late", CloseReason.of(Code.TIMEOUT, "timeout: late").notice(123));
    }

    @Test
    void shouldLetTheHostSayWhenToComeBack() {
        CloseReason banned = CloseReason.of(Code.POLICY, "be quiet for a while").withRetryAfter(Duration.ofMinutes(10));

        assertEquals(Optional.of(Duration.ofMinutes(10)), banned.retryAfter());
        assertEquals("be quiet for a while; retry-after=600000ms", banned.notice(123));
        assertEquals(
                banned.retryAfter(),
                banned.withEvidence(1, Duration.ofSeconds(2)).retryAfter());
        assertEquals(
                "retryAfter must not be negative, was PT-1S",
                assertThrows(IllegalArgumentException.class, () -> banned.withRetryAfter(Duration.ofSeconds(-1)))
                        .getMessage());
    }

    /** What is cut is the text, between characters, and never the time. */
    @Property
    void aNoticeFitsAndKeepsItsTime(
            @ForAll String text,
            @ForAll @IntRange(min = 64, max = 300) int most,
            @ForAll @LongRange(min = 0) long wait) {
        long millis = wait % 1_000_000_000;
        CloseReason reason = CloseReason.of(Code.GOING_AWAY, text).withRetryAfter(Duration.ofMillis(millis));

        String notice = reason.notice(most);

        String end = millis == 0 ? "" : "; retry-after=" + millis + "ms";
        byte[] bytes = notice.getBytes(StandardCharsets.UTF_8);
        String whole = new String(text.getBytes(StandardCharsets.UTF_8), StandardCharsets.UTF_8);
        assertTrue(bytes.length <= most, notice);
        assertTrue(notice.endsWith(end), notice);
        assertTrue(whole.startsWith(notice.substring(0, notice.length() - end.length())), notice);
        assertTrue(notice.equals(whole + end) || bytes.length > most - 4, "cut more than it had to be: " + notice);
    }
}
