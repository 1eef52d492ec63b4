package io.hongyan.im.examples;

import static org.junit.jupiter.api.Assertions.assertEquals;

import io.hongyan.im.ImServer;
import io.hongyan.im.test.client.FrameClient;
import io.hongyan.im.test.client.LineClient;
import org.junit.jupiter.api.Test;

class EchoTest {
    @Test
    void shouldSendEachMessageBackToItsSenderOnly() throws Exception {
        try (ImServer server = Loopback.serve(new Echo(), "auto");
                LineClient alice = new LineClient(server.address());
                LineClient bob = new LineClient(server.address())) {
            alice.send("from alice");
            bob.send("from bob, 鸿雁");

            alice.expectLine("from alice");
            bob.expectLine("from bob, 鸿雁");
            alice.echo("again");
            bob.echo("");
        }
    }

    @Test
    void shouldSpeakWebSocketOnTheSamePort() throws Exception {
        try (ImServer server = Loopback.serve(new Echo(), "auto");
                SocketClient alice = new SocketClient(server.address());
                LineClient bob = new LineClient(server.address())) {
            alice.send("from a page, 鸿雁");
            bob.echo("from nc");

            assertEquals("from a page, 鸿雁", alice.message());
        }
    }

    @Test
    void shouldSendBytesBackAsTheyCame() throws Exception {
        byte[] bytes = {0, -1, '\n', 'x'};

        try (ImServer server = Loopback.serve(new Echo(), "frame");
                FrameClient client = new FrameClient(server.address())) {
            client.send(bytes);
            client.send(new byte[0]);

            client.expectFrame(bytes);
            client.expectFrame(new byte[0]);
        }
    }
}
