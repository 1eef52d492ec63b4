package io.hongyan.im.engine;

import java.io.IOException;

/** What one connection is watched for, and why it is not read. Loop thread only. */
final class Interest {
    // Reasons not to read, as bits.
    static final int PAUSED = 1;
    static final int INBOUND_FULL = 2;
    static final int OUTBOUND_HIGH = 4;
    static final int UNDECODED = 8;
    static final int ENDED = 16;
    static final int AHEAD = 32;

    private final Connection connection;

    /** Who holds it back for being {@link #AHEAD}; here because there is room for it. */
    private Pace pace = Pace.FREE;

    private byte held;

    /** Reads whatever holds it: to throw it away, or because the stream cannot write before. */
    private boolean readsAnyway;

    private boolean wantsWrite;

    /** What the poller was told last. */
    private byte told = Readiness.READ;

    Interest(Connection connection) {
        this.connection = connection;
    }

    Pace pace() {
        return pace;
    }

    void pace(Pace chosen) {
        pace = chosen;
    }

    boolean reads() {
        return held == 0;
    }

    boolean holds(int reason) {
        return (held & reason) != 0;
    }

    boolean writes() {
        return wantsWrite;
    }

    // Each answers false if the kernel refuses: then the connection is of no more use.

    boolean hold(int reason) {
        held |= (byte) reason;
        return update();
    }

    boolean release(int reason) {
        held &= (byte) ~reason;
        return update();
    }

    boolean wantWrite(boolean wanted) {
        wantsWrite = wanted;
        return update();
    }

    boolean readAnyway(boolean wanted) {
        readsAnyway = wanted;
        return update();
    }

    private boolean update() {
        boolean reads = readsAnyway || held == 0;
        int wanted = (reads ? Readiness.READ : 0) | (wantsWrite ? Readiness.WRITE : 0);
        if (wanted == told) {
            return true;
        }
        told = (byte) wanted;
        try {
            connection.interest(wanted);
            return true;
        } catch (IOException e) {
            return false;
        }
    }
}
