package io.hongyan.im.engine;

import io.hongyan.im.CloseReason;
import io.hongyan.im.CloseReason.Code;
import io.hongyan.im.DrainReport;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.Queue;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.atomic.AtomicInteger;
import org.jspecify.annotations.Nullable;

/**
 * An end without haste. Each loop closes its own by and by, at even distances over four fifths of the time at most; the accepting loop looks when
 * nobody is left, or the time is over, and then ends the server. Its timers are of the loops, the rest of any thread.
 */
final class Drain {
    private static final long LOOK_NANOS = 50_000_000L;
    private static final long SECOND_NANOS = 1_000_000_000L;
    private static final Duration LONGEST = Duration.ofDays(1);

    /** Where they are few, nobody is made to wait: so many are closed in a second at least. */
    private static final int LEAST_PER_SECOND = 100;

    /** Multiples of it, without their whole parts, lie as evenly between 0 and 1 as any number of them can. */
    private static final double GOLDEN = 0.618033988749895;

    /** Whose it is. */
    interface Owner extends Running {
        /** Connections whose end is not complete. */
        int connections();

        int acceptsPerSecond();

        /** Accepts those who wait already; on the accepting loop. */
        void takeWaiting();

        /** Messages that came to nothing so far. */
        long discarded();

        /** Ends the server; returns when its ports are free. */
        void beginEnd();

        CompletionStage<Void> completion();
    }

    private final Owner owner;
    private final Clock clock;
    private final AtomicInteger told = new AtomicInteger();

    /** Written under this object's lock, once. */
    private volatile @Nullable CompletionStage<DrainReport> report;

    /** For all of it, for the closing, and for those who come back. */
    private long nanos;

    private double closeNanos;
    private long returnNanos;

    /** Set when the time is over. */
    private volatile int left;

    Drain(Owner owner, Clock clock) {
        this.owner = owner;
        this.clock = clock;
    }

    synchronized CompletionStage<DrainReport> begin(Duration time) {
        if (time.isNegative() || time.compareTo(LONGEST) > 0) {
            throw new IllegalArgumentException("the time to drain must be 0 to 1 day, was " + time);
        }
        CompletionStage<DrainReport> begun = report;
        if (begun != null) {
            return begun;
        }
        int sessions = owner.connections();
        long discarded = owner.discarded();
        long start = clock.nanoTime();
        nanos = time.toNanos();
        closeNanos = Math.min(nanos * 0.8, (double) sessions / LEAST_PER_SECOND * SECOND_NANOS);
        returnNanos = Math.max(SECOND_NANOS, (long) ((double) sessions / owner.acceptsPerSecond() * SECOND_NANOS));
        CompletionStage<DrainReport> stage = owner.completion()
                .thenApply(end -> new DrainReport(
                        sessions, left, owner.discarded() - discarded, Duration.ofNanos(clock.nanoTime() - start)));
        report = stage;
        EventLoop accepting = owner.loops()[0];
        accepting.execute(() -> {
            owner.takeWaiting();
            owner.stopAccepting();
            new Watch(accepting).look();
        });
        for (EventLoop loop : owner.loops()) {
            loop.execute(() -> new Sweep(loop).begin());
        }
        return stage;
    }

    /** Why one more session closes, since the server ends. */
    CloseReason reason() {
        CloseReason end = CloseReason.of(Code.GOING_AWAY, "the server is shutting down");
        if (report == null) {
            return end;
        }
        double part = told.incrementAndGet() * GOLDEN % 1;
        return end.withRetryAfter(Duration.ofMillis((long) (part * returnNanos / 1_000_000)));
    }

    /** Closes those of one loop, one after the other. */
    private final class Sweep extends TimerWheel.Timer {
        private final EventLoop loop;
        private final long startNanos;
        private final Queue<Peer> waiting = new ArrayDeque<>();
        private int all;

        Sweep(EventLoop loop) {
            this.loop = loop;
            startNanos = loop.nowNanos();
        }

        void begin() {
            collect();
            all = waiting.size();
            onDeadline();
        }

        private void collect() {
            loop.registrations().forEach(tenant -> {
                if (tenant instanceof Peer peer && !peer.isClosing()) {
                    waiting.add(peer);
                }
            });
        }

        @Override
        void onDeadline() {
            double span = Math.max(1, closeNanos);
            double passed = Math.min(1, (loop.nowNanos() - startNanos) / span);
            while (!waiting.isEmpty() && all - waiting.size() < passed * all) {
                waiting.remove().goAway(reason());
            }
            if (passed >= 1) {
                // Those that were accepted and not here yet when it began.
                collect();
                waiting.forEach(peer -> peer.goAway(reason()));
                waiting.clear();
            } else {
                long next = (long) ((all - waiting.size() + 1) * span / (all + 1));
                loop.wheel().set(this, startNanos + Math.max(next, 1));
            }
        }

        @Override
        void onFailure(Throwable cause) {
            loop.onFailure("a drain", cause);
        }
    }

    /** Looks whether it is over. */
    private final class Watch extends TimerWheel.Timer {
        private final EventLoop loop;
        private final long startNanos;

        Watch(EventLoop loop) {
            this.loop = loop;
            startNanos = loop.nowNanos();
        }

        void look() {
            int now = owner.connections();
            long rest = nanos - (loop.nowNanos() - startNanos);
            if (now == 0 || rest <= 0) {
                left = now;
                owner.beginEnd();
            } else {
                loop.wheel().set(this, loop.nowNanos() + Math.min(rest, LOOK_NANOS));
            }
        }

        @Override
        void onDeadline() {
            look();
        }

        @Override
        void onFailure(Throwable cause) {
            loop.onFailure("a drain", cause);
        }
    }
}
