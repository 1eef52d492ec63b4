package io.hongyan.im.engine;

import io.hongyan.im.CloseReason;
import io.hongyan.im.CloseReason.Code;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.concurrent.atomic.AtomicLong;
import org.jspecify.annotations.Nullable;

/**
 * The bound of what all sessions of a server hold together. Once it is passed, each loop that holds more than its share of nine tenths
 * closes its worst, by bytes times age, until it holds no more, or all together hold less than nine tenths. So nobody waits for anybody, and since
 * connections are handed to the loops in turn, the worst of each are the worst of all but for chance. {@link #relieve} is of the loops, each
 * with its own account; the rest of any thread.
 */
final class Budget {
    /** How long a loop waits before it looks again where closing has not been enough. */
    private static final long LOOK_AGAIN_NANOS = 100_000_000L;

    /** Who holds some of it. */
    interface Holder {
        /** What it holds, in bytes, now. */
        long heldBytes();

        /** That, each part times how long it has been so, in nanoseconds. */
        double burden(long nowNanos);

        /** Gives up all but what is half written, and closes. */
        void shed(CloseReason reason);
    }

    private record Candidate(Holder holder, double burden) {}

    private final long limit;
    private final Account[] accounts;
    /** By loop, where closing has not been enough: when it looks again. */
    private final @Nullable Long[] nextLookNanos;

    private final Runnable wakeLoops;

    /** From the moment that it is passed until all is well again. */
    private volatile boolean over;

    /** What waits for loops in large commands, beside what is held. */
    private final AtomicLong commandBytes = new AtomicLong();

    Budget(long limitBytes, int loops, Runnable wakeLoops) {
        limit = limitBytes;
        this.wakeLoops = wakeLoops;
        accounts = new Account[loops];
        nextLookNanos = new Long[loops];
        for (int i = 0; i < loops; i++) {
            accounts[i] = new Account();
            accounts[i].allow(limit);
        }
    }

    Account account(int loop) {
        return accounts[loop];
    }

    /** Some bytes want to wait for a loop; a quarter may, of all loops together, and one command always, however large. */
    boolean beginCommand(int bytes) {
        long waiting = commandBytes.addAndGet(bytes);
        if (waiting <= limit / 4 || waiting == bytes) {
            return true;
        }
        commandBytes.addAndGet(-bytes);
        return false;
    }

    void endCommand(int bytes) {
        commandBytes.addAndGet(-bytes);
    }

    /** What is held now. */
    long bytes() {
        long sum = 0;
        for (Account account : accounts) {
            sum += account.bytes();
        }
        return sum;
    }

    /** Once in an iteration of that loop. Thousands that send at once must not fill the memory before it: a quarter may be read until then. */
    void relieve(int loop, Registrations registrations, long nowNanos) {
        accounts[loop].allow(limit / 4 / accounts.length);
        if (!over && (accounts[loop].bytes() == 0 || bytes() <= limit)) {
            return;
        }
        if (!over) {
            over = true;
            wakeLoops.run();
        }
        Long next = nextLookNanos[loop];
        if ((next == null || nowNanos - next >= 0) && isToShed(loop, 0)) {
            shedWorst(loop, registrations, nowNanos);
            wakeLoops.run();
        }
        over = bytes() > goal();
    }

    private long goal() {
        return limit / 10 * 9;
    }

    /**
     * There is always one that holds more than its share, as long as all hold too much.
     *
     * @param kept what those that close keep for a moment
     */
    private boolean isToShed(int loop, long kept) {
        return accounts[loop].bytes() - kept > goal() / accounts.length && bytes() - kept > goal();
    }

    /** Those that close have a moment to write what is half written; whoever is looked at again then is cut off. */
    private void shedWorst(int loop, Registrations registrations, long nowNanos) {
        List<Candidate> candidates = new ArrayList<>();
        registrations.forEach(tenant -> {
            if (tenant instanceof Holder holder && holder.heldBytes() >= Unfinished.LEAST_BYTES) {
                candidates.add(new Candidate(holder, holder.burden(nowNanos)));
            }
        });
        candidates.sort(Comparator.comparingDouble(Candidate::burden).reversed());
        long kept = 0;
        for (Candidate worst : candidates) {
            if (!isToShed(loop, kept)) {
                break;
            }
            Holder next = worst.holder();
            next.shed(reason(bytes(), next.heldBytes()));
            kept += next.heldBytes();
        }
        nextLookNanos[loop] = isToShed(loop, 0) ? nowNanos + LOOK_AGAIN_NANOS : null;
    }

    private CloseReason reason(long sum, long held) {
        String text = "overloaded: all sessions hold " + sum + " bytes, over " + limit
                + " (memoryBudgetBytes), and this one " + held;
        return CloseReason.of(Code.OVERLOADED, text, limit).withEvidence(held, Duration.ZERO);
    }
}
