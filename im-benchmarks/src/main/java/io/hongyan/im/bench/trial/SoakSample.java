package io.hongyan.im.bench.trial;

import java.io.IOException;
import java.util.Locale;

/**
 * What the server holds at one moment, after a full collection.
 *
 * @param seconds since the start
 * @param heap bytes in use
 * @param direct bytes of direct buffers
 * @param resident bytes in RAM
 */
record SoakSample(
        double seconds,
        long sessions,
        long heap,
        long direct,
        long resident,
        long descriptors,
        long threads,
        long accepted,
        long pinned) {
    static final String HEAD = "seconds,sessions,heap,direct,resident,descriptors,threads,accepted,pinned";

    static SoakSample take(TrialProcess server, double seconds) throws IOException {
        Vitals vitals = server.collected();
        return new SoakSample(
                seconds,
                vitals.get(Vital.SESSIONS),
                vitals.get(Vital.HEAP),
                vitals.get(Vital.DIRECT),
                server.resident(),
                server.descriptors(),
                vitals.get(Vital.THREADS),
                vitals.get(Vital.ACCEPTED),
                vitals.get(Vital.PINNED));
    }

    /** As a line of a table with {@link #HEAD}. */
    String row() {
        return String.format(
                Locale.ROOT,
                "%.1f,%d,%d,%d,%d,%d,%d,%d,%d",
                seconds,
                sessions,
                heap,
                direct,
                resident,
                descriptors,
                threads,
                accepted,
                pinned);
    }
}
