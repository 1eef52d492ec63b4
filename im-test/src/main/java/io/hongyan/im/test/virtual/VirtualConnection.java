package io.hongyan.im.test.virtual;

import io.hongyan.im.engine.Connection;
import io.hongyan.im.engine.Readiness;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.nio.ByteBuffer;

/** The server's end of a {@link Link}. It fails loudly where the engine does what a contract of {@link Connection} forbids. */
final class VirtualConnection extends VirtualPollable implements Connection {
    private final Link link;
    private final Fate fate;
    private boolean outputEnded;
    private boolean writeFailed;

    VirtualConnection(VirtualNetwork network, Link link) {
        super(network);
        this.link = link;
        fate = network.fate();
    }

    @Override
    public InetSocketAddress remoteAddress() {
        return link.client;
    }

    @Override
    public int read(ByteBuffer target) throws IOException {
        fate.mayPreempt();
        synchronized (network) {
            demand(!isClosed(), "read after close");
            require(target.isDirect() && target.hasRemaining(), "read into " + target);
            if (!link.arrived.isEmpty()) {
                int count = fate.some(Fault.CUT, Math.min(target.remaining(), link.arrived.size()));
                link.arrived.take(target, count);
                network.changed();
                fate.note("server", "reads " + count + " bytes of " + link.client.getPort());
                return count;
            }
            if (link.resetByClient) {
                throw new IOException("Connection reset by peer");
            }
            return link.clientEndArrived ? -1 : 0;
        }
    }

    @Override
    public int write(ByteBuffer source) throws IOException {
        fate.mayPreempt();
        synchronized (network) {
            demand(!isClosed(), "write after close");
            demand(!outputEnded, "write after the end of output");
            demand(!writeFailed, "write after a failed write");
            require(source.isDirect() && source.hasRemaining(), "write from " + source);
            if (link.resetByClient) {
                writeFailed = true;
                throw new IOException("Broken pipe");
            }
            int room = Math.min(source.remaining(), fate.socketBytes() - link.toClient.size());
            if (room <= 0 || (fate.strikes(Fault.SHORT_WRITE) && fate.choose(2) == 0)) {
                return 0;
            }
            int count = fate.some(Fault.SHORT_WRITE, room);
            link.write(source, count);
            fate.note("server", "writes " + count + " bytes to " + link.client.getPort());
            network.changed();
            return count;
        }
    }

    @Override
    public void shutdownOutput() throws IOException {
        synchronized (network) {
            demand(!isClosed(), "end of output after close");
            if (outputEnded) {
                return;
            }
            outputEnded = true;
            if (link.resetByClient) {
                throw new IOException("Transport endpoint is not connected");
            }
            link.serverEnded = true;
            fate.note("server", "ends output to " + link.client.getPort());
            network.changed();
        }
    }

    @Override
    int readiness(int mask) {
        int bits = 0;
        if (!link.arrived.isEmpty() || link.clientEndArrived || link.resetByClient) {
            bits |= mask & Readiness.READ;
        }
        if (link.toClient.size() < fate.socketBytes() || link.resetByClient) {
            bits |= mask & Readiness.WRITE;
        }
        if (link.clientEndArrived && (mask & Readiness.READ) != 0) {
            bits |= Readiness.PEER_CLOSED;
        }
        if (link.resetByClient || (link.clientEndArrived && outputEnded)) {
            bits |= Readiness.HANG_UP;
        }
        return link.resetByClient ? bits | Readiness.ERROR : bits;
    }

    @Override
    void closed() {
        fate.note("server", "closes " + link.client.getPort());
        link.closeServer();
    }
}
