package io.hongyan.im;

import java.time.Duration;
import java.util.Objects;

/**
 * Every bound of a server. All are finite, but for {@code firstMessageTimeout}, which may be off; {@link #defaults()} suits a chat server, the {@code with...} methods change
 * one at a time, and a value out of range is answered with {@link IllegalArgumentException} that names field, rule and
 * value.
 *
 * @param maxMessageBytes largest message a peer may send, in bytes of payload; 1 to 2^30
 * @param inboundLimitMessages messages of one session decoded but not yet handled before its socket is no longer read;
 *     1 to 1,000,000. Their bytes are bounded too, by twice {@code maxMessageBytes}
 * @param outboundLimitBytes output of one session accepted but not yet written, in encoded bytes, each message counting at
 *     least 64; 1,024 to 2^30
 * @param outboundLimitMessages the same as a number of messages; 1 to 1,000,000
 * @param overflow what happens at either outbound limit
 * @param commandQueueLength sends, publishes and closes that may wait for one loop; 16 to 2^20, rounded up to a power of two
 * @param maxSessions connections held at once; more are accepted and closed at once; 1 to 10,000,000
 * @param silenceTimeout where several protocols are spoken, one of them {@code line}: a client that has said nothing for so long is
 *     taken for a line client; 1 ms to 1 day
 * @param handshakeTimeout how long a client may take to show its protocol and to finish its handshake, from its connect or, where
 *     {@code line} is spoken too, from its first byte; 1 ms to 1 day
 * @param firstMessageTimeout a session without any message for so long is closed; zero (off) to 1 day
 * @param pingInterval a session whose peer has said nothing for so long is pinged, where its protocol can; 1 ms to 1 day
 * @param pongTimeout a session that leaves a ping unanswered for so long is closed; 1 ms to 1 day
 * @param writeStallTimeout a session with output waiting whose peer takes no byte for so long is closed; 1 ms to 1 day
 * @param closeTimeout how long a closing session may take to flush its output; 1 ms to 1 day
 */
public record Limits(
        int maxMessageBytes,
        int inboundLimitMessages,
        int outboundLimitBytes,
        int outboundLimitMessages,
        Overflow overflow,
        int commandQueueLength,
        int maxSessions,
        Duration silenceTimeout,
        Duration handshakeTimeout,
        Duration firstMessageTimeout,
        Duration pingInterval,
        Duration pongTimeout,
        Duration writeStallTimeout,
        Duration closeTimeout) {

    private static final Limits DEFAULTS = new Limits(
            64 * 1024,
            64,
            1024 * 1024,
            10_000,
            Overflow.CLOSE,
            16 * 1024,
            100_000,
            Duration.ofSeconds(3),
            Duration.ofSeconds(5),
            Duration.ZERO,
            Duration.ofSeconds(30),
            Duration.ofSeconds(10),
            Duration.ofSeconds(30),
            Duration.ofSeconds(3));

    /** Checks every bound. */
    public Limits {
        requireRange("maxMessageBytes", maxMessageBytes, 1, 1 << 30);
        requireRange("inboundLimitMessages", inboundLimitMessages, 1, 1_000_000);
        requireRange("outboundLimitBytes", outboundLimitBytes, 1024, 1 << 30);
        requireRange("outboundLimitMessages", outboundLimitMessages, 1, 1_000_000);
        Objects.requireNonNull(overflow, "overflow");
        requireRange("commandQueueLength", commandQueueLength, 16, 1 << 20);
        requireRange("maxSessions", maxSessions, 1, 10_000_000);
        requireRange("silenceTimeout", silenceTimeout);
        requireRange("handshakeTimeout", handshakeTimeout);
        if (!firstMessageTimeout.isZero()) {
            requireRange("firstMessageTimeout", firstMessageTimeout);
        }
        requireRange("pingInterval", pingInterval);
        requireRange("pongTimeout", pongTimeout);
        requireRange("writeStallTimeout", writeStallTimeout);
        requireRange("closeTimeout", closeTimeout);
    }

    /**
     * 64 KiB messages, 64 of them waiting inbound, 1 MiB or 10,000 messages outbound with {@link Overflow#CLOSE}, 16,384
     * commands per loop, 100,000 sessions; 3 s of silence, 5 s for a
     * handshake, no limit to the first message, a ping after 30 s and 10 s for its pong, 30 s write stall, 3 s to close.
     *
     * @return the defaults
     */
    public static Limits defaults() {
        return DEFAULTS;
    }

    /**
     * These limits with another {@link #maxMessageBytes()}.
     *
     * @param bytes 1 to 2^30
     * @return the changed limits
     */
    public Limits withMaxMessageBytes(int bytes) {
        Draft draft = new Draft(this);
        draft.maxMessageBytes = bytes;
        return draft.finish();
    }

    /**
     * These limits with another {@link #inboundLimitMessages()}.
     *
     * @param messages 1 to 1,000,000
     * @return the changed limits
     */
    public Limits withInboundLimitMessages(int messages) {
        Draft draft = new Draft(this);
        draft.inboundLimitMessages = messages;
        return draft.finish();
    }

    /**
     * These limits with other output bounds.
     *
     * @param bytes 1,024 to 2^30
     * @param messages 1 to 1,000,000
     * @param policy what happens at either
     * @return the changed limits
     */
    public Limits withOutbound(int bytes, int messages, Overflow policy) {
        Draft draft = new Draft(this);
        draft.outboundLimitBytes = bytes;
        draft.outboundLimitMessages = messages;
        draft.overflow = policy;
        return draft.finish();
    }

    /**
     * These limits with another {@link #commandQueueLength()}.
     *
     * @param commands 16 to 2^20
     * @return the changed limits
     */
    public Limits withCommandQueueLength(int commands) {
        Draft draft = new Draft(this);
        draft.commandQueueLength = commands;
        return draft.finish();
    }

    /**
     * These limits with another {@link #maxSessions()}.
     *
     * @param sessions 1 to 10,000,000
     * @return the changed limits
     */
    public Limits withMaxSessions(int sessions) {
        Draft draft = new Draft(this);
        draft.maxSessions = sessions;
        return draft.finish();
    }

    /**
     * These limits with other times to begin.
     *
     * @param silence until a silent client is taken for a line client; 1 ms to 1 day
     * @param handshake for a protocol's beginning; 1 ms to 1 day
     * @param firstMessage until the first message; zero (off) to 1 day
     * @return the changed limits
     */
    public Limits withOpening(Duration silence, Duration handshake, Duration firstMessage) {
        Draft draft = new Draft(this);
        draft.silenceTimeout = silence;
        draft.handshakeTimeout = handshake;
        draft.firstMessageTimeout = firstMessage;
        return draft.finish();
    }

    /**
     * These limits with another heartbeat.
     *
     * @param ping silence that is answered by a ping; 1 ms to 1 day
     * @param pong how long the answer may take; 1 ms to 1 day
     * @return the changed limits
     */
    public Limits withHeartbeat(Duration ping, Duration pong) {
        Draft draft = new Draft(this);
        draft.pingInterval = ping;
        draft.pongTimeout = pong;
        return draft.finish();
    }

    /**
     * These limits with other timeouts.
     *
     * @param writeStall for a peer that takes no byte; 1 ms to 1 day
     * @param close for a closing session to flush; 1 ms to 1 day
     * @return the changed limits
     */
    public Limits withTimeouts(Duration writeStall, Duration close) {
        Draft draft = new Draft(this);
        draft.writeStallTimeout = writeStall;
        draft.closeTimeout = close;
        return draft.finish();
    }

    /** The same, to be changed. */
    private static final class Draft {
        private int maxMessageBytes;
        private int inboundLimitMessages;
        private int outboundLimitBytes;
        private int outboundLimitMessages;
        private Overflow overflow;
        private int commandQueueLength;
        private int maxSessions;
        private Duration silenceTimeout;
        private Duration handshakeTimeout;
        private Duration firstMessageTimeout;
        private Duration pingInterval;
        private Duration pongTimeout;
        private Duration writeStallTimeout;
        private Duration closeTimeout;

        Draft(Limits from) {
            maxMessageBytes = from.maxMessageBytes;
            inboundLimitMessages = from.inboundLimitMessages;
            outboundLimitBytes = from.outboundLimitBytes;
            outboundLimitMessages = from.outboundLimitMessages;
            overflow = from.overflow;
            commandQueueLength = from.commandQueueLength;
            maxSessions = from.maxSessions;
            silenceTimeout = from.silenceTimeout;
            handshakeTimeout = from.handshakeTimeout;
            firstMessageTimeout = from.firstMessageTimeout;
            pingInterval = from.pingInterval;
            pongTimeout = from.pongTimeout;
            writeStallTimeout = from.writeStallTimeout;
            closeTimeout = from.closeTimeout;
        }

        Limits finish() {
            return new Limits(
                    maxMessageBytes,
                    inboundLimitMessages,
                    outboundLimitBytes,
                    outboundLimitMessages,
                    overflow,
                    commandQueueLength,
                    maxSessions,
                    silenceTimeout,
                    handshakeTimeout,
                    firstMessageTimeout,
                    pingInterval,
                    pongTimeout,
                    writeStallTimeout,
                    closeTimeout);
        }
    }

    private static void requireRange(String field, int value, int min, int max) {
        if (value < min || value > max) {
            throw new IllegalArgumentException(field + " must be " + min + " to " + max + ", was " + value);
        }
    }

    private static void requireRange(String field, Duration value) {
        if (value.compareTo(Duration.ofMillis(1)) < 0 || value.compareTo(Duration.ofDays(1)) > 0) {
            throw new IllegalArgumentException(field + " must be 1 ms to 1 day, was " + value);
        }
    }
}
