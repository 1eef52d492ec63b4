package io.hongyan.im.engine;

import java.io.IOException;
import java.net.InetSocketAddress;

/** The plain part of a {@link Peer}: its connection at its place on a loop, and what that does when it is asked. Loop thread only. */
abstract class Connected extends Tenant {
    final Station station;
    final Stream stream;
    final Interest interest;
    private final Connection connection;
    private long key = -1;

    Connected(Station station, Connection connection) {
        this.station = station;
        this.connection = connection;
        stream = station.streams().apply(connection);
        interest = new Interest(connection);
    }

    final void watch() throws IOException {
        key = station.loop().register(connection, this, Readiness.READ);
    }

    public final Station station() {
        return station;
    }

    public final Stream stream() {
        return stream;
    }

    public final Interest interest() {
        return interest;
    }

    public final Tenant tenant() {
        return this;
    }

    public final void takeTurnAgain() {
        station.loop().takeTurnAgain(this);
    }

    public final void closeSoon() {
        station.loop().deferClose(this);
    }

    public final void flushSoon() {
        station.loop().markDirty(this);
    }

    public final void release() {
        station.loop().unregister(key);
        connection.close();
        station.addresses().left(connection.remoteAddress());
    }

    /** Any thread. */
    public final InetSocketAddress remoteAddress() {
        return connection.remoteAddress();
    }
}
