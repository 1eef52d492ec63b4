package io.hongyan.im.bench;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;

/**
 * What all processors together have been busy with: the first line of proc_stat(5). It shows what else ran beside a measurement.
 *
 * @param busyTicks all but idle and iowait, in hundredths of a second; steal is busy, with another guest; NaN where it is unknown
 */
record MachineTime(double busyTicks) {
    private static final Path STAT = Path.of("/proc/stat");
    private static final double NANOS_PER_TICK = 10_000_000;
    private static final int IDLE = 4;
    private static final int IOWAIT = 5;
    private static final int STEAL = 8;

    static MachineTime now() throws IOException {
        if (!Files.isReadable(STAT)) {
            return new MachineTime(Double.NaN);
        }
        List<String> fields = List.of(Files.readAllLines(STAT).get(0).split(" +", -1));
        double busy = 0;
        for (int i = 1; i <= STEAL && i < fields.size(); i++) {
            if (i != IDLE && i != IOWAIT) {
                busy += Long.parseLong(fields.get(i));
            }
        }
        return new MachineTime(busy);
    }

    /** Waits until all processors together have used no more than that for a second, or ten minutes have passed. */
    static void awaitCalm(double cores) throws IOException, InterruptedException {
        for (int second = 0; second < 600 && cores < Double.POSITIVE_INFINITY; second++) {
            MachineTime before = now();
            long start = System.nanoTime();
            Thread.sleep(1000);
            double used = now().busyNanosSince(before) / (System.nanoTime() - start);
            if (!(used > cores)) {
                return;
            }
        }
    }

    double busyNanosSince(MachineTime before) {
        return (busyTicks - before.busyTicks) * NANOS_PER_TICK;
    }
}
