package io.hongyan.im.engine;

import java.util.ArrayDeque;

/**
 * Tells connections of one loop what has failed in them, which ends them. One that there is no memory even for that is told again in the
 * next iteration, and so on. Only the loop's thread.
 */
final class Failures {
    private final ArrayDeque<Registration> untold = new ArrayDeque<>();

    /** Made while there is some. */
    private final OutOfMemoryError noMemory = new OutOfMemoryError();

    void tell(Registration failed, Throwable cause) {
        try {
            failed.onFailure(cause);
        } catch (OutOfMemoryError e) {
            untold.add(failed);
        }
    }

    boolean areUntold() {
        return !untold.isEmpty();
    }

    void tellAgain() {
        for (int n = untold.size(); n > 0; n--) {
            tell(untold.remove(), noMemory);
        }
    }
}
