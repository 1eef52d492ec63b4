package io.hongyan.im;

import java.time.Duration;
import java.util.EnumMap;
import java.util.Objects;

/**
 * Every bound of a server. All are finite, but for a few times that may be off: they say so. {@link #defaults()} suits a
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

    /**
     * 64 KiB messages, 64 of them waiting inbound, 1 MiB or 10,000 messages outbound with {@link Overflow#CLOSE}, 16,384
     * commands per loop, 100,000 sessions, wherever they come from, a quarter of the heap; 3 s of silence, 5 s for a handshake, no limit
     * to the first message, a ping after 30 s and 10 s for its pong, probes of the kernel that give up after 60 s, 30 s write stall,
     * 3 s to close.
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

    /** {@return the same as a number of messages, 1 to 1,000,000} */
    public int outboundLimitMessages() {
        return number(Bound.OUTBOUND_LIMIT_MESSAGES);
    }

    /** {@return what happens at either outbound limit} */
    public Overflow overflow() {
        return (Overflow) value(Bound.OVERFLOW);
    }

    /** {@return how many sends, publishes and closes may wait for one loop; 16 to 2^20, rounded up to a power of two where it is used} */
    public int commandQueueLength() {
        return number(Bound.COMMAND_QUEUE_LENGTH);
    }

    /** {@return how many connections are held at once; more are accepted and closed at once; 1 to 10,000,000} */
    public int maxSessions() {
        return number(Bound.MAX_SESSIONS);
    }

    /**
     * How much memory the server may hold for all sessions together: output that their peers have not taken, messages decoded and not yet
     * handled, messages that are not whole. Over it those that have held most for longest (bytes times time) are closed with {@link
     * CloseReason.Code#OVERLOADED}, on each loop that holds more than its share, until it is under nine tenths. A group's message that many
     * are still to get counts once on each loop, and a few bytes for each; in each one's {@link #outboundLimitBytes()} it counts in full.
     *
     * @return bytes; 65,536 to 2^50; by default a quarter of what {@link Runtime#maxMemory()} says
     */
    public long memoryBudgetBytes() {
        return (long) value(Bound.MEMORY_BUDGET_BYTES);
    }

    /**
     * How many connections a listener holds at once from one address (of IPv6: from a network of 64 bits); more are closed at once. One
     * counts until its socket is closed. The default bounds nothing that {@link #maxSessions()} does not, since behind a proxy all have one
     * address.
     *
     * @return 1 to 10,000,000
     */
    public int maxSessionsPerAddress() {
        return number(Bound.MAX_SESSIONS_PER_ADDRESS);
    }

    /**
     * How many connections a second may come from it, on average; a second's worth may come at once. More are closed at once.
     *
     * @return 1 to 1,000,000; with the default, 100,000, and that of {@link #maxSessionsPerAddress()}, nothing is counted
     */
    public int connectsPerSecondPerAddress() {
        return number(Bound.CONNECTS_PER_SECOND_PER_ADDRESS);
    }

    /**
     * How many messages a second a peer may send, on average; a second's worth may come at once. One that is ahead is not read.
     *
     * @return 1 to 10,000,000; with the defaults, 1,000,000 and 2^29 bytes, nothing is counted
     */
    public int messagesPerSecond() {
        return number(Bound.MESSAGES_PER_SECOND);
    }

    /** {@return the same in bytes, as they come from the network; 1,024 to 2^30} */
    public int bytesPerSecond() {
        return number(Bound.BYTES_PER_SECOND);
    }

    /**
     * A peer that wants to be faster than {@link #messagesPerSecond()} or {@link #bytesPerSecond()} for so long without a pause, which is when
     * all that it has sent has been read, is closed with {@link CloseReason.Code#RATE_LIMITED}.
     *
     * @return 1 ms to 1 day, or zero: off, it is held back for ever
     */
    public Duration rateGrace() {
        return time(Bound.RATE_GRACE);
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
     * A session whose peer has said nothing for so long is closed, where its protocol has no ping. Off by default, since who only listens
     * says nothing either; a machine that has gone is found by {@link #keepAliveTimeout()}. A peer that is not read at the end of that time,
     * because its handler is behind or the host has paused it, has all of it again.
     *
     * @return 1 ms to 1 day, or zero: off
     */
    public Duration idleTimeout() {
        return time(Bound.IDLE_TIMEOUT);
    }

    /**
     * A peer whose machine answers nothing for so long has gone: {@link CloseReason.Code#CONNECTION_LOST}. The kernel asks, by TCP
     * keep-alive, after half of this time and three times in the rest. Whole seconds, rounded up.
     *
     * @return 1 ms to 1 day, or zero: off, nobody asks
     */
    public Duration keepAliveTimeout() {
        return time(Bound.KEEP_ALIVE_TIMEOUT);
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
     * These limits with another {@link #memoryBudgetBytes()}.
     *
     * @param bytes 65,536 to 2^50
     * @return the changed limits
     */
    public Limits withMemoryBudgetBytes(long bytes) {
        return with(Bound.MEMORY_BUDGET_BYTES, bytes);
    }

    /**
     * These limits with other bounds on what comes from one address.
     *
     * @param sessions held at once; 1 to 10,000,000
     * @param connectsPerSecond made; 1 to 1,000,000
     * @return the changed limits
     */
    public Limits withPerAddress(int sessions, int connectsPerSecond) {
        return with(Bound.MAX_SESSIONS_PER_ADDRESS, sessions)
                .with(Bound.CONNECTS_PER_SECOND_PER_ADDRESS, connectsPerSecond);
    }

    /**
     * These limits with another rate of what one peer may send.
     *
     * @param messagesPerSecond 1 to 10,000,000
     * @param bytesPerSecond 1,024 to 2^30
     * @param grace how long it may want to be faster before it is closed; zero (for ever) to 1 day
     * @return the changed limits
     */
    public Limits withRate(int messagesPerSecond, int bytesPerSecond, Duration grace) {
        return with(Bound.MESSAGES_PER_SECOND, messagesPerSecond)
                .with(Bound.BYTES_PER_SECOND, bytesPerSecond)
                .with(Bound.RATE_GRACE, grace);
    }

    /**
     * These limits with other times for peers that say nothing.
     *
     * @param idle for what the peer says; zero (off) to 1 day
     * @param keepAlive for what its machine answers; zero (off) to 1 day
     * @return the changed limits
     */
    public Limits withIdle(Duration idle, Duration keepAlive) {
        return with(Bound.IDLE_TIMEOUT, idle).with(Bound.KEEP_ALIVE_TIMEOUT, keepAlive);
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
        Limits changed = new Limits();
        changed.values.putAll(values);
        changed.values.put(bound, bound.checked(value));
        return changed;
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
}
