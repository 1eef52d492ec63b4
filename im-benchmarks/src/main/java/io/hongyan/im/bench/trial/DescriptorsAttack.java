package io.hongyan.im.bench.trial;

import java.util.List;

/** More clients than the server has descriptors; they stay for as long as they are let. */
final class DescriptorsAttack implements Attack {
    private static final int CLIENTS = 1000;
    private static final int DESCRIPTORS = 256;

    @Override
    public String name() {
        return "descriptors";
    }

    @Override
    public String description() {
        return "more clients than descriptors (ulimit -n " + DESCRIPTORS + ")";
    }

    @Override
    public ServerSetup server() {
        return ServerSetup.small().withOpenFiles(DESCRIPTORS);
    }

    @Override
    public String run(Stage stage) {
        List<Attacker> clients = stage.attackers(CLIENTS, Speech.LINE);
        byte[] line = Speech.LINE.message("is anybody there");
        int answered = 0;
        for (Attacker client : clients) {
            client.connect();
            client.offer(line);
        }
        while (!stage.isOver()) {
            for (Attacker client : clients) {
                answered += client.listen() > 0 ? 1 : 0;
            }
            Stage.rest(10);
        }
        long connected = clients.stream().filter(Attacker::isConnected).count();
        return String.format(
                "%,d clients, %,d answered, %,d closed, %,d left waiting",
                clients.size(), answered, clients.size() - connected, connected - answered);
    }
}
