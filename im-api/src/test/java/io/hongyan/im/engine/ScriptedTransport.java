package io.hongyan.im.engine;

import io.hongyan.im.Dispatch;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.BindException;
import java.net.InetSocketAddress;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/** A transport of scripted parts, whose loops the test runs by hand and whose clock it turns. */
final class ScriptedTransport implements Transport {
    /** Holds callbacks until the test runs them. */
    static final class Later implements Dispatcher {
        private final Deque<Runnable> tasks = new ArrayDeque<>();
        private int refusals;
        private boolean closed;

        /** So many tasks find no thread. */
        void refuse(int number) {
            refusals = number;
        }

        boolean runOne() {
            Runnable task = tasks.poll();
            if (task != null) {
                task.run();
            }
            return task != null;
        }

        @Override
        public void execute(Runnable task) {
            if (refusals > 0) {
                refusals--;
                throw new OutOfMemoryError("unable to create native thread");
            }
            tasks.add(task);
        }

        boolean isClosed() {
            return closed;
        }

        @Override
        public boolean close(Duration patience) {
            closed = true;
            return true;
        }
    }

    private final int mailboxCapacity;
    private final Later later = new Later();
    private final List<LoopThread> runners = new ArrayList<>();
    private final List<ScriptedPoller> pollers = new ArrayList<>();
    private final List<ScriptedMailbox> mailboxes = new ArrayList<>();
    private final List<ScriptedAcceptor> acceptors = new ArrayList<>();
    private Function<Connection, Stream> layer = connection -> connection;
    private @Nullable Handover handover;
    private long nanoTime;
    private int ids;
    private int callsLeft = Integer.MAX_VALUE;

    ScriptedTransport(int mailboxCapacity, long startNanos) {
        this.mailboxCapacity = mailboxCapacity;
        nanoTime = startNanos;
    }

    List<LoopThread> runners() {
        return runners;
    }

    List<ScriptedPoller> pollers() {
        return pollers;
    }

    List<ScriptedMailbox> mailboxes() {
        return mailboxes;
    }

    List<ScriptedAcceptor> acceptors() {
        return acceptors;
    }

    Later later() {
        return later;
    }

    /** What stands around each connection from now on. */
    void layer(Function<Connection, Stream> around) {
        layer = around;
    }

    void handover(@Nullable Handover scripted) {
        handover = scripted;
    }

    void advance(long nanos) {
        nanoTime += nanos;
    }

    /** The call of that number to open or bind something fails. */
    ScriptedTransport failAt(int call) {
        callsLeft = call;
        return this;
    }

    private void maybeFail() throws IOException {
        if (--callsLeft == 0) {
            throw new BindException("scripted");
        }
    }

    @Override
    public Poller openPoller() throws IOException {
        maybeFail();
        pollers.add(new ScriptedPoller());
        return pollers.get(pollers.size() - 1);
    }

    @Override
    public Acceptor bind(InetSocketAddress address, KeepAlive keepAlive) throws IOException {
        maybeFail();
        acceptors.add(new ScriptedAcceptor(address, keepAlive));
        return acceptors.get(acceptors.size() - 1);
    }

    @Override
    public Mailbox newMailbox(int capacity) {
        mailboxes.add(new ScriptedMailbox(mailboxCapacity));
        return mailboxes.get(mailboxes.size() - 1);
    }

    @Override
    public @Nullable Handover handover() {
        return handover;
    }

    /** Whoever waits is the loops' thread meanwhile. */
    @Override
    public void await(CompletableFuture<?> done) {
        while (!done.isDone()) {
            for (LoopThread runner : runners) {
                try {
                    runner.loop().runOnce();
                } catch (IOException e) {
                    throw new UncheckedIOException(e);
                }
            }
        }
    }

    @Override
    public Stream streamOver(Connection connection) {
        return layer.apply(connection);
    }

    @Override
    public Clock clock() {
        return () -> nanoTime;
    }

    @Override
    public IdSource ids() {
        return () -> new SessionId(0, ids++);
    }

    @Override
    public Dispatcher newDispatcher(Dispatch dispatch) {
        return dispatch == Dispatch.ON_LOOP ? Dispatchers.open(dispatch) : later;
    }

    /** The last loop is started first. */
    @Override
    public void start(LoopThread runner) {
        runners.add(0, runner);
    }

    @Override
    public void startWatch(Thread watcher) {
        // Every callback returns.
    }
}
