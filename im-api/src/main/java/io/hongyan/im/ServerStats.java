package io.hongyan.im;

/**
 * What a server has done since it started: totals that only grow, but for {@link #openSessions()}. A snapshot; each number
 * is exact once the server is quiet.
 *
 * @param openSessions connections held now, those still closing included
 * @param accepted connections accepted
 * @param refused connections closed at once because of {@link Limits#maxSessions()} or because they could not be set up
 * @param messagesIn messages decoded
 * @param messagesOut messages queued to sessions (a group message counts once for each member)
 * @param bytesIn bytes read
 * @param bytesOut bytes written
 * @param writes write system calls
 * @param overflowed messages not queued because a bound was reached
 * @param discardedIn messages decoded but not handled because the session had closed
 * @param discardedOut messages queued but not written whole because the connection ended
 * @param errors callbacks of handlers and plugins, and protocols, that threw
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
        long errors) {}
