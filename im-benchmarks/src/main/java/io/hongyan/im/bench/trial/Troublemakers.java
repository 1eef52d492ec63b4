package io.hongyan.im.bench.trial;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.util.Arrays;
import java.util.concurrent.ThreadLocalRandom;

/** Those of a soak who do all that can be done wrong. */
final class Troublemakers {
    private static final int MOST_GARBAGE_BYTES = 2000;
    private static final long STALL_MILLIS = 3000;

    private final SoakLoad load;

    private Troublemakers(SoakLoad load) {
        this.load = load;
    }

    /** @param each of each kind and speech */
    static void addTo(SoakLoad load, int each) {
        Troublemakers all = new Troublemakers(load);
        for (Speech speech : Speech.values()) {
            for (int i = 0; i < each; i++) {
                load.faulty(() -> all.reset(speech));
                load.faulty(() -> all.halfClose(speech));
                load.faulty(() -> all.stall(speech));
                load.faulty(() -> all.garbage(speech));
                load.faulty(() -> all.leaveBusy(speech));
                load.faulty(() -> all.fail(speech));
                load.faulty(() -> all.beginOnly(speech));
            }
        }
    }

    private void reset(Speech speech) throws IOException {
        try (Conversation conversation = load.open(speech)) {
            conversation.await("join " + speech + "-room-0");
            conversation.send("one answer that nobody hears");
            conversation.reset();
        }
    }

    private void halfClose(Speech speech) throws IOException {
        try (Conversation conversation = load.open(speech)) {
            conversation.send("the last word");
            conversation.endOutput();
        }
    }

    /** In a room and with questions of its own, whose answers it does not read. */
    private void stall(Speech speech) {
        byte[] question = speech.message("x".repeat(1000));
        try (Attacker attacker = new Attacker(load.port(speech), ByteBuffer.allocate(Attacker.BUFFER_BYTES))) {
            attacker.connect();
            attacker.offer(speech.opening());
            attacker.offer(speech.message("join " + speech + "-room-1"));
            long start = System.nanoTime();
            while (!load.isOver() && System.nanoTime() - start < STALL_MILLIS * 1_000_000) {
                for (int i = 0; i < 50 && attacker.push(); i++) {
                    attacker.offer(question);
                }
                load.pause(50);
            }
        }
    }

    private void garbage(Speech speech) throws IOException {
        byte[] bytes = new byte[ThreadLocalRandom.current().nextInt(1, MOST_GARBAGE_BYTES)];
        ThreadLocalRandom.current().nextBytes(bytes);
        try (Conversation conversation = load.open(speech)) {
            conversation.sendRaw(bytes);
            load.pause(50);
        }
    }

    /** Goes while the handler is busy for it. */
    private void leaveBusy(Speech speech) throws IOException {
        try (Conversation conversation = load.open(speech)) {
            conversation.send("sleep 100");
            conversation.send("burn 1");
            load.pause(50);
        }
    }

    private void fail(Speech speech) throws IOException {
        try (Conversation conversation = load.open(speech)) {
            conversation.send("throw");
            conversation.endOutput();
        }
    }

    /** Half of what a client says first. */
    private void beginOnly(Speech speech) {
        byte[] begun = WebSocketBytes.request(false);
        try (Attacker attacker = new Attacker(load.port(speech), ByteBuffer.allocate(Attacker.BUFFER_BYTES))) {
            attacker.connect();
            attacker.offer(Arrays.copyOf(begun, begun.length / 2));
            load.pause(200);
        }
    }
}
