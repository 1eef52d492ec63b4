package io.hongyan.im.test.virtual;

import io.hongyan.im.engine.Pollable;
import io.hongyan.im.engine.Poller;
import io.hongyan.im.engine.Readiness;
import java.io.IOException;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/** Level-triggered readiness of a virtual network's ends. */
final class VirtualPoller implements Poller {
    private record Event(long key, int readiness) {}

    private static final int STALE_KEPT = 8;

    private final VirtualNetwork network;
    private final Fate fate;
    private final VirtualMailbox mailbox;

    // Guarded by the network's lock:
    private final Map<VirtualPollable, Long> keys = new LinkedHashMap<>();
    private final List<Long> stale = new ArrayList<>();
    private boolean woken;
    private boolean closed;

    VirtualPoller(VirtualNetwork network, VirtualMailbox mailbox) {
        this.network = network;
        this.mailbox = mailbox;
        fate = network.fate();
    }

    @Override
    public void register(Pollable what, long key, int interest) throws IOException {
        VirtualPollable pollable = (VirtualPollable) what;
        synchronized (network) {
            pollable.watch(interest, this);
            keys.put(pollable, key);
        }
    }

    @Override
    public void poll(long timeoutNanos, Events events) throws IOException {
        if (timeoutNanos < 0) {
            throw new IllegalArgumentException("timeout must be >= 0, was " + timeoutNanos);
        }
        mailbox.watchLooks(false);
        fate.mayPreempt();
        List<Event> now;
        synchronized (network) {
            forgetClosed();
            now = ready();
            boolean interrupted = fate.clearInterrupt();
            if (now.isEmpty() && timeoutNanos > 0 && !woken && !interrupted && !fate.strikes(Fault.SPURIOUS_WAKE_UP)) {
                fate.await(network, timeoutNanos, this::hasReason);
                now = ready();
            }
            woken = false;
            disturb(now);
        }
        fate.mayPreempt();
        for (Event event : now) {
            events.ready(event.key(), event.readiness());
        }
    }

    /** Whether a loop that waits in this poll waits for nothing, since something was put and nobody woke it. */
    boolean isForgotten() {
        return !woken && !closed && !mailbox.holdsNothing();
    }

    /** Its loop begins a turn. */
    void beginTurn() {
        mailbox.watchLooks(true);
    }

    /** Under the network's lock. */
    boolean isClosed() {
        return closed;
    }

    /** Whether a loop in this poll has a reason to return. Under the network's lock. */
    boolean hasReason() {
        return woken || closed || keys.keySet().stream().anyMatch(pollable -> pollable.ready() != 0);
    }

    private List<Event> ready() {
        List<Event> ready = new ArrayList<>();
        keys.forEach((pollable, key) -> {
            int bits = pollable.ready();
            if (bits == 0 && pollable.isReading() && fate.strikes(Fault.EMPTY_READ)) {
                bits = Readiness.READ;
            }
            if (bits != 0) {
                ready.add(new Event(key, bits));
            }
        });
        return ready;
    }

    private void disturb(List<Event> events) {
        if (events.size() > 1 && fate.strikes(Fault.REORDERED_READINESS)) {
            for (int i = events.size(); i > 1; i--) {
                events.add(events.remove(fate.choose(i)));
            }
            if (fate.choose(2) == 0) {
                events.remove(events.size() - 1);
            }
        }
        if (!stale.isEmpty() && fate.strikes(Fault.STALE_EVENT)) {
            long key = stale.get(fate.choose(stale.size()));
            events.add(fate.choose(events.size() + 1), new Event(key, Readiness.READ | Readiness.HANG_UP));
        }
    }

    private void forgetClosed() {
        keys.entrySet().removeIf(entry -> {
            if (entry.getKey().isClosed() && stale.size() < STALE_KEPT) {
                stale.add(entry.getValue());
            }
            return entry.getKey().isClosed();
        });
    }

    @Override
    public void wakeUp() {
        synchronized (network) {
            woken = true;
            network.changed();
        }
    }

    @Override
    public void close() {
        synchronized (network) {
            closed = true;
            keys.clear();
        }
    }
}
