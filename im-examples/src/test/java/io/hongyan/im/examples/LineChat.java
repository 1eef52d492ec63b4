package io.hongyan.im.examples;

import static org.junit.jupiter.api.Assertions.assertEquals;

import io.hongyan.im.ImServer;
import io.hongyan.im.test.LineClient;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;

/** A chat of people at terminals. */
class LineChat {
    static final String NAME_RULE = "a name has 1 to 20 letters, digits, _ or -, and no spaces";

    final List<LineClient> clients = new ArrayList<>();

    ImServer server;

    private int guests;

    @BeforeEach
    void start() throws IOException {
        server = Loopback.serve(new ChatHandler(), "line");
    }

    @AfterEach
    void stop() throws IOException {
        for (LineClient client : clients) {
            client.close();
        }
        server.close();
        assertEquals(0, server.stats().errors(), "no callback may throw");
    }

    LineClient connect() throws IOException {
        LineClient client = new LineClient(server.address());
        clients.add(client);
        guests++;
        return client;
    }

    /** Comes into the lobby under a name, before the eyes of those who are there. */
    LineClient enter(String nick, LineClient... there) throws IOException {
        LineClient client = connect();
        String guest = "guest" + guests;
        client.line();
        client.expectLine("* " + guest + " joined lobby");
        client.send("/nick " + nick);
        client.expectLine("* " + guest + " is now " + nick);
        expect("* " + guest + " joined lobby", there);
        expect("* " + guest + " is now " + nick, there);
        return client;
    }

    static void expect(String line, LineClient... those) throws IOException {
        for (LineClient client : those) {
            client.expectLine(line);
        }
    }
}
