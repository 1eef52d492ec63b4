package io.hongyan.im.bench.trial;

import java.util.List;

/** Clients whose every message makes the host's handler do what it should not; each waits for its answer, and comes back when it is cut. */
final class HandlerAttack implements Attack {
    private final String name;
    private final String description;
    private final int clients;
    private final byte[] message;

    private HandlerAttack(String name, String description, int clients, String message) {
        this.name = name;
        this.description = description;
        this.clients = clients;
        this.message = Speech.LINE.message(message);
    }

    /** Those who burn are few: with two processors each waits for half of the others, whatever a server does. */
    static List<Attack> all() {
        return List.of(
                new HandlerAttack("sleeping-handlers", "handlers that sleep 5 s", 2000, "sleep 5000"),
                new HandlerAttack("burning-handlers", "handlers that compute for 10 ms", 20, "burn 10"),
                new HandlerAttack("throwing-handlers", "handlers that throw", 500, "throw"));
    }

    @Override
    public String name() {
        return name;
    }

    @Override
    public String description() {
        return description;
    }

    @Override
    public String run(Stage stage) {
        List<Attacker> all = stage.attackers(clients, Speech.LINE);
        long calls = 0;
        while (!stage.isOver()) {
            for (Attacker client : all) {
                boolean answered = client.listen() > 0;
                if (answered && client.offer(message)) {
                    calls++;
                } else if (!client.isConnected() && client.connect() && client.offer(message)) {
                    calls++;
                }
            }
            Stage.rest(1);
        }
        return String.format("%,d clients, %,d calls", all.size(), calls);
    }
}
