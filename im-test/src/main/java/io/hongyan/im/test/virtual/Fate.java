package io.hongyan.im.test.virtual;

import java.io.IOException;
import java.util.function.BooleanSupplier;

/** What decides where chance and waiting come in: a {@link Simulation} by its seed, {@link RealThreads} by the machine. */
interface Fate {
    /** Whether it happens here and now. */
    boolean strikes(Fault fault);

    /** How many of so many bytes go at once, 1 to {@code most}; all of them where there is no such fault. */
    int some(Fault fault, int most);

    /** A number from 0 to {@code bound - 1}. */
    int choose(int bound);

    /** Where others may go on. The caller holds no lock that the engine or a user's code may want. */
    void mayPreempt();

    /** Where a poll uses up an interrupt, if there is one. */
    default boolean clearInterrupt() {
        return false;
    }

    /** Takes note of what happens; for a simulation's transcript. */
    void note(String who, String what);

    /** A thread is about to put something into a mailbox. */
    default void putting() {}

    /** The engine has done what it must not. */
    void broken(AssertionError error);

    /**
     * Waits. The caller holds the network's lock.
     *
     * @param nanos at most; Long.MAX_VALUE for no limit
     * @param reason what ends it before that
     * @throws Parked where waiting is not this thread's matter
     */
    void await(VirtualNetwork network, long nanos, BooleanSupplier reason) throws IOException;

    /** Something has changed; the caller holds the network's lock. */
    void changed(VirtualNetwork network);

    /** Bytes that a connection holds for one who does not read. */
    int socketBytes();

    /** Thrown out of a turn where a real loop would wait in its poll: it goes on there once there is a reason. */
    final class Parked extends IOException {
        private static final long serialVersionUID = 1;

        final long nanos;

        Parked(long nanos) {
            super("waits", null);
            this.nanos = nanos;
        }

        /** Thrown often, and never shown. */
        @Override
        public synchronized Throwable fillInStackTrace() {
            return this;
        }
    }
}
