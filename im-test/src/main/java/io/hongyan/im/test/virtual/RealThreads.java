package io.hongyan.im.test.virtual;

import java.util.ArrayList;
import java.util.List;
import java.util.Queue;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.TimeUnit;
import java.util.function.BooleanSupplier;

/** No fate at all: a network without faults between the threads of a real machine. */
final class RealThreads implements Fate {
    /** The one of this process. */
    static final RealThreads FATE = new RealThreads();

    static final VirtualNetwork NETWORK = new VirtualNetwork(FATE);

    private static final int SOCKET_BYTES = 64 * 1024;
    private static final long MILLI = TimeUnit.MILLISECONDS.toNanos(1);

    private final Queue<AssertionError> broken = new ConcurrentLinkedQueue<>();

    private RealThreads() {}

    /** What was broken since this was asked last: bugs of the engine, but where a test breaks rules itself. */
    List<AssertionError> takeBroken() {
        List<AssertionError> taken = new ArrayList<>();
        for (AssertionError next = broken.poll(); next != null; next = broken.poll()) {
            taken.add(next);
        }
        return taken;
    }

    @Override
    public boolean strikes(Fault fault) {
        return false;
    }

    @Override
    public int some(Fault fault, int most) {
        return most;
    }

    @Override
    public int choose(int bound) {
        return 0;
    }

    @Override
    public void mayPreempt() {
        // The machine does.
    }

    @Override
    public boolean clearInterrupt() {
        return Thread.interrupted();
    }

    @Override
    public void note(String who, String what) {
        // Nobody reads it.
    }

    @Override
    public void broken(AssertionError error) {
        broken.add(error);
    }

    @Override
    public void await(VirtualNetwork network, long nanos, BooleanSupplier reason) {
        long start = System.nanoTime();
        try {
            for (long left = nanos; left > 0 && !reason.getAsBoolean(); left = nanos - (System.nanoTime() - start)) {
                network.wait(Math.max(1, Math.min(left / MILLI, TimeUnit.DAYS.toMillis(1))));
            }
        } catch (InterruptedException e) {
            // It ends a poll, and is used up by that.
        }
    }

    @Override
    public void changed(VirtualNetwork network) {
        network.notifyAll();
    }

    @Override
    public int socketBytes() {
        return SOCKET_BYTES;
    }
}
