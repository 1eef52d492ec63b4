package io.hongyan.im.nio;

import io.hongyan.im.engine.Pollable;
import io.hongyan.im.engine.Poller;
import io.hongyan.im.engine.Readiness;
import java.io.IOException;
import java.nio.channels.SelectionKey;
import java.nio.channels.Selector;
import java.util.Arrays;
import java.util.Set;

/**
 * A selector as the engine sees it. What is ready is copied out, and the selected set cleared, before the first event
 * is told: events close acceptors, such a close runs a selection of its own ({@link #flush}), and only a set that
 * nobody walks may change.
 *
 * <p>A failed or ended connection is reported as READ or WRITE, whatever was asked for; java.nio tells no more.
 */
final class NioPoller implements Poller {
    private static final int READS = SelectionKey.OP_READ | SelectionKey.OP_ACCEPT;
    private static final long NANOS_PER_MILLI = 1_000_000;

    /** Only the loop's thread takes another one. */
    private volatile Selector selector;

    /** What the poll under way has found, behind the first {@code found} nothing of use. */
    private long[] keys = new long[64];

    private int[] readiness = new int[64];
    private int found;

    /**
     * Wake-up asked for and not yet honoured. The selector's own memory of it does not do: a selection by {@link
     * #flush} forgets it.
     */
    private volatile boolean woken;

    /** Something was closed since the last selection, and its descriptor is not free yet. */
    private boolean closing;

    NioPoller(Selector selector) {
        this.selector = selector;
    }

    Selector selector() {
        return selector;
    }

    @Override
    public void register(Pollable what, long key, int interest) throws IOException {
        ((NioPollable<?>) what).begin(this, key, interest);
    }

    @Override
    public void poll(long timeoutNanos, Events events) throws IOException {
        select(timeoutNanos);
        copyOut(selector.selectedKeys());
        for (int i = 0; i < found; i++) {
            events.ready(keys[i], readiness[i]);
        }
    }

    /**
     * Sets the flag first: whoever clears it sees what was put before the call, and whoever has missed it is ended by
     * the selector's own wake-up. Nor does it matter that this may be the selector of before: the next selection sees the flag.
     */
    @Override
    public void wakeUp() {
        woken = true;
        selector.wakeup();
    }

    /** A selector that returns for nothing does so because of a key or a descriptor that it has lost track of; a new one has none. */
    @Override
    public boolean renew() throws IOException {
        Selector worn = selector;
        Selector fresh = Selector.open();
        try {
            for (SelectionKey key : worn.keys()) {
                if (key.isValid()) {
                    key.channel().register(fresh, key.interestOps(), key.attachment());
                }
            }
        } catch (IOException | RuntimeException e) {
            fresh.close();
            throw e;
        }
        for (SelectionKey key : fresh.keys()) {
            ((NioPollable<?>) key.attachment()).moved(key);
        }
        selector = fresh;
        worn.close();
        return true;
    }

    @Override
    public void close() {
        try {
            selector.close();
        } catch (IOException e) {
            NioTransport.LOG.log(System.Logger.Level.DEBUG, "closing a selector", e);
        }
    }

    /** A channel of this selector has been closed. */
    void onClose() {
        closing = true;
    }

    /**
     * Lets go of cancelled keys, so that their descriptors are free; false if there are none. What it finds ready is
     * level-triggered and found again.
     */
    boolean flush() {
        if (!closing || !selector.isOpen()) {
            return false;
        }
        try {
            selector.selectNow();
            selector.selectedKeys().clear();
        } catch (IOException e) {
            // The poll that follows fails in the same way, and may throw.
            NioTransport.LOG.log(System.Logger.Level.DEBUG, "flushing cancelled keys", e);
        }
        closing = false;
        return true;
    }

    /** A selection lets go of cancelled keys before it waits, too. */
    private void select(long timeoutNanos) throws IOException {
        if (timeoutNanos == 0 || woken) {
            selector.selectNow();
        } else if (timeoutNanos == Long.MAX_VALUE) {
            selector.select();
        } else {
            selector.select(millisRoundedUp(timeoutNanos));
        }
        woken = false;
        closing = false;
        // An interrupt has ended the selection, and left in place would end every one to come.
        Thread.interrupted();
    }

    /** Rounded up: a poll that ends early, before a deadline, would only be repeated until it is there. */
    private static long millisRoundedUp(long nanos) {
        return nanos / NANOS_PER_MILLI + (nanos % NANOS_PER_MILLI == 0 ? 0 : 1);
    }

    private void copyOut(Set<SelectionKey> selected) {
        found = 0;
        if (selected.isEmpty()) {
            return;
        }
        if (selected.size() > keys.length) {
            keys = Arrays.copyOf(keys, Math.max(selected.size(), 2 * keys.length));
            readiness = Arrays.copyOf(readiness, keys.length);
        }
        for (SelectionKey one : selected) {
            if (one.isValid()) {
                keys[found] = ((NioPollable<?>) one.attachment()).key();
                readiness[found++] = readiness(one.readyOps());
            }
        }
        selected.clear();
    }

    private static int readiness(int operations) {
        return ((operations & READS) != 0 ? Readiness.READ : 0)
                | ((operations & SelectionKey.OP_WRITE) != 0 ? Readiness.WRITE : 0);
    }
}
