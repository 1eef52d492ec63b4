package io.hongyan.im.bench.trial;

import java.util.List;
import java.util.concurrent.TimeUnit;

/** Ten thousand connects a second from one address, which go at once, stay, or may not. */
final class ConnectAttack implements Attack {
    private static final int CONNECTS_A_SECOND = 10_000;
    private static final int MOST_AT_ONCE = 12_000;
    private static final int SESSIONS = 5_000;
    private static final int SESSIONS_PER_ADDRESS = 100;

    private final String name;
    private final String description;
    private final boolean stays;
    private final ServerSetup server;

    private ConnectAttack(String name, String what, boolean stays, ServerSetup server) {
        this.name = name;
        description = "10,000 connects a second from one address, " + what;
        this.stays = stays;
        this.server = server;
    }

    static List<Attack> all() {
        ServerSetup bounded = ServerSetup.small("--max-sessions", Integer.toString(SESSIONS));
        ServerSetup strict = ServerSetup.small("--per-address", Integer.toString(SESSIONS_PER_ADDRESS));
        return List.of(
                new ConnectAttack("connects-go", "which go at once", false, bounded),
                new ConnectAttack("connects-stay", "which stay", true, bounded),
                new ConnectAttack("connects-limited", "of which " + SESSIONS_PER_ADDRESS + " may stay", true, strict));
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
    public ServerSetup server() {
        return server;
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
