package io.hongyan.im.examples;

import static org.junit.jupiter.api.Assertions.assertEquals;

import io.hongyan.im.ImServer;
import io.hongyan.im.test.client.LineClient;
import io.hongyan.im.test.evidence.Await;
import org.junit.jupiter.api.Test;

class RoomTest {
    @Test
    void shouldSendEachMessageToEveryClientAndItsSender() throws Exception {
        try (ImServer server = Loopback.serve(new Room(), "line");
                LineClient alice = new LineClient(server.address());
                LineClient bob = new LineClient(server.address());
                LineClient carol = new LineClient(server.address())) {
            Await.until("all three are in", () -> server.all().size() == 3);

            alice.send("hello");
            for (LineClient client : new LineClient[] {alice, bob, carol}) {
                client.expectLine("hello");
            }
            bob.send("hi alice");
            for (LineClient client : new LineClient[] {alice, bob, carol}) {
                client.expectLine("hi alice");
            }
        }
    }

    @Test
    void shouldCarryMessagesBetweenProtocols() throws Exception {
        try (ImServer server = Loopback.serve(new Room(), "auto");
                SocketClient page = new SocketClient(server.address());
                LineClient nc = new LineClient(server.address())) {
            nc.send("from nc");
            assertEquals("from nc", page.message());
            page.send("from a page");

            nc.expectLine("from nc");
            nc.expectLine("from a page");
            assertEquals("from a page", page.message());
        }
    }

    @Test
    void shouldGoOnWhenSomeoneLeaves() throws Exception {
        try (ImServer server = Loopback.serve(new Room(), "line");
                LineClient alice = new LineClient(server.address());
                LineClient bob = new LineClient(server.address())) {
            Await.until("both are in", () -> server.all().size() == 2);

            bob.reset();
            Await.until("bob is gone", () -> server.all().size() == 1);

            alice.echo("anybody?");
            assertEquals(0, server.stats().errors());
        }
    }
}
