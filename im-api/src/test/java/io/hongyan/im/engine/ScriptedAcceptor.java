package io.hongyan.im.engine;

import java.io.IOException;
import java.net.InetSocketAddress;
import java.util.ArrayDeque;
import java.util.Deque;
import org.jspecify.annotations.Nullable;

/** A listening socket whose connections and failures are written by a test. */
final class ScriptedAcceptor implements Acceptor {
    private final InetSocketAddress address;
    private final KeepAlive keepAlive;
    private final Deque<Object> waiting = new ArrayDeque<>();
    private int interest = Readiness.READ;
    private int refusals;
    private int accepts;
    private boolean spare;
    private @Nullable IOException shortage;
    private Runnable whileAccepting = () -> {};
    private boolean closed;

    ScriptedAcceptor(InetSocketAddress address, KeepAlive keepAlive) {
        this.address = address;
        this.keepAlive = keepAlive;
    }

    KeepAlive keepAlive() {
        return keepAlive;
    }

    void offer(ScriptedConnection connection) {
        waiting.add(connection);
    }

    /** The next accept throws, once. */
    void fail(Throwable failure) {
        waiting.add(failure);
    }

    /** So many changes of interest are refused. */
    void refuseInterest(int number) {
        refusals = number;
    }

    /** Runs in each accept. */
    void whileAccepting(Runnable action) {
        whileAccepting = action;
    }

    /** There is a descriptor to spare. */
    void holdsSpare() {
        spare = true;
    }

    /** From now on each accept throws; no more with null. */
    void shortage(@Nullable IOException failure) {
        shortage = failure;
    }

    int accepts() {
        return accepts;
    }

    int readiness() {
        return closed || waiting.isEmpty() ? 0 : interest;
    }

    boolean isClosed() {
        return closed;
    }

    @Override
    public InetSocketAddress address() {
        return address;
    }

    @Override
    public Connection accept() throws IOException {
        accepts++;
        whileAccepting.run();
        if (shortage != null) {
            throw shortage;
        }
        Object next = waiting.poll();
        if (next instanceof IOException failure) {
            throw failure;
        }
        if (next instanceof RuntimeException failure) {
            throw failure;
        }
        if (next instanceof Error failure) {
            throw failure;
        }
        return (Connection) next;
    }

    @Override
    public boolean shed() {
        whileAccepting.run();
        if (spare && waiting.peek() instanceof ScriptedConnection connection) {
            waiting.remove();
            connection.close();
            return true;
        }
        return false;
    }

    @Override
    public void interest(int wanted) throws IOException {
        if (refusals > 0) {
            refusals--;
            throw new IOException("No space left on device");
        }
        interest = wanted;
    }

    @Override
    public void close() {
        closed = true;
    }
}
