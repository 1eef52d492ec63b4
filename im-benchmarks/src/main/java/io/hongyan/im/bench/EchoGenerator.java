package io.hongyan.im.bench;

import java.io.IOException;

/** Each client keeps a number of lines under way: as many as came back are sent again. */
final class EchoGenerator extends Generator {
    private final int connections;
    private final int depth;
    private long underWay;

    /** Whose turn it is where the load is paced. */
    private int next;

    EchoGenerator(int connections, int depth, int payload) {
        super(payload);
        this.connections = connections;
        this.depth = depth;
    }

    @Override
    int size() {
        return connections;
    }

    @Override
    int linesPerMessage() {
        return 1;
    }

    @Override
    void begin() throws IOException {
        for (int i = 0; i < connections; i++) {
            send(client(i), depth);
            underWay += depth;
        }
    }

    @Override
    void onLines(Client client, int count) throws IOException {
        if (isDraining() || isPaced()) {
            underWay -= count;
        } else {
            send(client, count);
        }
    }

    @Override
    void sendNext(long dueNanos) throws IOException {
        send(client(next), 1, dueNanos);
        next = (next + 1) % connections;
        underWay++;
    }

    @Override
    boolean isDrained() {
        return underWay == 0;
    }
}
