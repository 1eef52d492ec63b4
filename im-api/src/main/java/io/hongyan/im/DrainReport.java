package io.hongyan.im;

import java.time.Duration;
import java.util.Objects;

/**
 * What became of a {@link ImServer#drain drain}.
 *
 * @param sessions connections that there were when it began
 * @param left those of them that were still there when its time was over, and were closed all at once
 * @param discarded messages, in both directions, that were accepted and came to nothing meanwhile
 * @param took from its beginning to the server's end
 */
public record DrainReport(int sessions, int left, long discarded, Duration took) {
    /** Checks the components. */
    public DrainReport {
        Objects.requireNonNull(took, "took");
    }
}
