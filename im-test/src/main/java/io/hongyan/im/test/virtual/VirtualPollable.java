package io.hongyan.im.test.virtual;

import io.hongyan.im.engine.Pollable;
import io.hongyan.im.engine.Readiness;
import java.io.IOException;
import org.jspecify.annotations.Nullable;

/** What the pollers of a virtual network watch. */
abstract class VirtualPollable implements Pollable {
    final VirtualNetwork network;
    private @Nullable VirtualPoller poller;
    private int interest;
    private boolean closed;

    VirtualPollable(VirtualNetwork network) {
        this.network = network;
    }

    /** What could be reported with this mask, which is not 0. Under the network's lock. */
    abstract int readiness(int mask);

    /** Frees what it holds. Under the network's lock, once. */
    abstract void closed();

    /** What a level-triggered kernel reports now. Under the network's lock. */
    final int ready() {
        return interest == 0 || closed ? 0 : readiness(interest);
    }

    final boolean isReading() {
        return !closed && (interest & Readiness.READ) != 0;
    }

    final void watch(int mask, VirtualPoller by) throws IOException {
        poller = by;
        watch(mask);
    }

    private void watch(int mask) throws IOException {
        demand(!closed, "watched after close");
        demand(poller == null || !poller.isClosed(), "watched by a poller that is closed");
        interest = mask;
    }

    @Override
    public final void interest(int mask) throws IOException {
        require((mask & ~(Readiness.READ | Readiness.WRITE)) == 0, "interest in " + mask);
        synchronized (network) {
            watch(mask);
            network.changed();
        }
    }

    @Override
    public final void close() {
        synchronized (network) {
            if (!closed) {
                closed = true;
                closed();
                network.changed();
            }
        }
    }

    final boolean isClosed() {
        return closed;
    }

    /** What no engine may do, and a kernel refuses: a bug of ours that must not go unseen where somebody looks. */
    final void demand(boolean holds, String broken) throws IOException {
        if (!holds) {
            AssertionError error = new AssertionError("the engine broke the contract of its port: " + broken);
            network.fate().broken(error);
            throw new IOException(broken, error);
        }
    }

    /** What no engine may do: a bug of ours that must not go unseen, whoever catches the error. */
    final void require(boolean holds, String broken) {
        if (!holds) {
            AssertionError error = new AssertionError("the engine broke the contract of its port: " + broken);
            network.fate().broken(error);
            throw error;
        }
    }
}
