package io.hongyan.im.test.virtual;

import java.io.IOException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.SplittableRandom;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.function.BooleanSupplier;
import java.util.function.Predicate;
import org.jspecify.annotations.Nullable;

/**
 * A world of loops, callbacks, clients and a network in which one thing happens at a time, and a seed decides what comes next. The same
 * seed and the same calls give the same transcript, byte for byte.
 *
 * <p>Time stands still while anybody can act, but for a {@link Fault#CLOCK_JUMP}. Where an actor is preempted, or waits for others, those
 * act on threads of their own, so that who asks for its thread finds one for each; but only one of them all runs at a time.
 */
final class Simulation implements Fate {
    /** More steps than any scenario takes while time stands still: whoever still can act then is spinning. */
    private static final int SPIN = 2_000_000;

    private static final int DEEPEST_PREEMPTION = 3;
    private static final int LINES_SHOWN = 100;
    private static final int HAND_PATIENCE_SECONDS = 60;
    private static final long LONGEST_WAIT = Duration.ofDays(1).toNanos();
    private static final long LONGEST_JUMP = Duration.ofSeconds(40).toNanos();

    private static final ExecutorService HANDS = Executors.newCachedThreadPool(task -> {
        Thread thread = new Hand(task);
        thread.setDaemon(true);
        return thread;
    });

    /** For whom a thread takes a step now; null between steps. */
    private static final ThreadLocal<@Nullable Simulation> ACTING = new ThreadLocal<>();

    /** Acts for one who is preempted or waits. */
    private static final class Hand extends Thread {
        Hand(Runnable task) {
            super(task, "virtual-hand");
        }
    }

    private final SplittableRandom random;
    private final VirtualNetwork network = new VirtualNetwork(this);
    private final Transcript transcript = new Transcript();
    private final List<Actor> actors = new ArrayList<>();
    private final List<AssertionError> broken = new ArrayList<>();
    private final long startNanos;
    private volatile Thread owner = Thread.currentThread();

    /** Threads that are not ours take part: what they have put, and not yet told of, is not lost. */
    private volatile boolean strangers;

    private Faults faults;

    /** Times in 1,000 that others go on between two looks of the engine at what threads share, where these tell. */
    private int overtaking;

    /** Times in 1,000 that handlers leave their turn to others, except where they overtake. */
    private int idling;

    /** Locks that the one who acts holds: nobody may go on, since who wants them would never get them. */
    private int locksHeld;

    private long nowNanos;
    private int depth;
    private boolean waited;
    private int jumps;
    private int stepsSinceTimePassed;

    Simulation(long seed, Faults faults) {
        random = new SplittableRandom(seed);
        this.faults = faults;
        // Somewhere, now and then so that it overflows soon: only differences mean something.
        startNanos = random.nextInt(4) == 0
                ? Long.MAX_VALUE - random.nextLong(Duration.ofSeconds(60).toNanos())
                : random.nextLong();
        nowNanos = startNanos;
    }

    VirtualNetwork network() {
        return network;
    }

    Transcript transcript() {
        return transcript;
    }

    /** The connection breaks, for both ends. */
    void reset(Link link) {
        note("network", "resets " + link.client.getPort());
        link.reset();
        link.resetByServer = true;
        link.broken = true;
    }

    /** What the engine did and must not. */
    List<AssertionError> broken() {
        return broken;
    }

    private boolean isStranger() {
        return Thread.currentThread() != owner && !(Thread.currentThread() instanceof Hand);
    }

    /** The caller is the thread that everything happens on, from now on. */
    void own() {
        if (!(Thread.currentThread() instanceof Hand)) {
            owner = Thread.currentThread();
        }
    }

    void add(Actor actor) {
        actors.add(actor);
    }

    void faults(Faults from) {
        faults = from;
    }

    void overtaking(int perMille) {
        overtaking = perMille;
    }

    void idling(int perMille) {
        idling = perMille;
    }

    // ---- what happens next

    /** One of those who can act does; false if nobody can. */
    boolean step() {
        boolean idle = idling > 0 && random.nextInt(1000) < idling;
        return (idle && step(actor -> !(actor instanceof Callbacks))) || step(actor -> true);
    }

    private boolean step(Predicate<Actor> whom) {
        List<Actor> able = new ArrayList<>(actors.size());
        boolean someOver = false;
        for (Actor actor : actors) {
            if (actor.canAct()) {
                if (whom.test(actor)) {
                    able.add(actor);
                }
            } else {
                someOver |= actor.isOver();
            }
        }
        if (someOver) {
            actors.removeIf(actor -> actor.isOver() && !actor.canAct());
        }
        if (able.isEmpty()) {
            return false;
        }
        if (++stepsSinceTimePassed > SPIN) {
            throw new AssertionError("still busy after " + SPIN + " steps in which no time has passed:\n"
                    + transcript.last(LINES_SHOWN));
        }
        act(able.get(choose(able.size())));
        if (strikes(Fault.CLOCK_JUMP)) {
            jumps++;
            nowNanos += random.nextLong(LONGEST_JUMP);
            note("clock", "jumps");
        }
        return true;
    }

    private void act(Actor actor) {
        Simulation outer = ACTING.get();
        ACTING.set(this);
        try {
            actor.act();
        } finally {
            ACTING.set(outer);
        }
    }

    /** Until nobody can act before time passes. */
    void settle() {
        if (depth == 0) {
            stepsSinceTimePassed = 0;
        }
        while (step()) {
            // Each step is all there is to do.
        }
        for (Actor actor : actors) {
            if (depth == 0 && !strangers && actor instanceof LoopActor loop && loop.isForgotten()) {
                broken(new AssertionError("a loop sleeps, and its mailbox is not empty: a wake-up is lost"));
            }
        }
    }

    /** Everybody acts, and time passes as they wait. */
    void advance(Duration time) {
        long end = nowNanos + time.toNanos();
        settle();
        while (passTime(end)) {
            settle();
        }
        if (end - nowNanos > 0) {
            nowNanos = end;
            settle();
        }
    }

    /** To the next moment that somebody waits for; false if nobody does. */
    boolean passTime() {
        return passTime(nowNanos + LONGEST_WAIT);
    }

    /** The same; false if there is none up to the end. */
    private boolean passTime(long end) {
        long least = Long.MAX_VALUE;
        for (Actor actor : actors) {
            least = Math.min(least, actor.nanosToNext());
        }
        if (least == Long.MAX_VALUE || nowNanos + least - end > 0) {
            return false;
        }
        nowNanos += least;
        stepsSinceTimePassed = 0;
        return true;
    }

    private boolean elsewhere(BooleanSupplier step) {
        depth++;
        try {
            return HANDS.submit(step::getAsBoolean).get(HAND_PATIENCE_SECONDS, TimeUnit.SECONDS);
        } catch (ExecutionException e) {
            if (e.getCause() instanceof Error error) {
                throw error;
            }
            throw new IllegalStateException(e.getCause());
        } catch (InterruptedException | TimeoutException e) {
            throw new AssertionError(
                    "somebody waits for a lock that is held where others may go on:\n" + transcript.last(LINES_SHOWN),
                    e);
        } finally {
            depth--;
        }
    }

    // ---- fate

    @Override
    public boolean strikes(Fault fault) {
        int rate = faults.rate(fault);
        return rate > 0 && random.nextInt(1000) < rate;
    }

    @Override
    public int some(Fault fault, int most) {
        if (most <= 1 || !strikes(fault)) {
            return most;
        }
        return random.nextInt(3) == 0 ? 1 : 1 + random.nextInt(most);
    }

    @Override
    public int choose(int bound) {
        return random.nextInt(bound);
    }

    @Override
    public void mayPreempt() {
        while (depth < DEEPEST_PREEMPTION && strikes(Fault.PREEMPTION)) {
            if (!elsewhere(this::step)) {
                return;
            }
        }
    }

    /** Whether a turn of some handler has been ordered or is under way; where handlers run on loops that is when one has begun. */
    boolean isHandling() {
        return actors.stream().anyMatch(actor -> actor instanceof Callbacks callbacks && callbacks.isBusy());
    }

    /** Whom the calling thread takes a step for; null if for nobody. */
    static @Nullable Simulation acting() {
        return ACTING.get();
    }

    /** The engine is about to look at what threads share. */
    void looking() {
        if (overtaking > 0 && locksHeld == 0 && depth < DEEPEST_PREEMPTION && random.nextInt(1000) < overtaking) {
            elsewhere(() -> step(Actor::sharesMemory));
        }
    }

    void lockTaken() {
        locksHeld++;
    }

    void lockGiven() {
        locksHeld--;
    }

    @Override
    public void note(String who, String what) {
        transcript.add(nowNanos - startNanos, who, what);
    }

    @Override
    public void putting() {
        strangers |= isStranger();
    }

    @Override
    public void broken(AssertionError error) {
        note("engine", "is broken: " + error.getMessage());
        broken.add(error);
    }

    @Override
    public void await(VirtualNetwork changing, long nanos, BooleanSupplier reason) throws IOException {
        throw new Parked(nanos);
    }

    @Override
    public void changed(VirtualNetwork changing) {
        // Everybody is asked before each step.
    }

    @Override
    public int socketBytes() {
        return faults.socketBytes();
    }

    long nanoTime() {
        return nowNanos;
    }

    /** How often the clock has jumped. */
    int jumps() {
        return jumps;
    }

    /** Whether time may have passed for some who had been preempted, since another waited for what was to come. */
    boolean hasWaited() {
        return waited;
    }

    /**
     * Everybody acts, and time passes, until it is there. A thread that is none of the simulation's just waits. One who waits for
     * those that it has itself preempted does not: they go on only when it returns.
     */
    void await(CompletableFuture<?> done) {
        if (isStranger()) {
            done.join();
            return;
        }
        while (!done.isDone()) {
            waited |= ACTING.get() != null;
            if (!elsewhere(this::step) && !passTime()) {
                if (depth > 0) {
                    note("somebody", "waits no longer for those that are preempted");
                    return;
                }
                throw new AssertionError("waits for what can never come:\n" + transcript.last(LINES_SHOWN));
            }
        }
    }
}
