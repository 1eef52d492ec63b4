package io.hongyan.im.bench.trial;

import org.HdrHistogram.Histogram;
import org.jspecify.annotations.Nullable;

/**
 * What came of one attack on one transport.
 *
 * @param did what the attackers did
 * @param answer what the server did
 * @param echo of the well-behaved client, in nanoseconds
 * @param heapPeak the most bytes that a collection left; 0 if there was none
 * @param residentPeak the most bytes in RAM
 * @param failure why the server has not stood it; null if it has
 */
record AttackResult(
        Attack attack,
        String transport,
        String did,
        String answer,
        Histogram echo,
        long heapPeak,
        long residentPeak,
        @Nullable String failure) {
    static final String HEAD = """
            | attack | transport | what came | what the server did | echo p50 / p99 / worst, ms | heap, MiB | RSS, MiB | verdict |
            | --- | --- | --- | --- | --- | --- | --- | --- |""";

    String row() {
        return String.format(
                "| `%s`: %s | %s | %s | %s | %s / %s / %s | %d | %d | %s |",
                attack.name(),
                attack.description(),
                transport,
                did,
                answer,
                millis(echo.getValueAtPercentile(50)),
                millis(echo.getValueAtPercentile(99)),
                millis(echo.getMaxValue()),
                heapPeak >> 20,
                residentPeak >> 20,
                failure == null ? "OK" : "FAIL: " + failure);
    }

    private static String millis(long nanos) {
        double millis = nanos / 1e6;
        return String.format(millis < 10 ? "%.1f" : "%.0f", millis);
    }
}
