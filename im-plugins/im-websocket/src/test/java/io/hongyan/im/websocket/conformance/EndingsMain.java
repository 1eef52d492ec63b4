package io.hongyan.im.websocket.conformance;

import io.hongyan.im.ClientSession;
import io.hongyan.im.CloseReason;
import io.hongyan.im.ImServer;
import io.hongyan.im.Limits;
import io.hongyan.im.Message;
import io.hongyan.im.MessageHandler;
import io.hongyan.im.websocket.WebSocket;
import io.hongyan.im.websocket.WebSocketProtocol;
import java.io.IOException;
import java.io.OutputStream;
import java.io.UncheckedIOException;
import java.net.InetSocketAddress;
import java.time.Duration;
import java.util.Iterator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * Servers whose clients say how they are to be ended: a message {@code 3 300 NORMAL} is answered by 3 numbered messages of 300
 * bytes and a close with that code. {@code .ci/endings} lets clients that are not ours loose on them. The program prints a line
 * for each port, {@code transport deflate door port}, then serves until its standard input ends. The doors:
 *
 * <ul>
 *   <li>{@code main}: besides the codes, {@code THROW} fails in the handler, {@code STAY} leaves the end to the client, and {@code
 *       2 300 ANSWER} is answered by message 2 alone;
 *   <li>{@code silent}: its clients say nothing, and for that are ended by {@code firstMessageTimeout}; how many messages they
 *       get before stands in the query, {@code ?3-300};
 *   <li>{@code closing-direct} and so on, one for each route: {@code 3 300 10} waits until ten sessions have said so; then all get
 *       theirs, and the server closes and starts again.
 * </ul>
 */
final class EndingsMain {
    private static final String HOST = "127.0.0.1";
    private static final String PROTOCOL = "websocket";

    /** Long, so that no end hangs on how busy the machine is. */
    private static final Duration PATIENCE = Duration.ofSeconds(30);

    private static final Duration SILENCE = Duration.ofMillis(200);
    private static final Limits LIMITS = Limits.defaults().withTimeouts(PATIENCE, PATIENCE);

    private EndingsMain() {}

    /**
     * Serves until the standard input ends.
     *
     * @param transports their names
     */
    public static void main(String[] transports) throws IOException {
        try {
            for (String transport : transports) {
                serve(transport, false);
                serve(transport, true);
            }
            System.out.println("ready");
            System.in.transferTo(OutputStream.nullOutputStream());
        } finally {
            // What has started keeps the JVM alive, also where the next could not start: then the caller sees why.
            new Thread(() -> System.exit(0)).start();
        }
    }

    private static void serve(String transport, boolean deflate) throws IOException {
        ImServer server = builder(transport, deflate, 0)
                .listen(HOST, 0, LIMITS.withOpening(SILENCE, PATIENCE, SILENCE), PROTOCOL)
                .handler(new Main())
                .start();
        Iterator<InetSocketAddress> addresses = server.addresses().iterator();
        print(transport, deflate, "main", addresses.next().getPort());
        print(transport, deflate, "silent", addresses.next().getPort());
        for (String route : List.of("direct", "nginx", "haproxy")) {
            Closing closing = new Closing(transport, deflate);
            print(transport, deflate, "closing-" + route, closing.server.port());
        }
    }

    private static void print(String transport, boolean deflate, String door, int port) {
        System.out.println(transport + " " + (deflate ? "deflate" : "plain") + " " + door + " " + port);
    }

    private static ImServer.Builder builder(String transport, boolean deflate, int port) {
        return ImServer.builder()
                .host(HOST)
                .port(port)
                .protocol(WebSocketProtocol.builder()
                        .deflate(deflate)
                        .text("/page", "a page of this origin")
                        .build())
                .protocols(PROTOCOL)
                .discoverPlugins(false)
                .transport(transport)
                .limits(LIMITS);
    }

    /** The numbered message: its number, a blank, and letters that deflate cannot make much smaller. */
    private static Message message(int number, int size) {
        StringBuilder text = new StringBuilder(size).append(number).append(' ');
        long random = number + 1;
        while (text.length() < size) {
            random = random * 6_364_136_223_846_793_005L + 1_442_695_040_888_963_407L;
            text.append((char) ('0' + (random >>> 58)));
        }
        return Message.text(text.toString());
    }

    private static void sendAll(ClientSession session, int count, int size) {
        for (int number = 0; number < count; number++) {
            session.send(message(number, size));
        }
    }

    /** What a client says: two numbers and a word. */
    private record Said(int count, int size, String end) {
        static Said parse(String text) {
            String[] words = text.split(" ", -1);
            return new Said(Integer.parseInt(words[0]), Integer.parseInt(words[1]), words[2]);
        }
    }

    /** Of the doors {@code main} and {@code silent}. */
    private static final class Main implements MessageHandler {
        @Override
        public void onOpen(ClientSession session) {
            String query = session.attribute(WebSocket.HANDSHAKE).orElseThrow().query();
            if (!query.isEmpty()) {
                Said said = Said.parse(query.replace('-', ' ') + " TIMEOUT");
                sendAll(session, said.count, said.size);
            }
        }

        @Override
        public void onMessage(ClientSession session, Message message) {
            Said said = Said.parse(message.text());
            if (said.end.equals("ANSWER")) {
                session.send(message(said.count, said.size));
                return;
            }
            sendAll(session, said.count, said.size);
            switch (said.end) {
                case "STAY" -> {}
                case "THROW" -> throw new IllegalStateException("as the client wants it");
                default -> session.close(CloseReason.of(CloseReason.Code.valueOf(said.end), "as the client wants it"));
            }
        }
    }

    /** Of the door {@code closing}: a server that closes once all have come, and starts again on its port. */
    private static final class Closing implements MessageHandler {
        private final String transport;
        private final boolean deflate;
        private final Map<ClientSession, Said> here = new LinkedHashMap<>();
        private volatile ImServer server;

        Closing(String transport, boolean deflate) throws IOException {
            this.transport = transport;
            this.deflate = deflate;
            server = builder(transport, deflate, 0).handler(this).start();
        }

        @Override
        public synchronized void onMessage(ClientSession session, Message message) {
            Said said = Said.parse(message.text());
            here.put(session, said);
            if (here.size() == Integer.parseInt(said.end)) {
                Map<ClientSession, Said> all = new LinkedHashMap<>(here);
                here.clear();
                new Thread(() -> closeWith(all), "closes the server").start();
            }
        }

        @Override
        public synchronized void onClose(ClientSession session, CloseReason reason) {
            here.remove(session);
        }

        private void closeWith(Map<ClientSession, Said> all) {
            all.forEach((session, said) -> sendAll(session, said.count, said.size));
            int port = server.port();
            server.close();
            try {
                server = builder(transport, deflate, port).handler(this).start();
            } catch (IOException e) {
                throw new UncheckedIOException(e);
            }
        }
    }
}
