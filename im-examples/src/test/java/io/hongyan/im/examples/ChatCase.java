package io.hongyan.im.examples;

import static org.junit.jupiter.api.Assertions.assertEquals;

import io.hongyan.im.ImServer;
import io.hongyan.im.test.client.LineClient;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;

/** A chat on a free port, and clients that come into its lobby. */
abstract class ChatCase {
    final List<LineClient> clients = new ArrayList<>();
    ImServer server;
    int guests;

    @BeforeEach
    final void start() throws IOException {
        server = Loopback.serve(new ChatHandler(), "line");
    }

    @AfterEach
    final void stop() throws IOException {
        for (LineClient client : clients) {
            client.close();
        }
        server.close();
        assertEquals(0, server.stats().errors(), "no callback may throw");
    }

    final LineClient connect() throws IOException {
        LineClient client = new LineClient(server.address());
        clients.add(client);
        guests++;
        return client;
    }

    /** Comes into the lobby under a name, before the eyes of those who are there. */
    final LineClient enter(String nick, LineClient... there) throws IOException {
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

    static List<String> said(LineClient client, int count) throws IOException {
        List<String> said = new ArrayList<>(count);
        while (said.size() < count) {
            String line = client.line();
            if (line.startsWith("[")) {
                said.add(line);
            }
        }
        return said;
    }

    static byte[] utf8(String text) {
        return text.getBytes(StandardCharsets.UTF_8);
    }
}
