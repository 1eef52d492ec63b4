package io.hongyan.im.bench.trial;

import java.util.Arrays;
import java.util.List;

/** Clients who ping as fast as the server takes it, and read no pong. */
final class PingAttack implements Attack {
    private static final int CLIENTS = 20;
    private static final int PINGS_AT_ONCE = 100;

    @Override
    public String name() {
        return "pings";
    }

    @Override
    public String description() {
        return "pings without end, their pongs unread";
    }

    @Override
    public String run(Stage stage) {
        byte[] ping = WebSocketBytes.frame(WebSocketBytes.PING, new byte[125]);
        byte[] pings = Arrays.copyOf(ping, PINGS_AT_ONCE * ping.length);
        for (int i = 1; i < PINGS_AT_ONCE; i++) {
            System.arraycopy(ping, 0, pings, i * ping.length, ping.length);
        }
        List<Attacker> clients = stage.attackers(CLIENTS, Speech.WEBSOCKET);
        clients.forEach(client -> {
            client.connect();
            client.offer(Speech.WEBSOCKET.opening());
        });
        long[] sent = new long[clients.size()];
        while (!stage.isOver()) {
            for (int i = 0; i < sent.length; i++) {
                clients.get(i).push();
                sent[i] += clients.get(i).offer(pings) ? PINGS_AT_ONCE : 0;
            }
            Stage.rest(1);
        }
        return String.format(
                "%,d clients, %,d to %,d pings each",
                clients.size(),
                Arrays.stream(sent).min().orElse(0),
                Arrays.stream(sent).max().orElse(0));
    }
}
