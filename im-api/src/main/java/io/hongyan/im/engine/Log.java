package io.hongyan.im.engine;

import java.lang.System.Logger;
import java.lang.System.Logger.Level;
import java.util.EnumMap;
import java.util.Map;
import java.util.Objects;
import java.util.concurrent.atomic.AtomicLong;

/**
 * The log of one server. Never holds what peers sent: an exception of user code is named by its class and frames, since its
 * message may quote a peer. At most {@value #PER_SECOND} lines a second for each topic; the next line says how many were
 * left out. Any thread.
 */
final class Log {
    private static final Logger LOGGER = System.getLogger("io.hongyan.im");
    private static final int PER_SECOND = 10;
    private static final int FRAMES = 6;
    private static final long SECOND = 1_000_000_000L;

    /** What lines are about; each has a rate of its own. */
    enum Topic {
        LIFE,
        SESSION_END,
        CALLBACK,
        ACCEPT,
        LOOP
    }

    /** Per topic: the second it is in, and how many lines were asked for in it. */
    private final Map<Topic, AtomicLong> windows = new EnumMap<>(Topic.class);

    Log() {
        for (Topic topic : Topic.values()) {
            windows.put(topic, new AtomicLong());
        }
    }

    /** Makes its text only if it is to be logged. */
    interface Text {
        String make();
    }

    void log(Level level, Topic topic, Text text) {
        if (!LOGGER.isLoggable(level)) {
            return;
        }
        long second = (System.nanoTime() / SECOND) & 0xFFFF_FFFFL;
        AtomicLong window = Objects.requireNonNull(windows.get(topic));
        long before = window.getAndUpdate(w -> w >>> 32 == second ? w + 1 : (second << 32) | 1);
        boolean sameSecond = before >>> 32 == second;
        long asked = before & 0xFFFF_FFFFL;
        if (sameSecond && asked >= PER_SECOND) {
            return;
        }
        long leftOut = sameSecond ? 0 : Math.max(0, asked - PER_SECOND);
        try {
            LOGGER.log(level, leftOut == 0 ? text.make() : text.make() + " (" + leftOut + " like lines left out)");
        } catch (Throwable t) {
            // Whoever logs has something more important to finish than a line that the host's logging does not take.
        }
    }

    /** Class and frames of an exception and its causes, without their messages. One that fails when it is asked is named by its class alone. */
    static String describe(Throwable thrown) {
        StringBuilder text = new StringBuilder();
        try {
            Throwable t = thrown;
            for (int depth = 0; t != null && depth < 4; depth++) {
                text.append(depth == 0 ? "" : " caused by ").append(t.getClass().getName());
                StackTraceElement[] frames = t.getStackTrace();
                for (int i = 0; i < Math.min(frames.length, FRAMES); i++) {
                    text.append(i == 0 ? " at " : " < ").append(frames[i]);
                }
                t = t.getCause();
            }
        } catch (Throwable t) {
            text.append(", which then threw ").append(t.getClass().getName());
        }
        return text.toString();
    }
}
