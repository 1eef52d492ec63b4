package io.hongyan.im.engine;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.atomic.AtomicInteger;

/** A level-triggered poller that never waits: where a real one would, it takes note and returns. */
final class ScriptedPoller implements Poller {
    /** An event that is reported whether it is true or not. */
    record Event(long key, int readiness) {}

    private final Map<Pollable, Long> keys = new LinkedHashMap<>();
    private final List<Event> scripted = new ArrayList<>();
    private final AtomicInteger wakeUps = new AtomicInteger();
    private int wakeUpsSeen;
    private Runnable whileWaiting = () -> {};
    private long lastTimeout;
    private boolean idle;
    private boolean closed;
    private int renewals;

    // ---- the script

    void report(long key, int readiness) {
        scripted.add(new Event(key, readiness));
    }

    /** Runs in each poll that would wait, in place of the waiting. */
    void whileWaiting(Runnable action) {
        whileWaiting = action;
    }

    // ---- what happened

    /** Whether the last poll would have waited to its end. */
    boolean isIdle() {
        return idle && wakeUps.get() == wakeUpsSeen;
    }

    long lastTimeout() {
        return lastTimeout;
    }

    int wakeUps() {
        return wakeUps.get();
    }

    int renewals() {
        return renewals;
    }

    long keyOf(Pollable what) {
        return keys.get(what);
    }

    boolean isClosed() {
        return closed;
    }

    // ---- the port

    @Override
    public void register(Pollable what, long key, int interest) {
        keys.put(what, key);
        if (what instanceof ScriptedConnection connection) {
            connection.registered(interest);
        }
    }

    @Override
    public void poll(long timeoutNanos, Events events) {
        if (timeoutNanos < 0) {
            throw new IllegalArgumentException("timeout must be >= 0, was " + timeoutNanos);
        }
        lastTimeout = timeoutNanos;
        List<Event> now = new ArrayList<>(scripted);
        scripted.clear();
        keys.keySet().removeIf(ScriptedPoller::isGone);
        keys.forEach((what, key) -> {
            int readiness = readiness(what);
            if (readiness != 0) {
                now.add(new Event(key, readiness));
            }
        });
        idle = timeoutNanos > 0 && now.isEmpty() && wakeUps.get() == wakeUpsSeen;
        if (timeoutNanos > 0) {
            whileWaiting.run();
        }
        wakeUpsSeen = wakeUps.get();
        now.forEach(event -> events.ready(event.key(), event.readiness()));
    }

    private static int readiness(Pollable what) {
        return what instanceof ScriptedConnection connection
                ? connection.readiness()
                : ((ScriptedAcceptor) what).readiness();
    }

    private static boolean isGone(Pollable what) {
        return what instanceof ScriptedConnection connection && connection.isClosed();
    }

    @Override
    public boolean renew() {
        renewals++;
        return true;
    }

    @Override
    public void wakeUp() {
        wakeUps.incrementAndGet();
    }

    @Override
    public void close() {
        closed = true;
    }
}
