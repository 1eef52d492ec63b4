package io.hongyan.im;

import java.net.InetSocketAddress;
import java.time.Instant;
import java.util.Objects;

/**
 * One connection that has ended, and why; see {@link ImServer#recentCloses()}.
 *
 * @param id the session's {@link ClientSession#id()}; empty where none had opened
 * @param protocol the session's {@link ClientSession#protocol()}; empty where none had opened
 * @param remoteAddress where the peer was
 * @param at when it ended
 * @param reason why, with the evidence
 */
public record ClosedSession(
        String id, String protocol, InetSocketAddress remoteAddress, Instant at, CloseReason reason) {
    /** Checks the components. */
    public ClosedSession {
        Objects.requireNonNull(id, "id");
        Objects.requireNonNull(protocol, "protocol");
        Objects.requireNonNull(remoteAddress, "remoteAddress");
        Objects.requireNonNull(at, "at");
        Objects.requireNonNull(reason, "reason");
    }
}
