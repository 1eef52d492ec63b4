package io.hongyan.im.bench;

import java.io.IOException;

/** Each client keeps a number of lines under way: as many as came back are sent again. */
final class EchoGenerator extends Generator {
    private final int connections;
    private final int depth;
    private long underWay;

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
    void begin() throws IOException {
        for (int i = 0; i < connections; i++) {
            send(client(i), depth);
            underWay += depth;
        }
    }

    @Override
    void onLines(Client client, int count) throws IOException {
        if (isDraining()) {
            underWay -= count;
        } else {
            send(client, count);
        }
    }

    @Override
    boolean isDrained() {
        return underWay == 0;
    }
}
