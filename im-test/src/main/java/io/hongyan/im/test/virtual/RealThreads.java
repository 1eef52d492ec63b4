package io.hongyan.im.test.virtual;

import java.util.concurrent.TimeUnit;
import java.util.function.BooleanSupplier;

/** No fate at all: a network without faults between the threads of a real machine. */
final class RealThreads implements Fate {
    /** The one of this process. */
    static final VirtualNetwork NETWORK = new VirtualNetwork(new RealThreads());

    private static final int SOCKET_BYTES = 64 * 1024;
    private static final long MILLI = TimeUnit.MILLISECONDS.toNanos(1);

    private RealThreads() {}

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
    public void note(String who, String what) {
        // Nobody reads it.
    }

    @Override
    public void broken(AssertionError error) {
        // It is thrown, too.
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
