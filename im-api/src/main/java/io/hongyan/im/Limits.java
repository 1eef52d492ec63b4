package io.hongyan.im;

import java.time.Duration;
import java.util.EnumMap;
import java.util.Objects;

/**
 * Every bound of a server. All are finite, but for {@link #firstMessageTimeout()}, which may be off. {@link #defaults()} suits a
 * chat server; the {@code with...} methods give limits that differ in what they name. A value out of range is answered with
 * {@link IllegalArgumentException} that names field, rule and value. Immutable; equal if every bound is.
 */
public final class Limits {
    private static final Limits DEFAULTS = new Limits();

    /** A value for each bound, within its range; never changed once the constructor has returned. */
    private final EnumMap<Bound, Object> values = new EnumMap<>(Bound.class);

    private Limits() {
        for (Bound bound : Bound.values()) {
            values.put(bound, bound.initial);
        }
    }

    private Limits(Limits from, Bound changed, Object value) {
        values.putAll(from.values);
        values.put(changed, changed.checked(value));
    }

    /**
     * 64 KiB messages, 64 of them waiting inbound, 1 MiB or 10,000 messages outbound with {@link Overflow#CLOSE}, 16,384
     * commands per loop, 100,000 sessions; 3 s of silence, 5 s for a handshake, no limit to the first message, a ping after
     * 30 s and 10 s for its pong, 30 s write stall, 3 s to close.
     *
     * @return the defaults
     */
    public static Limits defaults() {
        return DEFAULTS;
    }

    /**
     * The largest message a peer may send. What the host sends is not measured by it, but by {@link #outboundLimitBytes()}.
     *
     * @return bytes of payload; 1 to 2^30
     */
    public int maxMessageBytes() {
        return number(Bound.MAX_MESSAGE_BYTES);
    }

    /**
     * How many messages of one session may be decoded and not yet handled before its socket is no longer read. Their bytes
     * are bounded too, by twice {@link #maxMessageBytes()}.
     *
     * @return 1 to 1,000,000
     */
    public int inboundLimitMessages() {
        return number(Bound.INBOUND_LIMIT_MESSAGES);
    }

    /**
     * How much output of one session may be accepted and not yet written. One message that is larger by itself can never be sent:
     * {@link ClientSession#send(Message)} throws {@link IllegalArgumentException}, and a {@link Group} counts each member whose limit it
     * passes as {@linkplain Fanout.Counts#refused() refused}.
     *
     * @return encoded bytes, each message counting at least 64; 1,024 to 2^30
     */
    public int outboundLimitBytes() {
        return number(Bound.OUTBOUND_LIMIT_BYTES);
    }

    /**
     * The same as a number of messages.
     *
     * @return 1 to 1,000,000
     */
    public int outboundLimitMessages() {
        return number(Bound.OUTBOUND_LIMIT_MESSAGES);
    }

    /**
     * What happens at either outbound limit.
     *
     * @return the policy
     */
    public Overflow overflow() {
        return (Overflow) value(Bound.OVERFLOW);
    }

    /**
     * How many sends, publishes and closes may wait for one loop.
     *
     * @return 16 to 2^20, rounded up to a power of two where it is used
     */
    public int commandQueueLength() {
        return number(Bound.COMMAND_QUEUE_LENGTH);
    }

    /**
     * How many connections are held at once; more are accepted and closed at once.
     *
     * @return 1 to 10,000,000
     */
    public int maxSessions() {
        return number(Bound.MAX_SESSIONS);
    }

    /**
     * Where several protocols are spoken, one of them {@code line}: a client that has said nothing for so long is taken for a
     * line client.
     *
     * @return 1 ms to 1 day
     */
    public Duration silenceTimeout() {
        return time(Bound.SILENCE_TIMEOUT);
    }

    /**
     * How long a client may take to show its protocol and to finish its handshake, from its connect or, where {@code line} is
     * spoken too, from its first byte.
     *
     * @return 1 ms to 1 day
     */
    public Duration handshakeTimeout() {
        return time(Bound.HANDSHAKE_TIMEOUT);
    }

    /**
     * A session without any message for so long is closed.
     *
     * @return 1 ms to 1 day, or zero: off
     */
    public Duration firstMessageTimeout() {
        return time(Bound.FIRST_MESSAGE_TIMEOUT);
    }

    /**
     * A session whose peer has said nothing for so long is pinged, where its protocol can.
     *
     * @return 1 ms to 1 day
     */
    public Duration pingInterval() {
        return time(Bound.PING_INTERVAL);
    }

    /**
     * A session that leaves a ping unanswered for so long is closed.
     *
     * @return 1 ms to 1 day
     */
    public Duration pongTimeout() {
        return time(Bound.PONG_TIMEOUT);
    }

    /**
     * A session with output waiting whose peer takes no byte for so long is closed.
     *
     * @return 1 ms to 1 day
     */
    public Duration writeStallTimeout() {
        return time(Bound.WRITE_STALL_TIMEOUT);
    }

    /**
     * How long a closing session may take to flush its output, and its peer to answer and to end.
     *
     * @return 1 ms to 1 day
     */
    public Duration closeTimeout() {
        return time(Bound.CLOSE_TIMEOUT);
    }

    /**
     * These limits with another {@link #maxMessageBytes()}, which is about what comes in.
     *
     * @param bytes 1 to 2^30
     * @return the changed limits
     */
    public Limits withMaxMessageBytes(int bytes) {
        return with(Bound.MAX_MESSAGE_BYTES, bytes);
    }

    /**
     * These limits with another {@link #inboundLimitMessages()}.
     *
     * @param messages 1 to 1,000,000
     * @return the changed limits
     */
    public Limits withInboundLimitMessages(int messages) {
        return with(Bound.INBOUND_LIMIT_MESSAGES, messages);
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
        return with(Bound.OUTBOUND_LIMIT_BYTES, bytes)
                .with(Bound.OUTBOUND_LIMIT_MESSAGES, messages)
                .with(Bound.OVERFLOW, policy);
    }

    /**
     * These limits with another {@link #commandQueueLength()}.
     *
     * @param commands 16 to 2^20
     * @return the changed limits
     */
    public Limits withCommandQueueLength(int commands) {
        return with(Bound.COMMAND_QUEUE_LENGTH, commands);
    }

    /**
     * These limits with another {@link #maxSessions()}.
     *
     * @param sessions 1 to 10,000,000
     * @return the changed limits
     */
    public Limits withMaxSessions(int sessions) {
        return with(Bound.MAX_SESSIONS, sessions);
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
        return with(Bound.SILENCE_TIMEOUT, silence)
                .with(Bound.HANDSHAKE_TIMEOUT, handshake)
                .with(Bound.FIRST_MESSAGE_TIMEOUT, firstMessage);
    }

    /**
     * These limits with another heartbeat.
     *
     * @param ping silence that is answered by a ping; 1 ms to 1 day
     * @param pong how long the answer may take; 1 ms to 1 day
     * @return the changed limits
     */
    public Limits withHeartbeat(Duration ping, Duration pong) {
        return with(Bound.PING_INTERVAL, ping).with(Bound.PONG_TIMEOUT, pong);
    }

    /**
     * These limits with other timeouts.
     *
     * @param writeStall for a peer that takes no byte; 1 ms to 1 day
     * @param close for a closing session to flush; 1 ms to 1 day
     * @return the changed limits
     */
    public Limits withTimeouts(Duration writeStall, Duration close) {
        return with(Bound.WRITE_STALL_TIMEOUT, writeStall).with(Bound.CLOSE_TIMEOUT, close);
    }

    @Override
    public boolean equals(Object other) {
        return other instanceof Limits that && values.equals(that.values);
    }

    @Override
    public int hashCode() {
        return values.hashCode();
    }

    /** Names every bound with its value. */
    @Override
    public String toString() {
        return "Limits" + values;
    }

    private Limits with(Bound bound, Object value) {
        return new Limits(this, bound, value);
    }

    private int number(Bound bound) {
        return (int) value(bound);
    }

    private Duration time(Bound bound) {
        return (Duration) value(bound);
    }

    private Object value(Bound bound) {
        return Objects.requireNonNull(values.get(bound));
    }

    /** The one list of all bounds: name, default and range of each. */
    private enum Bound {
        MAX_MESSAGE_BYTES("maxMessageBytes", 64 * 1024, 1, 1 << 30),
        INBOUND_LIMIT_MESSAGES("inboundLimitMessages", 64, 1, 1_000_000),
        OUTBOUND_LIMIT_BYTES("outboundLimitBytes", 1024 * 1024, 1024, 1 << 30),
        OUTBOUND_LIMIT_MESSAGES("outboundLimitMessages", 10_000, 1, 1_000_000),
        OVERFLOW("overflow", Overflow.CLOSE),
        COMMAND_QUEUE_LENGTH("commandQueueLength", 16 * 1024, 16, 1 << 20),
        MAX_SESSIONS("maxSessions", 100_000, 1, 10_000_000),
        SILENCE_TIMEOUT("silenceTimeout", Duration.ofSeconds(3)),
        HANDSHAKE_TIMEOUT("handshakeTimeout", Duration.ofSeconds(5)),
        FIRST_MESSAGE_TIMEOUT("firstMessageTimeout", Duration.ZERO),
        PING_INTERVAL("pingInterval", Duration.ofSeconds(30)),
        PONG_TIMEOUT("pongTimeout", Duration.ofSeconds(10)),
        WRITE_STALL_TIMEOUT("writeStallTimeout", Duration.ofSeconds(30)),
        CLOSE_TIMEOUT("closeTimeout", Duration.ofSeconds(3));

        private static final Duration SHORTEST = Duration.ofMillis(1);
        private static final Duration LONGEST = Duration.ofDays(1);

        private final String field;

        @SuppressWarnings("ImmutableEnumChecker") // an Integer, a Duration or an Overflow
        private final Object initial;

        private final int least;
        private final int most;

        /** A number within a range. */
        Bound(String field, int initial, int least, int most) {
            this.field = field;
            this.initial = initial;
            this.least = least;
            this.most = most;
        }

        /** A time from 1 ms to 1 day, and zero (off) where that is the default; or any value of an enum. */
        Bound(String field, Object initial) {
            this.field = field;
            this.initial = initial;
            least = 0;
            most = 0;
        }

        Object checked(Object value) {
            Objects.requireNonNull(value, field);
            if (value instanceof Integer number && (number < least || number > most)) {
                throw new IllegalArgumentException(field + " must be " + least + " to " + most + ", was " + number);
            }
            if (value instanceof Duration time && !isAllowed(time)) {
                throw new IllegalArgumentException(field + " must be 1 ms to 1 day, was " + time);
            }
            return value;
        }

        private boolean isAllowed(Duration time) {
            return time.isZero() ? initial.equals(time) : time.compareTo(SHORTEST) >= 0 && time.compareTo(LONGEST) <= 0;
        }

        /** As its accessor is called. */
        @Override
        public String toString() {
            return field;
        }
    }
}
