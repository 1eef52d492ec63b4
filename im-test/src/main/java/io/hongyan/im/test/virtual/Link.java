package io.hongyan.im.test.virtual;

import java.net.InetSocketAddress;
import java.nio.ByteBuffer;

/** One connection, both directions of it and the kernels at both ends. Guarded by the network's lock. */
final class Link {
    final InetSocketAddress client;
    final InetSocketAddress server;

    /** Sent by the client and on its way, then there to be read. */
    final Pipe toServer = new Pipe();

    final Pipe arrived = new Pipe();

    /** Written by the server, and not yet taken by the client. */
    final Pipe toClient = new Pipe();

    /** Bytes that the client has taken. */
    long taken;

    /** The client's end is closed; nothing is taken any more. */
    boolean clientClosed;

    boolean clientEnded;
    boolean clientEndArrived;
    boolean serverEnded;

    /** The server's end is closed; nothing is read any more. */
    boolean serverClosed;

    /** An RST has come to the server; what arrived before can still be read. */
    boolean resetByClient;

    /** An RST has come to the client: what it has not taken is lost. */
    boolean resetByServer;

    /** The network has reset it. */
    boolean broken;

    Link(InetSocketAddress client, InetSocketAddress server) {
        this.client = client;
        this.server = server;
    }

    // ---- the client's end

    void send(byte[] bytes, int from, int to) {
        if (!clientEnded && !resetByClient) {
            toServer.put(bytes, from, to);
        }
    }

    void reset() {
        if (!serverClosed) {
            resetByClient = true;
        }
        clientEnded = true;
        toServer.clear();
        toClient.clear();
    }

    /** Ends it with a FIN, or with an RST where something was not taken. */
    void closeClient() {
        clientClosed = true;
        clientEnded = true;
        if (!toClient.isEmpty()) {
            reset();
        }
    }

    /** The next bytes on their way, or the end behind them, come to the server. */
    void arrive(int most) {
        if (serverClosed) {
            if (!toServer.isEmpty()) {
                refuse();
            }
            toServer.clear();
            clientEndArrived |= clientEnded;
        } else if (!toServer.isEmpty()) {
            toServer.moveTo(arrived, Math.min(most, toServer.size()));
        } else if (clientEnded) {
            clientEndArrived = true;
        }
    }

    /** Whether nothing will ever come from the client any more. */
    boolean isDead() {
        return clientEnded && !isOnItsWay();
    }

    boolean isOnItsWay() {
        return !toServer.isEmpty() || (clientEnded && !clientEndArrived && !resetByClient);
    }

    /** Whether the server has not read all that the client has sent. */
    boolean isBeingHeard() {
        return !toServer.isEmpty() || !arrived.isEmpty();
    }

    // ---- the server's end

    /** Bytes for a client that has closed are answered by an RST. */
    void write(ByteBuffer source, int count) {
        toClient.put(source, count);
        if (clientClosed) {
            reset();
        }
    }

    void closeServer() {
        serverClosed = true;
        serverEnded = true;
        if (!arrived.isEmpty()) {
            refuse();
        }
        arrived.clear();
    }

    /** Bytes that nobody will read are answered by an RST, which takes with it what the client has not read. */
    private void refuse() {
        resetByServer = true;
        toClient.clear();
    }
}
