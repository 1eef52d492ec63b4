package io.hongyan.im.engine;

import java.io.IOException;
import java.lang.System.Logger.Level;

/**
 * Counts polls that were to wait and came back at once though nothing was ready, no time was up and nobody had woken them. A few are the
 * kernel's or an interrupt's; when they do not stop the poller is broken, and the loop would burn a processor: then it is renewed. Only the
 * loop's thread.
 */
final class WakeUps {
    /** As many in a row are no accident. */
    static final int MOST_EMPTY = 512;

    private final int loop;
    private final Poller poller;
    private final Log log;
    private final OnceAMinute lines = new OnceAMinute();
    private int empty;

    WakeUps(int loop, Poller poller, Log log) {
        this.loop = loop;
        this.poller = poller;
        this.log = log;
    }

    void one(boolean isEmpty, long nowNanos) {
        if (!isEmpty) {
            empty = 0;
        } else if (++empty == MOST_EMPTY) {
            empty = 0;
            tell(renew(), nowNanos);
        }
    }

    /** What was done about it. */
    private String renew() {
        try {
            return poller.renew() ? "it has a new selector now" : "nothing can be done about it here";
        } catch (IOException | RuntimeException e) {
            return "a new selector could not be made: " + Log.describe(e);
        }
    }

    private void tell(String done, long nowNanos) {
        if (lines.isDue(nowNanos)) {
            String leftOut = lines.told(nowNanos);
            log.log(
                    Level.WARNING,
                    Log.Topic.LOOP,
                    () -> "hongyan-loop-" + loop + " woke up " + MOST_EMPTY + " times in a row for nothing; " + done
                            + leftOut);
        } else {
            lines.leaveOut(1);
        }
    }
}
