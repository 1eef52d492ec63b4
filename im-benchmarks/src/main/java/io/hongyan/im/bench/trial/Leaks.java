package io.hongyan.im.bench.trial;

import java.util.ArrayList;
import java.util.List;
import java.util.function.ToLongFunction;

/**
 * What has not gone back to where it was. Sessions go to none. Descriptors and threads go back but for those that the JVM has for itself:
 * files of its own, carriers that stand in for one that blocked. Memory goes back but for two parts in a hundred, or where that is less,
 * so much as the JVM needs for the code that it has met and compiled meanwhile: a leak of 32 bytes a session is more after a minute.
 * What is in RAM has the compiler's memory and that of malloc in it, too. No virtual thread is pinned; those that were before, as long as
 * the JDK's classes were being initialised, are not counted.
 */
final class Leaks {
    private static final long MORE_DESCRIPTORS = 2;
    private static final long MORE_THREADS = 3;
    private static final long MORE_HEAP = 512 << 10;
    private static final long MORE_DIRECT = 64 << 10;
    private static final long MORE_RESIDENT = 32 << 20;

    private final SoakSample baseline;
    private final SoakSample end;
    private final List<String> all = new ArrayList<>();

    private Leaks(SoakSample baseline, SoakSample end) {
        this.baseline = baseline;
        this.end = end;
    }

    /** A sentence for each. */
    static List<String> between(SoakSample baseline, SoakSample end) {
        Leaks leaks = new Leaks(baseline, end);
        leaks.compare("sessions", SoakSample::sessions, -baseline.sessions());
        leaks.compare("descriptors", SoakSample::descriptors, MORE_DESCRIPTORS);
        leaks.compare("threads", SoakSample::threads, MORE_THREADS);
        leaks.compare("heap bytes", SoakSample::heap, leaks.allowed(baseline.heap(), MORE_HEAP));
        leaks.compare("direct bytes", SoakSample::direct, leaks.allowed(baseline.direct(), MORE_DIRECT));
        leaks.compare("resident bytes", SoakSample::resident, leaks.allowed(baseline.resident(), MORE_RESIDENT));
        leaks.compare("pinned virtual threads", SoakSample::pinned, 0);
        return leaks.all;
    }

    private long allowed(long before, long least) {
        return Math.max(before / 50, least);
    }

    private void compare(String what, ToLongFunction<SoakSample> of, long allowed) {
        long before = of.applyAsLong(baseline);
        long now = of.applyAsLong(end);
        if (now - before > allowed) {
            all.add(String.format(
                    "%s: %,d, %,d more than the %,d before (%,d allowed)", what, now, now - before, before, allowed));
        }
    }
}
