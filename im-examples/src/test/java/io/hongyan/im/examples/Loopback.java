package io.hongyan.im.examples;

import io.hongyan.im.ImServer;
import io.hongyan.im.MessageHandler;
import java.io.IOException;

/** Servers for these tests: on loopback, any free port, the transport that is everywhere. */
final class Loopback {
    private Loopback() {}

    static ImServer serve(MessageHandler handler, String protocol) throws IOException {
        return serve(handler, protocol, 0);
    }

    static ImServer serve(MessageHandler handler, String protocol, int port) throws IOException {
        return ImServer.builder()
                .host("127.0.0.1")
                .port(port)
                .protocols(protocol)
                .transport("nio")
                .loops(2)
                .handler(handler)
                .start();
    }
}
