package io.hongyan.im.bench.trial;

import java.util.Arrays;
import java.util.List;

/** Clients who talk as fast as they can and never read the answers, each of which is theirs alone. */
final class StalledEchoAttack implements Attack {
    private static final int CLIENTS = 2000;
    private static final int LINES = 32;

    @Override
    public String name() {
        return "stalled-echo";
    }

    @Override
    public String description() {
        return "clients who talk without end and read no answer";
    }

    @Override
    public String run(Stage stage) {
        byte[] talk = lines();
        List<Attacker> clients = stage.attackers(CLIENTS, Speech.LINE);
        long connects = 0;
        long offers = 0;
        while (!stage.isOver()) {
            for (Attacker client : clients) {
                if (client.isConnected()) {
                    client.push();
                    offers += client.offer(talk) ? 1 : 0;
                } else if (client.connect()) {
                    connects++;
                }
            }
            Stage.rest(1);
        }
        return String.format(
                "%,d clients, %,d connects, %,d MiB said", clients.size(), connects, (offers * talk.length) >> 20);
    }

    private static byte[] lines() {
        byte[] line = Speech.LINE.message("x".repeat(1023));
        byte[] lines = Arrays.copyOf(line, LINES * line.length);
        for (int i = 1; i < LINES; i++) {
            System.arraycopy(line, 0, lines, i * line.length, line.length);
        }
        return lines;
    }
}
