package io.hongyan.im.engine;

import io.hongyan.im.spi.Wire;
import java.util.IdentityHashMap;
import java.util.concurrent.atomic.AtomicLong;

/**
 * What the sessions of one loop hold of the server's memory budget: output that was left after a write, messages that wait for a handler,
 * messages that have begun. A session that is up to date holds nothing, so whoever is quick never comes here. A wire that many sessions of
 * the loop are still to write counts once, and a little for each of them. Loop thread only, but for {@link #add} and {@link #bytes}.
 */
final class Account {
    /** One session's reference to a wire, with its charge. */
    static final int REFERENCE_BYTES = 16;

    /** Objects around the bytes of a wire, its place in the map included. */
    static final int WIRE_BYTES = 96;

    private final AtomicLong bytes = new AtomicLong();

    /** What may be read in one iteration, and what is left of that. */
    private long mayBeRead;

    private long readLeft;

    private final IdentityHashMap<Wire, Holders> held = new IdentityHashMap<>();

    private static final class Holders {
        private int count;
    }

    /** One more session holds it back. */
    void hold(Wire wire) {
        Holders holders = held.computeIfAbsent(wire, w -> new Holders());
        add(REFERENCE_BYTES + (holders.count++ == 0 ? WIRE_BYTES + wire.length() : 0));
    }

    /** One session less does. */
    void drop(Wire wire) {
        Holders holders = held.get(wire);
        if (holders == null) {
            throw new IllegalStateException("nobody holds that wire of " + wire.length() + " bytes");
        }
        boolean last = --holders.count == 0;
        if (last) {
            held.remove(wire);
        }
        add(-(REFERENCE_BYTES + (last ? WIRE_BYTES + wire.length() : 0)));
    }

    /** An iteration begins, in which so much may be read: then it is looked what became of it. */
    void allow(long bytesToRead) {
        mayBeRead = bytesToRead;
        readLeft = bytesToRead;
    }

    /** Half of it is for those who have come now, and half for those that had to wait in iterations before. */
    boolean mayRead(boolean hasWaited) {
        return readLeft > (hasWaited ? 0 : mayBeRead / 2);
    }

    void onRead(int count) {
        readLeft -= count;
    }

    /** Any thread. */
    void add(long more) {
        bytes.getAndAdd(more);
    }

    /** Any thread. */
    long bytes() {
        return bytes.get();
    }
}
