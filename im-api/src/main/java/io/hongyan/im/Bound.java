package io.hongyan.im;

import java.time.Duration;
import java.util.Objects;

/** The one list of all bounds of {@link Limits}: name, default and range of each. */
enum Bound {
    MAX_MESSAGE_BYTES("maxMessageBytes", 64 * 1024, 1, 1 << 30),
    INBOUND_LIMIT_MESSAGES("inboundLimitMessages", 64, 1, 1_000_000),
    OUTBOUND_LIMIT_BYTES("outboundLimitBytes", 1024 * 1024, 1024, 1 << 30),
    OUTBOUND_LIMIT_MESSAGES("outboundLimitMessages", 10_000, 1, 1_000_000),
    OVERFLOW("overflow", Overflow.CLOSE, false),
    COMMAND_QUEUE_LENGTH("commandQueueLength", 16 * 1024, 16, 1 << 20),
    MEMORY_BUDGET_BYTES(
            "memoryBudgetBytes", Math.max(1L << 20, Runtime.getRuntime().maxMemory() / 4), 1L << 16, 1L << 50),
    MAX_SESSIONS("maxSessions", 100_000, 1, 10_000_000),
    MAX_SESSIONS_PER_ADDRESS("maxSessionsPerAddress", 100_000, 1, 10_000_000),
    CONNECTS_PER_SECOND_PER_ADDRESS("connectsPerSecondPerAddress", 100_000, 1, 1_000_000),
    MESSAGES_PER_SECOND("messagesPerSecond", 1_000_000, 1, 10_000_000),
    BYTES_PER_SECOND("bytesPerSecond", 1 << 29, 1024, 1 << 30),
    RATE_GRACE("rateGrace", Duration.ZERO, true),
    SILENCE_TIMEOUT("silenceTimeout", Duration.ofSeconds(3), false),
    HANDSHAKE_TIMEOUT("handshakeTimeout", Duration.ofSeconds(5), false),
    FIRST_MESSAGE_TIMEOUT("firstMessageTimeout", Duration.ZERO, true),
    PING_INTERVAL("pingInterval", Duration.ofSeconds(30), false),
    PONG_TIMEOUT("pongTimeout", Duration.ofSeconds(10), false),
    IDLE_TIMEOUT("idleTimeout", Duration.ZERO, true),
    KEEP_ALIVE_TIMEOUT("keepAliveTimeout", Duration.ofSeconds(60), true),
    WRITE_STALL_TIMEOUT("writeStallTimeout", Duration.ofSeconds(30), false),
    CLOSE_TIMEOUT("closeTimeout", Duration.ofSeconds(3), false);

    private static final Duration SHORTEST = Duration.ofMillis(1);
    private static final Duration LONGEST = Duration.ofDays(1);

    final String field;

    @SuppressWarnings("ImmutableEnumChecker") // an Integer, a Long, a Duration or an Overflow
    final Object initial;

    private final long least;
    private final long most;
    private final boolean mayBeOff;

    /** A number within a range. */
    Bound(String field, int initial, int least, int most) {
        this(field, initial, least, most, false);
    }

    Bound(String field, long initial, long least, long most) {
        this(field, initial, least, most, false);
    }

    /** A time from 1 ms to 1 day, and zero where it may be off; or any value of an enum. */
    Bound(String field, Object initial, boolean mayBeOff) {
        this(field, initial, 0, 0, mayBeOff);
    }

    Bound(String field, Object initial, long least, long most, boolean mayBeOff) {
        this.field = field;
        this.initial = initial;
        this.least = least;
        this.most = most;
        this.mayBeOff = mayBeOff;
    }

    Object checked(Object value) {
        Objects.requireNonNull(value, field);
        if (value instanceof Number number && (number.longValue() < least || number.longValue() > most)) {
            throw new IllegalArgumentException(field + " must be " + least + " to " + most + ", was " + number);
        }
        if (value instanceof Duration time && !isAllowed(time)) {
            throw new IllegalArgumentException(
                    field + " must be " + (mayBeOff ? "0 (off) or " : "") + "1 ms to 1 day, was " + time);
        }
        return value;
    }

    private boolean isAllowed(Duration time) {
        return time.isZero() ? mayBeOff : time.compareTo(SHORTEST) >= 0 && time.compareTo(LONGEST) <= 0;
    }

    /** As its accessor is called. */
    @Override
    public String toString() {
        return field;
    }
}
