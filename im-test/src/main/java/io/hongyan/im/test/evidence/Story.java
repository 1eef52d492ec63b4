package io.hongyan.im.test.evidence;

import io.hongyan.im.test.virtual.Faults;
import io.hongyan.im.test.virtual.VirtualServer;
import java.util.List;

/** Failures of contracts that run on a simulated server. */
public final class Story {
    private static final int LINES = 40;

    private Story() {}

    /**
     * The server closes in peace.
     *
     * @param im the server
     */
    public static void end(VirtualServer im) {
        im.faults(Faults.none()).server().close();
        im.settle();
    }

    /**
     * Says what is wrong, and what has happened.
     *
     * @param im the server
     * @param what the sentence
     * @return the failure, to be thrown
     */
    public static AssertionError failure(VirtualServer im, String what) {
        List<String> all = im.transcript();
        List<String> last = all.subList(Math.max(0, all.size() - LINES), all.size());
        return new AssertionError(what + "\nwhat has happened:\n  " + String.join("\n  ", last));
    }

    /**
     * Fails with what has happened, unless something holds.
     *
     * @param im the server
     * @param holds what must be true
     * @param otherwise the sentence if it is not
     */
    public static void require(VirtualServer im, boolean holds, String otherwise) {
        if (!holds) {
            throw failure(im, otherwise);
        }
    }
}
