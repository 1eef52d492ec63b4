package io.hongyan.im.websocket;

import java.util.Arrays;
import java.util.Random;

/** One message in several frames, with control frames between. */
final class Fragments {
    private Fragments() {}

    /**
     * Cuts at random.
     *
     * @param first opcode and perhaps RSV1
     * @param more fragments behind the first one; some may be empty
     */
    static byte[] of(int first, byte[] payload, int more, int seed) {
        Random random = new Random(seed);
        byte[] stream = {};
        int from = 0;
        for (int i = 0; i <= more; i++) {
            boolean last = i == more;
            int to = last ? payload.length : from + random.nextInt(payload.length - from + 1);
            int head = (i == 0 ? first : 0) | (last ? ClientFrame.FIN : 0);
            stream = ClientFrame.join(
                    stream, ClientFrame.of(head, Arrays.copyOfRange(payload, from, to), random.nextInt()));
            if (!last && random.nextBoolean()) {
                stream = ClientFrame.join(stream, control(random));
            }
            from = to;
        }
        return stream;
    }

    private static byte[] control(Random random) {
        byte[] payload = new byte[random.nextInt(126)];
        random.nextBytes(payload);
        int opcode = random.nextBoolean() ? ClientFrame.PING : ClientFrame.PONG;
        return ClientFrame.of(ClientFrame.FIN | opcode, payload, random.nextInt());
    }
}
