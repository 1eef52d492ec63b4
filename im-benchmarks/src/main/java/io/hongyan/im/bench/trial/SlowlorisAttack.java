package io.hongyan.im.bench.trial;

import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.List;

/** Clients who begin something, and then say a byte now and then, so that it never ends; they come back when they are cut. */
final class SlowlorisAttack implements Attack {
    private static final int CLIENTS = 2000;
    private static final long DRIP_MILLIS = 400;
    private static final byte[] DRIP = {'x'};
    private static final int DECLARED_BYTES = 60_000;

    private final String name;
    private final String description;
    private final Speech speech;
    private final byte[] beginning;

    private SlowlorisAttack(String name, String description, Speech speech, byte[] beginning) {
        this.name = name;
        this.description = description;
        this.speech = speech;
        this.beginning = beginning;
    }

    static List<Attack> all() {
        byte[] frame = ByteBuffer.allocate(4).putInt(DECLARED_BYTES).array();
        byte[] request = "GET / HTTP/1.1\r\nHost: localhost\r\nX: ".getBytes(StandardCharsets.US_ASCII);
        byte[] handshake = WebSocketBytes.request(false);
        byte[] header = WebSocketBytes.header(WebSocketBytes.TEXT, DECLARED_BYTES);
        byte[] webSocket = ByteBuffer.allocate(handshake.length + header.length)
                .put(handshake)
                .put(header)
                .array();
        return List.of(
                new SlowlorisAttack("slow-line", "a line byte by byte", Speech.LINE, new byte[0]),
                new SlowlorisAttack("slow-frame", "a frame byte by byte", Speech.FRAME, frame),
                new SlowlorisAttack("slow-handshake", "a handshake byte by byte", Speech.WEBSOCKET, request),
                new SlowlorisAttack("slow-websocket", "a WebSocket frame byte by byte", Speech.WEBSOCKET, webSocket));
    }

    @Override
    public String name() {
        return name;
    }

    @Override
    public String description() {
        return description;
    }

    /** Timeouts that a short attack lives to see. */
    @Override
    public ServerSetup server() {
        return ServerSetup.small("--handshake-millis", "1000", "--first-message-millis", "1500");
    }

    @Override
    public String run(Stage stage) {
        List<Attacker> clients = stage.attackers(CLIENTS, speech);
        long connects = 0;
        long drips = 0;
        while (!stage.isOver()) {
            for (Attacker client : clients) {
                client.listen();
                client.push();
                if (client.offer(DRIP)) {
                    drips++;
                } else if (!client.isConnected() && client.connect()) {
                    client.offer(beginning);
                    connects++;
                }
            }
            Stage.rest(DRIP_MILLIS);
        }
        return String.format("%,d clients, %,d connects, %,d bytes dripped", clients.size(), connects, drips);
    }
}
