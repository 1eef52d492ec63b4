package io.hongyan.im.bench.trial;

import java.util.List;
import java.util.concurrent.TimeUnit;

/** Ten thousand connects a second from one address, which go at once or stay. */
final class ConnectAttack implements Attack {
    private static final int CONNECTS_A_SECOND = 10_000;
    private static final int MOST_AT_ONCE = 12_000;
    private static final int SESSIONS = 5_000;

    private final boolean stays;

    ConnectAttack(boolean stays) {
        this.stays = stays;
    }

    @Override
    public String name() {
        return stays ? "connects-stay" : "connects-go";
    }

    @Override
    public String description() {
        return "10,000 connects a second from one address, which " + (stays ? "stay" : "go at once");
    }

    @Override
    public ServerSetup server() {
        return ServerSetup.small("--max-sessions", Integer.toString(SESSIONS));
    }

    @Override
    public String run(Stage stage) {
        List<Attacker> clients = stage.attackers(MOST_AT_ONCE, Speech.LINE);
        int rate = stage.scaled(CONNECTS_A_SECOND);
        long start = System.nanoTime();
        long tries = 0;
        long connects = 0;
        while (!stage.isOver()) {
            long due = (System.nanoTime() - start) * rate / TimeUnit.SECONDS.toNanos(1);
            for (; tries < due && !stage.isOver(); tries++) {
                connects += connect(clients.get((int) (tries % clients.size()))) ? 1 : 0;
            }
            Stage.rest(1);
        }
        double seconds = (System.nanoTime() - start) / 1e9;
        return String.format("%,d connects, %,.0f a second", connects, connects / seconds);
    }

    private boolean connect(Attacker client) {
        client.listen();
        if (client.isConnected() || !client.connect()) {
            return false;
        }
        if (!stays) {
            client.close();
        }
        return true;
    }
}
