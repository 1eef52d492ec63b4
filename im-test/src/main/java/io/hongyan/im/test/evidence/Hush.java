package io.hongyan.im.test.evidence;

import java.util.logging.Level;
import java.util.logging.Logger;
import org.jspecify.annotations.Nullable;

/**
 * Keeps the log out of the output of a contract that starts and ends thousands of sessions, many of them badly and on purpose; what is wrong
 * the contract says itself.
 */
public final class Hush implements AutoCloseable {
    private final Logger log = Logger.getLogger("io.hongyan.im");
    private final @Nullable Level before = log.getLevel();

    private Hush() {}

    /**
     * Begins the silence.
     *
     * @return to be closed
     */
    public static Hush begin() {
        Hush hush = new Hush();
        if (!LogWatch.isOn()) {
            hush.log.setLevel(Level.OFF);
        }
        return hush;
    }

    /** Ends the silence. */
    @Override
    public void close() {
        log.setLevel(before);
    }
}
