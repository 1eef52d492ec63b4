package io.hongyan.im.test.virtual;

import io.hongyan.im.test.client.ClientEnd;
import java.io.IOException;
import java.io.InterruptedIOException;
import java.net.InetSocketAddress;
import java.net.SocketException;
import java.net.SocketTimeoutException;
import java.util.concurrent.TimeUnit;
import java.util.function.BooleanSupplier;

/**
 * The client's end of a {@link Link} where threads are real: what it sends arrives at once, and who can do nothing waits on the
 * network's lock. It fails as a socket of the JDK does on Linux.
 */
final class VirtualClientEnd implements ClientEnd {
    private final VirtualNetwork network;
    private final Link link;

    /** Guarded by the network's lock. */
    private boolean closed;

    VirtualClientEnd(VirtualNetwork network, Link link) {
        this.network = network;
        this.link = link;
    }

    @Override
    public InetSocketAddress localAddress() {
        return link.client;
    }

    @Override
    public void write(byte[] bytes, int from, int to) throws IOException {
        synchronized (network) {
            for (int at = from; at < to; ) {
                await(Long.MAX_VALUE, () -> cannotWrite() || room() > 0);
                if (cannotWrite()) {
                    throw new SocketException(closed ? "Socket closed" : "Broken pipe");
                }
                int next = at + Math.min(to - at, room());
                link.send(bytes, at, next);
                arrive();
                at = next;
            }
        }
    }

    private boolean cannotWrite() {
        return closed || link.clientEnded || link.resetByServer;
    }

    private int room() {
        return network.fate().socketBytes() - link.arrived.size();
    }

    @Override
    public int read(byte[] target) throws IOException {
        synchronized (network) {
            await(ClientEnd.PATIENCE.toNanos(), () -> closed || hasNews());
            if (closed) {
                throw new SocketException("Socket closed");
            }
            if (link.toClient.isEmpty()) {
                if (link.resetByServer) {
                    throw new SocketException("Connection reset");
                }
                return -1;
            }
            byte[] taken = link.toClient.take(Math.min(target.length, link.toClient.size()));
            System.arraycopy(taken, 0, target, 0, taken.length);
            network.changed();
            return taken.length;
        }
    }

    private boolean hasNews() {
        return !link.toClient.isEmpty() || link.serverEnded || link.resetByServer;
    }

    @Override
    public void halfClose() throws IOException {
        synchronized (network) {
            requireOpen();
            link.clientEnded = true;
            arrive();
        }
    }

    @Override
    public void reset() throws IOException {
        synchronized (network) {
            requireOpen();
            closed = true;
            link.reset();
            network.changed();
        }
    }

    @Override
    public void close() {
        synchronized (network) {
            if (closed) {
                return;
            }
            closed = true;
            link.closeClient();
            arrive();
        }
    }

    private void requireOpen() throws SocketException {
        if (closed) {
            throw new SocketException("Socket is closed");
        }
    }

    private void arrive() {
        link.arrive(Integer.MAX_VALUE);
        network.changed();
    }

    private void await(long nanos, BooleanSupplier reason) throws IOException {
        long start = System.nanoTime();
        while (!reason.getAsBoolean()) {
            long left = nanos - (System.nanoTime() - start);
            if (left <= 0) {
                throw new SocketTimeoutException("Read timed out");
            }
            try {
                TimeUnit.NANOSECONDS.timedWait(network, left);
            } catch (InterruptedException e) {
                Thread.currentThread().interrupt();
                throw new InterruptedIOException("interrupted");
            }
        }
    }
}
