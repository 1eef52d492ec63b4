package io.hongyan.im;

import java.time.Duration;
import java.util.Map;
import java.util.Objects;

/**
 * What a server has done since it started: totals that only grow, but for {@link #openSessions()}, {@link #heldBytes()} and {@link
 * #loopLag()}. A snapshot; each number is exact once the server is quiet.
 *
 * @param openSessions connections held now, those still closing included
 * @param accepted connections accepted
 * @param refused connections closed at once because of a limit, for want of descriptors, or because they could not be set up
 * @param messagesIn messages decoded
 * @param messagesOut messages queued to sessions (a group message counts once for each member)
 * @param bytesIn bytes read
 * @param bytesOut bytes written
 * @param writes write system calls
 * @param overflowed messages not queued because a bound was reached
 * @param discardedIn messages decoded but not handled because the session had closed
 * @param discardedOut messages queued but not written whole because the connection ended
 * @param errors callbacks of handlers and plugins, and protocols, that threw
 * @param heldBytes what counts against {@link Limits#memoryBudgetBytes()} now
 * @param loopLag the longest time that a loop was busy without looking at its connections, in the last ten seconds or longer; more than a
 *     few milliseconds is felt by all sessions of that loop
 * @param closes connections that have ended, by the kind of end; those refused are not among them
 */
public record ServerStats(
        long openSessions,
        long accepted,
        long refused,
        long messagesIn,
        long messagesOut,
        long bytesIn,
        long bytesOut,
        long writes,
        long overflowed,
        long discardedIn,
        long discardedOut,
        long errors,
        long heldBytes,
        Duration loopLag,
        Map<CloseReason.Code, Long> closes) {
    /** Checks the components and copies the map. */
    public ServerStats {
        Objects.requireNonNull(loopLag, "loopLag");
        closes = Map.copyOf(Objects.requireNonNull(closes, "closes"));
    }

    /**
     * How many connections have ended in that way.
     *
     * @param code the kind of end
     * @return 0 or more
     */
    public long closes(CloseReason.Code code) {
        return closes.getOrDefault(Objects.requireNonNull(code, "code"), 0L);
    }
}
