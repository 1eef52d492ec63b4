package io.hongyan.im.bench;

import java.io.IOException;

/**
 * Some members send by turns, so that at most a window of messages is under way: one is, until the last member has as many as were sent
 * up to it. Each message and member is one line received. Where the load is paced there is no window, and they send by turns too.
 */
final class RoomGenerator extends Generator {
    /** Of how many members the latency is looked at: to read every stamp would cost more than to receive. */
    private static final int TIMED_MEMBERS = 32;

    private final int members;
    private final int senders;
    private final int window;
    private final int timedEvery;

    /** How many members have received a message, by its number modulo the window. */
    private final int[] receivers;

    private long sent;

    /** Lines, to all members together. */
    private long delivered;

    /** Messages that everyone has. */
    private long complete;

    RoomGenerator(int members, int senders, int window, int payload) {
        super(payload);
        this.members = members;
        this.senders = senders;
        this.window = window;
        timedEvery = Math.max(1, members / TIMED_MEMBERS);
        receivers = new int[window];
    }

    @Override
    int size() {
        return members;
    }

    @Override
    boolean isTimed(Client client) {
        return client.index() % timedEvery == 0;
    }

    @Override
    int linesPerMessage() {
        return members;
    }

    @Override
    void begin() throws IOException {
        onTurn();
    }

    @Override
    void onLines(Client client, int count) {
        delivered += count;
        if (isPaced()) {
            return;
        }
        long first = client.received() - count;
        for (long message = first; message < first + count; message++) {
            receivers[(int) (message % window)]++;
        }
    }

    /** Moves the window on. */
    @Override
    void onTurn() throws IOException {
        if (isPaced()) {
            return;
        }
        while (complete < sent && receivers[(int) (complete % window)] == members) {
            receivers[(int) (complete++ % window)] = 0;
        }
        if (!isDraining()) {
            refill();
        }
    }

    @Override
    void sendNext(long dueNanos) throws IOException {
        send(client((int) (sent % senders)), 1, dueNanos);
        sent++;
    }

    @Override
    boolean isDrained() {
        return delivered == sent * members;
    }

    private void refill() throws IOException {
        int free = (int) (complete + window - sent);
        for (int i = 0; i < senders && free > 0; i++) {
            int share = Math.min(mostAtOnce(), Math.ceilDiv(free, senders - i));
            send(client((int) (sent % senders)), share);
            sent += share;
            free -= share;
        }
    }
}
