package io.hongyan.im.engine;

import io.hongyan.im.spi.Wire;
import java.io.IOException;
import java.lang.System.Logger.Level;
import java.lang.invoke.VarHandle;
import java.nio.ByteBuffer;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.Optional;
import java.util.concurrent.atomic.AtomicBoolean;
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
 * A connection stays on its loop for life. Other threads reach a loop through its {@link Mailbox} alone, by {@link #send}, {@link
 * #publish}, {@link #close} and {@link #execute}; everything else belongs to the loop's thread.
 */
public final class EventLoop {
    private static final int RECEIVE_BYTES = 64 * 1024;
    private static final int COMMANDS_PER_TURN = 4096;
    private static final int TASKS_PER_TURN = 4096;

    private final Poller.Events events = this::onReady;
    private final Mailbox.Sink commands = this::execute;
    private final Consumer<Runnable> tasks = this::run;

    private final int index;
    private final Poller poller;
    private final DueCallbacks due;
    private final Mailbox mailbox;
    private final Clock clock;
    private final Log log;
    private final TimerWheel wheel;
    private final Registrations registrations = new Registrations();
    private final Gather gather = new Gather();
    private final ByteBuffer receiveBuffer = ByteBuffer.allocateDirect(RECEIVE_BYTES);

    /** Peers with output, or with an end of output, to be seen to in this iteration's flush; and the list it is swapped with. */
    private List<Peer> dirty = new ArrayList<>();

    private List<Peer> flushing = new ArrayList<>();

    /** Peers with bytes that were read and not decoded, because their turn was over. */
    private final ArrayDeque<Peer> unfinished = new ArrayDeque<>();

    private final ArrayDeque<Peer> closing = new ArrayDeque<>();
    private final LateTasks late = new LateTasks();

    /** True from before a poll that may wait until it has returned or a waker has taken it upon itself to end it. */
    private final AtomicBoolean parked = new AtomicBoolean();

    /** The thread inside {@link #runOnce}. Without a barrier: a thread can only ever find itself here by its own writing. */
    private @Nullable Thread thread;

    private long nowNanos;
    private boolean polling;

    /** There will be no more turns. */
    private volatile boolean ended;

    /** Guarded by this object's lock. */
    private boolean settling;

    private @Nullable LoopThread runner;

    EventLoop(int index, Transport transport, Dispatcher dispatcher, int queueLength, Log log) throws IOException {
        this.index = index;
        this.log = log;
        due = new DueCallbacks(dispatcher);
        clock = transport.clock();
        nowNanos = clock.nanoTime();
        wheel = new TimerWheel(nowNanos);
        mailbox = transport.newMailbox(queueLength);
        poller = transport.openPoller();
    }

    /** One iteration. The caller is the loop's thread for as long; a simulation calls it by hand. */
    public void runOnce() throws IOException {
        thread = Thread.currentThread();
        try {
            poll();
            finishTurns();
            due.start();
            mailbox.drain(commands, COMMANDS_PER_TURN);
            mailbox.drainTasks(tasks, TASKS_PER_TURN);
            late.run(mailbox.head(), tasks);
            wheel.expire(nowNanos);
            flush();
            closeDeferred();
        } finally {
            thread = null;
            due.start();
        }
    }

    /** Whether the next {@link #runOnce} has something to do without any event. */
    public boolean hasWork() {
        return !dirty.isEmpty() || !unfinished.isEmpty() || !closing.isEmpty() || !mailbox.isEmpty();
    }

    private void poll() throws IOException {
        long timeout = hasWork() ? 0 : wheel.nanosToNext(clock.nanoTime());
        if (timeout > 0) {
            parked.set(true);
            VarHandle.fullFence();
            if (!mailbox.isEmpty()) {
                timeout = 0;
            }
        }
        polling = true;
        poller.poll(timeout, events);
        awake();
    }

    /** At the first event, or when there was none: what time it is, and that nobody need wake this loop. */
    private void awake() {
        if (polling) {
            polling = false;
            parked.set(false);
            nowNanos = clock.nanoTime();
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
            tenant.onFailure(t);
        }
    }

    /** Those that do not finish now are put back behind the others. */
    private void finishTurns() {
        for (int n = unfinished.size(); n > 0; n--) {
            guard(unfinished.remove(), Peer::decodeRest);
        }
    }

    /** Whatever is wrong with one peer is its own matter. */
    private static void guard(Peer peer, Consumer<Peer> duty) {
        try {
            duty.accept(peer);
        } catch (Throwable t) {
            peer.onFailure(t);
        }
    }

    private void execute(Command command, Object target, Object payload) {
        try {
            switch (command) {
                case SEND -> ((Session) target).peer().enqueue((Wire) payload);
                case PUBLISH -> ((GroupShard) target).deliver((Publication) payload);
                case CLOSE -> deferClose(((Session) target).peer());
            }
        } catch (Throwable t) {
            if (target instanceof Session session) {
                session.peer().onFailure(t);
            } else {
                log.log(Level.ERROR, Log.Topic.LOOP, () -> "delivery to a group failed: " + Log.describe(t));
            }
        }
    }

    private void run(Runnable task) {
        try {
            task.run();
        } catch (Throwable t) {
            log.log(Level.ERROR, Log.Topic.LOOP, () -> "a task of loop " + index + " failed: " + Log.describe(t));
        }
    }

    private void flush() {
        List<Peer> now = dirty;
        dirty = flushing;
        flushing = now;
        for (int i = 0; i < now.size(); i++) {
            guard(now.get(i), Peer::flush);
        }
        now.clear();
        gather.forget();
    }

    private void closeDeferred() {
        for (int n = closing.size(); n > 0; n--) {
            guard(closing.remove(), Peer::close);
        }
    }

    // ---- from any thread

    /** Whether the caller is this loop's thread. */
    boolean inLoop() {
        return thread == Thread.currentThread();
    }

    /** Queues a wire whose bytes are reserved; false if the command queue is full. */
    boolean send(Session session, Wire wire) {
        if (mayGoDirectly()) {
            session.peer().enqueue(wire);
            return true;
        }
        return mailbox.offer(Command.SEND, session, wire) && signal();
    }

    /** Offers a publication; the caller signals. False if the command queue is full. */
    boolean publish(GroupShard shard, Publication publication) {
        return mailbox.offer(Command.PUBLISH, shard, publication);
    }

    /** Closes a session behind what was ordered before. Never lost: a full queue is waited for by a task, and the session told of the place. */
    void close(Session session) {
        if (mayGoDirectly()) {
            deferClose(session.peer());
        } else if (mailbox.offer(Command.CLOSE, session, session)) {
            signal();
        } else {
            long tail = mailbox.tail();
            session.closesAt(tail);
            executeAfter(tail, () -> deferClose(session.peer()));
        }
    }

    /** Runs a task in some later iteration, not ordered against commands. */
    void execute(Runnable task) {
        mailbox.execute(task);
        signal();
    }

    /** Runs a task once all commands before that position are executed. */
    void executeAfter(long tail, Runnable task) {
        execute(() -> late.add(tail, task));
    }

    /** A position behind all that was offered so far. */
    long tail() {
        return mailbox.tail();
    }

    /** The position of the command that is executed now, or that comes next. Loop thread only. */
    long head() {
        return mailbox.head();
    }

    /** Whether all commands before that position are executed. Loop thread only. */
    boolean isPast(long tail) {
        return mailbox.head() - tail >= 0;
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

    /** Not while something that was ordered before waits in the mailbox. */
    private boolean mayGoDirectly() {
        return inLoop() && isPast(mailbox.tail());
    }

    // ---- of the loop's thread, for its peers

    int index() {
        return index;
    }

    long nowNanos() {
        return nowNanos;
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

    void markDirty(Peer peer) {
        if (peer.becomesDirty()) {
            dirty.add(peer);
        }
    }

    void takeTurnAgain(Peer peer) {
        unfinished.add(peer);
    }

    /** At the end of this iteration; what is ordered from now on comes after it. */
    void deferClose(Peer peer) {
        peer.orderClose();
        closing.add(peer);
    }

    Registrations registrations() {
        return registrations;
    }

    // ---- life

    void runOn(LoopThread own) {
        runner = own;
    }

    /** Starts the thread that {@link Server} gave this loop. */
    void startThread() {
        Objects.requireNonNull(runner, "belongs to no server").start();
    }

    /** Whether the server needs no more turns of this loop: whoever runs it calls {@link #end}, and no {@link #runOnce} again. */
    public boolean isOver() {
        return runner != null && runner.isOver();
    }

    /** The last act of whoever runs this loop, also where {@link #runOnce} has thrown. Once. */
    public void end() {
        Objects.requireNonNull(runner, "belongs to no server").end();
    }

    /** The thread, if it was started and has not ended. Any thread. */
    Optional<Thread> liveThread() {
        return runner != null && runner.isAlive() ? Optional.of(runner) : Optional.empty();
    }

    /** Frees what the loop holds; its thread ends, or has never begun. */
    void free() {
        poller.close();
        ended = true;
        VarHandle.fullFence();
        settle();
    }

    /**
     * Executes what came after the last turn: its peers are closed, so it is counted as not delivered, and no publication is left open. By
     * the loop's thread as its last act, then by whoever puts something.
     */
    private synchronized void settle() {
        if (settling) {
            return;
        }
        settling = true;
        try {
            while (!mailbox.isEmpty()) {
                mailbox.drain(commands, COMMANDS_PER_TURN);
                mailbox.drainTasks(tasks, TASKS_PER_TURN);
                late.run(mailbox.head(), tasks);
            }
        } finally {
            settling = false;
        }
    }
}
