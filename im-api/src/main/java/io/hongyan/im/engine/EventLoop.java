package io.hongyan.im.engine;

import java.io.IOException;
import java.lang.System.Logger.Level;
import java.lang.invoke.VarHandle;
import java.nio.ByteBuffer;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/**
 * One thread's share of the sessions, and the order of its duties:
 *
 * <pre>
 *   poll, turns left over ──> commands ──> tasks ──> deadlines ──> flush the dirty ──> close the deferred ──┐
 *    ^                                                                                                       │
 *    └───────────────────────────── waits only if nothing is left to do ────────────────────────────────────┘
 * </pre>
 *
 * A connection stays on its loop for life. Other threads reach a loop through its {@link Mailbox} alone, by its
 * {@link Orders} and by {@link #execute}; everything else belongs to the loop's thread.
 */
public final class EventLoop {
    private static final int RECEIVE_BYTES = 64 * 1024;

    private static final int TASKS_PER_TURN = 4096;

    private final Poller.Events events = this::onReady;
    private final Consumer<Runnable> tasks = this::run;

    private final int index;
    private final Poller poller;
    private final DueCallbacks due;
    private final Mailbox mailbox;
    private final Orders orders;
    private final Clock clock;
    private final Log log;
    private final Counters counters;
    private final Budget budget;
    private final LoopWatch watch;
    private final WakeUps wakeUps;
    private final TimerWheel wheel;
    private final Registrations registrations = new Registrations();
    private final Gather gather = new Gather();
    private final WireQueue.Spare spareQueues = new WireQueue.Spare();
    private final ByteBuffer receiveBuffer = ByteBuffer.allocateDirect(RECEIVE_BYTES);

    /** Those with output, or with an end of output, to be seen to in this iteration's flush; and the list it is swapped with. */
    private List<Tenant> dirty = new ArrayList<>();

    private List<Tenant> flushing = new ArrayList<>();

    /** Those that have something to read or decode without an event. */
    private final ArrayDeque<Tenant> unfinished = new ArrayDeque<>();

    private final ArrayDeque<Tenant> closing = new ArrayDeque<>();
    private final Failures failures = new Failures();
    private final LateTasks late = new LateTasks();

    /** True from before a poll that may wait until it has returned or a waker has taken it upon itself to end it. */
    private final AtomicBoolean parked = new AtomicBoolean();

    /** The thread inside {@link #runOnce}. Without a barrier: a thread can only ever find itself here by its own writing. */
    private @Nullable Thread thread;

    private long nowNanos;
    private boolean polling;

    /** There will be no more turns. */
    private volatile boolean ended;

    /** How often {@link #settle} was called since nobody was in it. */
    private final AtomicInteger settling = new AtomicInteger();

    EventLoop(
            int index,
            Poller poller,
            Mailbox mailbox,
            Clock clock,
            Dispatcher dispatcher,
            Log log,
            Counters counters,
            Budget budget) {
        this.index = index;
        this.poller = poller;
        this.mailbox = mailbox;
        this.clock = clock;
        this.log = log;
        this.counters = counters;
        this.budget = budget;
        orders = new Orders(mailbox, budget);
        due = new DueCallbacks(dispatcher);
        nowNanos = clock.nanoTime();
        watch = new LoopWatch(nowNanos);
        wakeUps = new WakeUps(index, poller, log);
        wheel = new TimerWheel(nowNanos);
    }

    /** One iteration. The caller is the loop's thread for as long; a simulation calls it by hand. */
    public void runOnce() throws IOException {
        thread = Thread.currentThread();
        try {
            poll();
            failures.tellAgain();
            finishTurns();
            due.start();
            orders.carryOut();
            mailbox.drainTasks(tasks, TASKS_PER_TURN);
            late.run(mailbox.head(), tasks);
            wheel.expire(nowNanos);
            flush();
            budget.relieve(index, registrations, nowNanos);
            closeDeferred();
        } finally {
            thread = null;
            due.start();
        }
    }

    /** Whether the next {@link #runOnce} has something to do without any event. */
    public boolean hasWork() {
        return !dirty.isEmpty()
                || !unfinished.isEmpty()
                || !closing.isEmpty()
                || failures.areUntold()
                || !mailbox.isEmpty();
    }

    private void poll() throws IOException {
        long timeout = 0;
        if (!hasWork()) {
            nowNanos = clock.nanoTime();
            timeout = wheel.nanosToNext(nowNanos);
        }
        long before = nowNanos;
        if (timeout > 0) {
            watch.rests(before);
            parked.set(true);
            VarHandle.fullFence();
            if (!mailbox.isEmpty()) {
                timeout = 0;
            }
        }
        polling = true;
        poller.poll(timeout, events);
        boolean nobody = polling && parked.get();
        awake();
        wakeUps.one(nobody && nowNanos - before < timeout, nowNanos);
    }

    /** At the first event, or when there was none: what time it is, and that nobody need wake this loop. */
    private void awake() {
        if (polling) {
            polling = false;
            parked.set(false);
            nowNanos = clock.nanoTime();
            watch.begins(nowNanos);
        }
    }

    private void onReady(long key, int readiness) {
        awake();
        Registration tenant = registrations.find(key);
        if (tenant == null) {
            return;
        }
        try {
            tenant.onReady(readiness);
        } catch (Throwable t) {
            failures.tell(tenant, t);
        }
    }

    /** Those that do not finish now are put back behind the others. */
    private void finishTurns() {
        for (int n = unfinished.size(); n > 0; n--) {
            Tenant next = unfinished.remove();
            next.turnOrdered = false;
            guard(next, Tenant::takeTurn);
        }
    }

    /** Whatever is wrong with one connection is its own matter. */
    private void guard(Tenant tenant, Consumer<Tenant> duty) {
        try {
            duty.accept(tenant);
        } catch (Throwable t) {
            failures.tell(tenant, t);
        }
    }

    private void run(Runnable task) {
        try {
            task.run();
        } catch (Throwable t) {
            onFailure("a task", t);
        }
    }

    /** Something of our own that belongs to no connection; or of a host's or plugin's, which costs none. */
    void onFailure(String what, Throwable cause) {
        log.log(Level.ERROR, Log.Topic.LOOP, () -> what + " failed on loop " + index + ": " + Log.describe(cause));
    }

    void onForeignFailure(String whose, Throwable cause) {
        log.log(Level.WARNING, Log.Topic.CALLBACK, () -> whose + " failed: " + Log.describe(cause));
    }

    private void flush() {
        List<Tenant> now = dirty;
        dirty = flushing;
        flushing = now;
        for (int i = 0; i < now.size(); i++) {
            Tenant next = now.get(i);
            next.dirty = false;
            guard(next, Tenant::flush);
        }
        now.clear();
        gather.forget();
    }

    private void closeDeferred() {
        for (int n = closing.size(); n > 0; n--) {
            guard(closing.remove(), Tenant::close);
        }
    }

    // ---- from any thread

    /** Whether the caller is this loop's thread. */
    boolean inLoop() {
        return thread == Thread.currentThread();
    }

    /** Runs a task in some later iteration, not ordered against commands. */
    void execute(Runnable task) {
        mailbox.execute(task);
        signal();
    }

    /** Runs a task once all commands before that position are executed. */
    void executeAfter(long tail, Runnable task) {
        execute(() -> addLate(tail, task));
    }

    void addLate(long tail, Runnable task) {
        late.add(tail, task);
    }

    /**
     * Ends a poll that waits. The fence stands between what was put and the look at {@link #parked}, as the one in {@link #poll}
     * stands between setting it and the look at the mailbox: one of the two sees the other.
     */
    boolean signal() {
        VarHandle.fullFence();
        if (parked.get() && parked.compareAndSet(true, false)) {
            poller.wakeUp();
        } else if (ended) {
            settle();
        }
        return true;
    }

    /** Whether the caller may do at once what it would order: not while something that was ordered before waits in the mailbox. */
    boolean mayGoDirectly() {
        return inLoop() && orders.isPast(orders.tail());
    }

    // ---- of the loop's thread, for its peers

    int index() {
        return index;
    }

    /** Its commands: what is offered from any thread, each followed by {@link #signal}. */
    Orders orders() {
        return orders;
    }

    long nowNanos() {
        return nowNanos;
    }

    /** How long it is busy. Any thread. */
    LoopWatch watch() {
        return watch;
    }

    Counters counters() {
        return counters;
    }

    /** What its sessions hold of the server's memory. */
    Account account() {
        return budget.account(index);
    }

    TimerWheel wheel() {
        return wheel;
    }

    DueCallbacks due() {
        return due;
    }

    Gather gather() {
        return gather;
    }

    WireQueue.Spare spareQueues() {
        return spareQueues;
    }

    /** Empty and with all its room; its content lasts for one call. */
    ByteBuffer receiveBuffer() {
        return receiveBuffer.clear();
    }

    /** Registers with the poller and gives the key; nothing stays registered if that fails. */
    long register(Pollable what, Registration tenant, int interest) throws IOException {
        long key = registrations.add(tenant);
        try {
            poller.register(what, key, interest);
        } catch (IOException | RuntimeException e) {
            registrations.remove(key);
            throw e;
        }
        return key;
    }

    void unregister(long key) {
        registrations.remove(key);
    }

    void markDirty(Tenant tenant) {
        if (!tenant.dirty) {
            tenant.dirty = true;
            dirty.add(tenant);
        }
    }

    void takeTurnAgain(Tenant tenant) {
        if (!tenant.turnOrdered) {
            tenant.turnOrdered = true;
            unfinished.add(tenant);
        }
    }

    /** At the end of this iteration; what is ordered from now on comes after it. */
    void deferClose(Tenant tenant) {
        tenant.closeOrdered = true;
        closing.add(tenant);
    }

    Registrations registrations() {
        return registrations;
    }

    // ---- life

    /** Whether there will be no more turns. Any thread. */
    boolean hasEnded() {
        return ended;
    }

    /** Frees what the loop holds; its thread ends, or has never begun. */
    void free() {
        poller.close();
        watch.rests(clock.nanoTime());
        // A poll that has thrown has left it behind: whoever puts something from now on finds the end, not a sleeper.
        parked.set(false);
        ended = true;
        VarHandle.fullFence();
        settle();
    }

    /**
     * Executes what came after the last turn: its peers are closed, so it is counted as not delivered, and no publication is left open. By
     * the loop's thread as its last act, then by whoever puts something; one at a time, and nobody waits: what comes meanwhile is left to
     * whoever settles.
     */
    private void settle() {
        if (settling.getAndIncrement() > 0) {
            return;
        }
        int seen = 1;
        do {
            while (!mailbox.isEmpty()) {
                orders.carryOut();
                mailbox.drainTasks(tasks, TASKS_PER_TURN);
                late.run(mailbox.head(), tasks);
            }
            seen = settling.addAndGet(-seen);
        } while (seen > 0);
    }
}
