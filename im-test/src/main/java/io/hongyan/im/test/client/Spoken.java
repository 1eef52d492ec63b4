package io.hongyan.im.test.client;

import java.nio.charset.StandardCharsets;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.HashSet;
import java.util.Optional;
import java.util.Set;

/**
 * The last texts that clients of this JVM have sent, where {@code -Dhongyan.trace=true} asks for it: no log may hold one. Any thread.
 */
public final class Spoken {
    /** Whether anything is kept. */
    public static final boolean KEPT = Boolean.getBoolean("hongyan.trace");

    /** Shorter ones may stand in a log by chance. */
    private static final int LEAST_CHARS = 10;

    private static final int MOST_CHARS = 100;
    private static final int MOST_TEXTS = 2_000;

    /** So much of one write is looked at. */
    private static final int MOST_BYTES = 2_048;

    private static final Set<String> TEXTS = new HashSet<>();
    private static final Deque<String> BY_AGE = new ArrayDeque<>();

    private Spoken() {}

    /**
     * A client sends this; each line of it, or what stands between other control characters, is a text.
     *
     * @param bytes the array
     * @param from the first byte
     * @param to one past the last byte
     */
    public static void note(byte[] bytes, int from, int to) {
        if (KEPT) {
            int count = Math.min(to - from, MOST_BYTES);
            for (String text :
                    new String(bytes, from, count, StandardCharsets.UTF_8).split("[\\p{Cntrl}\\uFFFD]+", -1)) {
                if (text.length() >= LEAST_CHARS) {
                    keep(text.substring(0, Math.min(text.length(), MOST_CHARS)));
                }
            }
        }
    }

    private static void keep(String text) {
        synchronized (TEXTS) {
            if (TEXTS.add(text)) {
                BY_AGE.add(text);
                if (BY_AGE.size() > MOST_TEXTS) {
                    TEXTS.remove(BY_AGE.remove());
                }
            }
        }
    }

    /**
     * Looks for what was sent.
     *
     * @param text of a log
     * @return a text in it that a client has sent
     */
    public static Optional<String> quotedIn(String text) {
        synchronized (TEXTS) {
            return BY_AGE.stream().filter(text::contains).findAny();
        }
    }
}
