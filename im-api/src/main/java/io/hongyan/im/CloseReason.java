package io.hongyan.im;

import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.Objects;
import java.util.Optional;

/**
 * Why a session ended: a code, a sentence, the evidence, and whether and when its client may come back.
 *
 * @param code the kind of end
 * @param text one sentence for a person; never holds message content
 * @param pendingBytes output accepted but not yet written when it was decided to close
 * @param limit the limit that was broken, in the unit the text names; 0 where none was
 * @param idle the time since the last byte came from the peer
 * @param retryAfter how long a client is to wait before it comes back, at least; empty if it is not to come back by itself
 */
public record CloseReason(
        Code code, String text, long pendingBytes, long limit, Duration idle, Optional<Duration> retryAfter) {
    private static final String RETRY_AFTER = "; retry-after=";
    private static final String UNIT = "ms";

    /** The kinds of end, with the RFC 6455 status that stands for each and whether, and when, a client should come back. */
    public enum Code {
        /** Ended on purpose by the host. */
        NORMAL(1000),
        /** The peer ended its output in good order. */
        PEER_CLOSED(1000),
        /** The server is shutting down. */
        GOING_AWAY(1001, 1000),
        /** The peer broke the rules of its protocol. */
        PROTOCOL_ERROR(1002),
        /** The connection broke: reset, an I/O error, or a machine that answers no more. */
        CONNECTION_LOST(1006, 0),
        /** The peer sent text that is not valid UTF-8. */
        INVALID_TEXT(1007),
        /** The peer did what the host or a plugin does not allow. */
        POLICY(1008),
        /** The peer sent a message over {@link Limits#maxMessageBytes()}. */
        MESSAGE_TOO_BIG(1009),
        /** A handler, plugin or protocol failed. */
        INTERNAL_ERROR(1011, 1000),
        /** The peer read too slowly: {@link Limits#outboundLimitBytes()} or {@link Limits#writeStallTimeout()}. */
        SLOW_CONSUMER(1013, 1000),
        /** All sessions together held too much, and this one most: {@link Limits#memoryBudgetBytes()}. */
        OVERLOADED(1013, 5000),
        /** The peer sent faster than it may, for longer than {@link Limits#rateGrace()}. */
        RATE_LIMITED(1013, 10_000),
        /** The peer missed a deadline. */
        TIMEOUT(1008, 0);

        private final int status;
        private final Optional<Duration> retryAfter;

        Code(int status) {
            this.status = status;
            retryAfter = Optional.empty();
        }

        Code(int status, long retryAfterMillis) {
            this.status = status;
            retryAfter = Optional.of(Duration.ofMillis(retryAfterMillis));
        }

        /**
         * The status code of RFC 6455, section 7.4.1 (1013 is of the IANA registry).
         *
         * @return 1000 to 1013
         */
        public int status() {
            return status;
        }

        /**
         * Whether a client that reconnects unchanged may hope for a better end.
         *
         * @return true where coming back makes sense
         */
        public boolean reconnect() {
            return retryAfter.isPresent();
        }
    }

    /** Checks the components. */
    public CloseReason {
        Objects.requireNonNull(code, "code");
        Objects.requireNonNull(text, "text");
        Objects.requireNonNull(idle, "idle");
        Objects.requireNonNull(retryAfter, "retryAfter");
        if (retryAfter.isPresent() && retryAfter.get().isNegative()) {
            throw new IllegalArgumentException("retryAfter must not be negative, was " + retryAfter.get());
        }
    }

    /**
     * A reason whose evidence is filled in by the server when the session closes.
     *
     * @param code the kind of end
     * @param text one sentence for the peer and the log
     * @return the reason
     */
    public static CloseReason of(Code code, String text) {
        return of(code, text, 0);
    }

    /**
     * A reason that names the limit that was broken.
     *
     * @param code the kind of end
     * @param text one sentence for the peer and the log
     * @param limit the limit, in the unit the text names
     * @return the reason
     */
    public static CloseReason of(Code code, String text, long limit) {
        return new CloseReason(code, text, 0, limit, Duration.ZERO, Objects.requireNonNull(code, "code").retryAfter);
    }

    /**
     * This reason with another time to come back; also for a code that else says not to, such as a {@link Code#POLICY} of ten minutes.
     *
     * @param wait how long the client is to wait, at least; zero or more
     * @return the changed reason
     */
    public CloseReason withRetryAfter(Duration wait) {
        return new CloseReason(
                code, text, pendingBytes, limit, idle, Optional.of(Objects.requireNonNull(wait, "wait")));
    }

    /**
     * This reason with the evidence of one session.
     *
     * @param pending output bytes not yet written
     * @param sinceLastByte time since the peer's last byte
     * @return the completed reason
     */
    public CloseReason withEvidence(long pending, Duration sinceLastByte) {
        return new CloseReason(code, text, pending, limit, sinceLastByte, retryAfter);
    }

    /**
     * What a peer is told, for encoders: the text and, where a client is to wait, {@code ; retry-after=} and milliseconds. If it does not
     * fit, the text is cut, at a character.
     *
     * @param maxBytes how long it may be in UTF-8; 64 or more
     * @return the notice, on one line if the text is
     */
    public String notice(int maxBytes) {
        long millis = retryAfter.orElse(Duration.ZERO).toMillis();
        String end = millis == 0 ? "" : RETRY_AFTER + millis + UNIT;
        byte[] bytes = text.getBytes(StandardCharsets.UTF_8);
        int length = Math.min(bytes.length, maxBytes - end.length());
        while (length < bytes.length && (bytes[length] & 0xC0) == 0x80) {
            length--;
        }
        return new String(bytes, 0, length, StandardCharsets.UTF_8) + end;
    }
}
