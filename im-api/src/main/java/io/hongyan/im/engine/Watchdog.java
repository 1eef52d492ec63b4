package io.hongyan.im.engine;

import java.lang.System.Logger.Level;
import java.time.Duration;
import java.util.Collection;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;

/**
 * Looks from outside, five times a second or so, whether the loops of one server turn and its callbacks return, and has the log name who
 * holds them up. Nothing is written or counted for it on the way of a message but when a turn of a loop begins and how many events a
 * handler was told.
 */
final class Watchdog extends Thread {
    private static final long MOST_SLEEP_NANOS = LoopWatch.BLOCKED_NANOS;
    private static final long CALLBACKS_NANOS = TimeUnit.SECONDS.toNanos(1);

    /** Of many sessions the callbacks are looked at less often, so that it takes no more than this part of the time. */
    private static final int PART_OF_TIME = 200;

    /** How long whoever closes waits for its end: it may be held up by the host's logging. */
    private static final long END_MILLIS = 500;

    private final EventLoop[] loops;
    private final Thread[] threads;
    private final BlockedLoop[] watched;
    private final SlowCallbacks callbacks;
    private final Culprits culprits;
    private final Clock clock;
    private final Log log;
    private final OnceAMinute stalls = new OnceAMinute();
    private final Log.Text failed = () -> getName() + ": a look has failed";
    private long nextCallbacks;
    private volatile boolean over;

    /** Loops and threads are those that there will be when it begins. */
    Watchdog(
            EventLoop[] loops,
            Thread[] threads,
            Collection<Member> sessions,
            Dispatcher dispatcher,
            Handlers handlers,
            Transport transport,
            Log log) {
        super("hongyan-watchdog");
        setDaemon(true);
        this.loops = loops;
        this.threads = threads;
        watched = new BlockedLoop[loops.length];
        culprits = new Culprits(handlers, transport.getClass());
        callbacks = new SlowCallbacks(sessions, dispatcher, culprits, log);
        clock = transport.clock();
        this.log = log;
        nextCallbacks = clock.nanoTime();
    }

    // ---- any thread

    /** Before the loops. Where there is no thread for it the server serves without. */
    void begin(Transport transport) {
        try {
            transport.startWatch(this);
        } catch (Throwable t) {
            log.log(
                    Level.WARNING,
                    Log.Topic.LIFE,
                    () -> "no thread to watch the loops, so nobody names what is slow: " + Log.describe(t));
        }
    }

    /** It ends soon, or does not begin. */
    void end() {
        over = true;
        LockSupport.unpark(this);
    }

    /** Returns when its thread has ended. */
    void awaitEnd() {
        boolean interrupted = false;
        long end = System.nanoTime() + TimeUnit.MILLISECONDS.toNanos(END_MILLIS);
        for (long left = END_MILLIS; isAlive() && left > 0; ) {
            try {
                join(left);
            } catch (InterruptedException e) {
                interrupted = true;
            }
            left = TimeUnit.NANOSECONDS.toMillis(end - System.nanoTime());
        }
        if (interrupted) {
            Thread.currentThread().interrupt();
        }
    }

    /** The longest that any loop was busy without a poll lately, or is now. */
    Duration lag() {
        long now = clock.nanoTime();
        long lag = 0;
        for (EventLoop loop : loops) {
            lag = Math.max(lag, loop.watch().lagNanos(now));
        }
        return Duration.ofNanos(lag);
    }

    // ---- its thread

    @Override
    public void run() {
        long planned = clock.nanoTime();
        while (!over) {
            long wait = MOST_SLEEP_NANOS;
            try {
                wait = look(Math.max(0, clock.nanoTime() - planned));
            } catch (Throwable t) {
                // Such as for want of memory. The next one may see more.
                log.log(Level.WARNING, Log.Topic.SLOW, failed);
            }
            planned = clock.nanoTime() + wait;
            LockSupport.parkNanos(this, wait);
        }
    }

    /**
     * One look at everything; a simulation and a test call it by hand.
     *
     * @param lateNanos how much later it comes than was planned: as long, it is taken, nothing could run
     * @return when the next one is due
     */
    long look(long lateNanos) {
        long now = clock.nanoTime();
        long wait = MOST_SLEEP_NANOS;
        for (int i = 0; i < loops.length; i++) {
            if (watched[i] == null) {
                watched[i] = new BlockedLoop(loops[i].watch(), threads[i], culprits, log);
            }
            wait = Math.min(wait, watched[i].look(now, lateNanos));
        }
        if (now - nextCallbacks >= 0) {
            callbacks.look(now);
            long took = clock.nanoTime() - now;
            nextCallbacks = now + Math.max(CALLBACKS_NANOS, PART_OF_TIME * took);
        }
        if (lateNanos >= LoopWatch.BLOCKED_NANOS) {
            tellStall(lateNanos, now);
        }
        return wait;
    }

    private void tellStall(long nanos, long now) {
        if (stalls.isDue(now)) {
            String leftOut = stalls.told(now);
            log.log(
                    Level.INFO,
                    Log.Topic.SLOW,
                    () -> "no thread to look at the loops could run for " + TimeUnit.NANOSECONDS.toMillis(nanos)
                            + " ms: a collection of garbage, a stopped process or no processor; no code is blamed for it"
                            + leftOut);
        } else {
            stalls.leaveOut(1);
        }
    }
}
