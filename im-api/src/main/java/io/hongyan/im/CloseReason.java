package io.hongyan.im;

import java.time.Duration;
import java.util.Objects;

/**
 * Why a session ended: a code, a sentence, and the evidence at that moment.
 *
 * @param code the kind of end
 * @param text one sentence for a person; never holds message content
 * @param pendingBytes output accepted but not yet written when the session began to close
 * @param limit the limit that was broken, in the unit the text names; 0 where none was
 * @param idle the time since the last byte came from the peer
 */
public record CloseReason(Code code, String text, long pendingBytes, long limit, Duration idle) {

    /** The kinds of end, with the RFC 6455 status that stands for each and whether a client should come back. */
    public enum Code {
        /** Ended on purpose by the host. */
        NORMAL(1000, false),
        /** The peer ended its output in good order. */
        PEER_CLOSED(1000, false),
        /** The server is shutting down. */
        GOING_AWAY(1001, true),
        /** The peer broke the rules of its protocol. */
        PROTOCOL_ERROR(1002, false),
        /** The connection broke: reset, or an I/O error. */
        CONNECTION_LOST(1006, true),
        /** The peer sent text that is not valid UTF-8. */
        INVALID_TEXT(1007, false),
        /** The peer did what the host or a plugin does not allow. */
        POLICY(1008, false),
        /** The peer sent a message over {@link Limits#maxMessageBytes()}. */
        MESSAGE_TOO_BIG(1009, false),
        /** A handler, plugin or protocol failed. */
        INTERNAL_ERROR(1011, true),
        /** The peer read too slowly: {@link Limits#outboundLimitBytes()} or {@link Limits#writeStallTimeout()}. */
        SLOW_CONSUMER(1013, true),
        /** The peer missed a deadline. */
        TIMEOUT(1008, true);

        private final int status;
        private final boolean reconnect;

        Code(int status, boolean reconnect) {
            this.status = status;
            this.reconnect = reconnect;
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
            return reconnect;
        }
    }

    /** Checks the components. */
    public CloseReason {
        Objects.requireNonNull(code, "code");
        Objects.requireNonNull(text, "text");
        Objects.requireNonNull(idle, "idle");
    }

    /**
     * A reason whose evidence is filled in by the server when the session closes.
     *
     * @param code the kind of end
     * @param text one sentence for the peer and the log
     * @return the reason
     */
    public static CloseReason of(Code code, String text) {
        return new CloseReason(code, text, 0, 0, Duration.ZERO);
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
        return new CloseReason(code, text, 0, limit, Duration.ZERO);
    }

    /**
     * This reason with the evidence of one session.
     *
     * @param pending output bytes not yet written
     * @param sinceLastByte time since the peer's last byte
     * @return the completed reason
     */
    public CloseReason withEvidence(long pending, Duration sinceLastByte) {
        return new CloseReason(code, text, pending, limit, sinceLastByte);
    }
}
