package io.hongyan.im.websocket.conformance;

import io.hongyan.im.ImServer;
import io.hongyan.im.Limits;
import io.hongyan.im.Overflow;
import io.hongyan.im.websocket.WebSocketProtocol;
import java.io.IOException;
import java.io.OutputStream;

/**
 * A WebSocket echo server for judges that are not ours. As a program it prints its port, then serves until its standard input
 * ends, so that it never outlives whoever started it.
 */
final class EchoMain {
    private static final int MIB = 1 << 20;

    private EchoMain() {}

    /**
     * Serves until the standard input ends.
     *
     * @param arguments the transport's name, then "on" or "off" for deflate
     */
    public static void main(String[] arguments) throws IOException {
        try (ImServer server = start(arguments[0], arguments[1].equals("on"))) {
            System.out.println(server.port());
            System.in.transferTo(OutputStream.nullOutputStream());
        }
    }

    /** Starts a server on a free port of the loopback. */
    static ImServer start(String transport, boolean deflate) throws IOException {
        return ImServer.builder()
                .host("127.0.0.1")
                .port(0)
                .protocol(WebSocketProtocol.builder().deflate(deflate).build())
                .protocols("websocket")
                .transport(transport)
                .limits(Limits.defaults().withMaxMessageBytes(16 * MIB).withOutbound(64 * MIB, 100_000, Overflow.CLOSE))
                .handler((session, message) -> session.send(message))
                .start();
    }
}
