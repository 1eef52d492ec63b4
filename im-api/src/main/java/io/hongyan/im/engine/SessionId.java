package io.hongyan.im.engine;

import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * 128 bits that name a session, for people 26 characters of RFC 4648 base32 in lower case. A session is its own id, so that it can be
 * found by an id without a second object for each. Immutable; any thread.
 */
public class SessionId {
    private static final String ALPHABET = "abcdefghijklmnopqrstuvwxyz234567";
    private static final int BITS_PER_CHARACTER = 5;
    private static final int CHARACTERS = 26;

    /** The last character has three of its five bits, the others are 0. */
    private static final int UNUSED_BITS = 2;

    private final long high;
    private final long low;

    /** Of these bits. */
    public SessionId(long high, long low) {
        this.high = high;
        this.low = low;
    }

    SessionId(SessionId same) {
        this(same.high, same.low);
    }

    /** The id that a text is, if it is one. */
    static Optional<SessionId> parse(String text) {
        if (text.length() != CHARACTERS) {
            return Optional.empty();
        }
        long high = 0;
        long low = 0;
        for (int i = 0; i < CHARACTERS; i++) {
            int digit = ALPHABET.indexOf(text.charAt(i));
            int bits = i == CHARACTERS - 1 ? BITS_PER_CHARACTER - UNUSED_BITS : BITS_PER_CHARACTER;
            int unused = BITS_PER_CHARACTER - bits;
            if (digit < 0 || (digit & ((1 << unused) - 1)) != 0) {
                return Optional.empty();
            }
            high = (high << bits) | (low >>> (Long.SIZE - bits));
            low = (low << bits) | (digit >>> unused);
        }
        return Optional.of(new SessionId(high, low));
    }

    /** The text that it is. */
    final String text() {
        char[] text = new char[CHARACTERS];
        long upper = (high << UNUSED_BITS) | (low >>> (Long.SIZE - UNUSED_BITS));
        long lower = low << UNUSED_BITS;
        long top = high >>> (Long.SIZE - UNUSED_BITS);
        for (int i = CHARACTERS - 1; i >= 0; i--) {
            text[i] = ALPHABET.charAt((int) lower & 31);
            lower = (lower >>> BITS_PER_CHARACTER) | (upper << (Long.SIZE - BITS_PER_CHARACTER));
            upper = (upper >>> BITS_PER_CHARACTER) | (top << (Long.SIZE - BITS_PER_CHARACTER));
            top = 0;
        }
        return new String(text);
    }

    @Override
    public int hashCode() {
        return hash();
    }

    /** By a name of its own, so that Lincheck, which makes {@code super.hashCode()} call itself, can run who overrides that. */
    final int hash() {
        return Long.hashCode(high * 31 + low);
    }

    /** An id finds the session that has it; sessions are equal to themselves alone, see {@link Member}. */
    @Override
    public boolean equals(@Nullable Object other) {
        return other instanceof SessionId that && high == that.high && low == that.low;
    }
}
