package io.hongyan.im.engine;

import java.lang.System.Logger;
import java.lang.System.Logger.Level;
import java.util.Map;
import java.util.StringJoiner;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicLong;
import org.jspecify.annotations.Nullable;

/**
 * The log of one server. Never holds what peers sent: an exception of user code is named by its class and frames, since its
 * message may quote a peer. At most {@value #PER_WINDOW} lines in ten seconds for each cause; the next line says how many were
 * left out. Any thread.
 */
final class Log {
    private static final Logger LOGGER = System.getLogger("io.hongyan.im");
    private static final int PER_WINDOW = 10;
    private static final int FRAMES = 6;
    private static final long WINDOW_NANOS = 10_000_000_000L;

    /** What lines are about, beside the codes of ends; each has a rate of its own. */
    enum Topic {
        LIFE,
        CALLBACK,
        ACCEPT,
        LOOP,
        SLOW
    }

    /** Per cause: the window it is in, and how many lines were asked for in it. */
    private final Map<Enum<?>, AtomicLong> windows = new ConcurrentHashMap<>();

    /** Makes its text only if it is to be logged. */
    interface Text {
        String make();
    }

    /** Answers whether it is logged, or would be if that were wanted: false where there were too many for the same cause. */
    boolean log(Level level, Enum<?> cause, Text text) {
        if (!LOGGER.isLoggable(level)) {
            return true;
        }
        try {
            return logInWindow(level, cause, text);
        } catch (OutOfMemoryError e) {
            return false;
        }
    }

    private boolean logInWindow(Level level, Enum<?> cause, Text text) {
        long now = (System.nanoTime() / WINDOW_NANOS) & 0xFFFF_FFFFL;
        AtomicLong window = windows.computeIfAbsent(cause, c -> new AtomicLong(now << 32));
        long before = window.getAndUpdate(w -> w >>> 32 == now ? w + 1 : (now << 32) | 1);
        boolean same = before >>> 32 == now;
        long asked = before & 0xFFFF_FFFFL;
        if (same && asked >= PER_WINDOW) {
            return false;
        }
        long leftOut = same ? 0 : Math.max(0, asked - PER_WINDOW);
        write(level, leftOut == 0 ? text : () -> text.make() + " (" + leftOut + " like lines left out)");
        return true;
    }

    /** Without a bound on how many, for a level that nobody turns on in peace. */
    void logEach(Level level, Text text) {
        if (LOGGER.isLoggable(level)) {
            write(level, text);
        }
    }

    private static void write(Level level, Text text) {
        try {
            LOGGER.log(level, text.make());
        } catch (Throwable t) {
            // Whoever logs has something more important to finish than a line that the host's logging does not take.
        }
    }

    /** The innermost frames of a stack, in a line. */
    static String frames(StackTraceElement[] stack, int most) {
        StringJoiner frames = new StringJoiner(" < ");
        for (int i = 0; i < Math.min(stack.length, most); i++) {
            frames.add(stack[i].toString());
        }
        return frames.toString();
    }

    /** Class and frames of an exception and its causes, without their messages. One that fails when it is asked is named by its class alone. */
    static String describe(Throwable thrown) {
        StringBuilder text = new StringBuilder();
        try {
            Throwable t = thrown;
            for (int depth = 0; t != null && depth < 4; depth++) {
                text.append(depth == 0 ? "" : " caused by ").append(t.getClass().getName());
                StackTraceElement[] frames = t.getStackTrace();
                text.append(frames.length == 0 ? "" : " at ").append(frames(frames, FRAMES));
                t = t.getCause();
            }
        } catch (Throwable t) {
            text.append(", which then threw ").append(t.getClass().getName());
        }
        return text.toString();
    }

    /**
     * What to do where the machine has run out of something. It stands in a class that is there from the start: to load another one takes a
     * descriptor, too.
     *
     * @param reason an error's text, which has that of strerror(3) in it
     * @return null if it is another trouble, or told in another language
     */
    static @Nullable String wayOut(String reason) {
        if (reason.contains("open files in system")) {
            return "allow the machine more open files (fs.file-max)";
        }
        if (reason.contains("open files")) {
            return "allow the process more descriptors (ulimit -n)";
        }
        if (reason.contains("buffer space") || reason.contains("allocate memory")) {
            return "give the machine or its container more memory";
        }
        return null;
    }
}
