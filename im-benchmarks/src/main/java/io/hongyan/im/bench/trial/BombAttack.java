package io.hongyan.im.bench.trial;

import java.util.Arrays;
import java.util.List;

/** Compressed messages that inflate to a thousand times their length, one with each handshake. */
final class BombAttack implements Attack {
    private static final int CLIENTS = 20;
    private static final int INFLATED_BYTES = 16 << 20;
    private static final int ALLOWED_BYTES = 1 << 20;

    /** So many later a client has been answered; it goes and comes back with the next one. */
    private static final int ROUNDS = 50;

    private final byte[] bomb = WebSocketBytes.bomb(INFLATED_BYTES);

    @Override
    public String name() {
        return "bombs";
    }

    @Override
    public String description() {
        return "deflate bombs, 1:1000";
    }

    /** It inflates as much of a bomb as a message may have. */
    @Override
    public ServerSetup server() {
        return ServerSetup.small("--deflate", "--max-message-bytes", Integer.toString(ALLOWED_BYTES));
    }

    @Override
    public String run(Stage stage) {
        byte[] request = WebSocketBytes.request(true);
        byte[] attack = Arrays.copyOf(request, request.length + bomb.length);
        System.arraycopy(bomb, 0, attack, request.length, bomb.length);
        List<Attacker> clients = stage.attackers(CLIENTS, Speech.WEBSOCKET);
        long bombs = 0;
        for (int round = 0; !stage.isOver(); round++) {
            for (int i = 0; i < clients.size(); i++) {
                Attacker client = clients.get(i);
                client.push();
                client.listen();
                if ((round + i) % ROUNDS == 0 && client.connect() && client.offer(attack)) {
                    bombs++;
                }
            }
            Stage.rest(1);
        }
        return String.format(
                "%,d clients, %,d bombs of %,d bytes that inflate to %,d",
                clients.size(), bombs, bomb.length, INFLATED_BYTES);
    }
}
