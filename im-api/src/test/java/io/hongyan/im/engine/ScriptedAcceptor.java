package io.hongyan.im.engine;

import java.io.IOException;
import java.net.InetSocketAddress;
import java.util.ArrayDeque;
import java.util.Deque;

/** A listening socket whose connections and failures are written by a test. */
final class ScriptedAcceptor implements Acceptor {
    private final InetSocketAddress address;
    private final Deque<Object> waiting = new ArrayDeque<>();
    private int interest = Readiness.READ;
    private boolean closed;

    ScriptedAcceptor(InetSocketAddress address) {
        this.address = address;
    }

    void offer(ScriptedConnection connection) {
        waiting.add(connection);
    }

    /** The next accept fails, once. */
    void fail(IOException failure) {
        waiting.add(failure);
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
        Object next = waiting.poll();
        if (next instanceof IOException failure) {
            throw failure;
        }
        return (Connection) next;
    }

    @Override
    public void interest(int wanted) {
        interest = wanted;
    }

    @Override
    public void close() {
        closed = true;
    }
}
