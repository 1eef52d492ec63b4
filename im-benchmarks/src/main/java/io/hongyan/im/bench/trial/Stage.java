package io.hongyan.im.bench.trial;

import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;

/** Where one attack takes place: the server's ports, the time that is left, and the attackers, who go when it closes. One thread only. */
final class Stage implements AutoCloseable {
    /** Fewer than a process may have descriptors here. */
    private static final int MOST_ATTACKERS = 15_000;

    private final Ports ports;
    private final double scale;
    private final long end;
    private final ByteBuffer heard = ByteBuffer.allocateDirect(Attacker.BUFFER_BYTES);
    private final List<Attacker> attackers = new ArrayList<>();

    /** @param scale what the numbers of attackers are multiplied by */
    Stage(Ports ports, double scale, long millis) {
        this.ports = ports;
        this.scale = scale;
        end = System.nanoTime() + TimeUnit.MILLISECONDS.toNanos(millis);
    }

    boolean isOver() {
        return System.nanoTime() - end >= 0;
    }

    /** That number, by this stage's scale. */
    int scaled(int number) {
        return Math.clamp(Math.round(number * scale), 1, MOST_ATTACKERS);
    }

    /** So many who attack that port; not connected yet. */
    List<Attacker> attackers(int number, Speech speech) {
        List<Attacker> more = new ArrayList<>();
        for (int i = scaled(number); i > 0; i--) {
            more.add(attacker(speech));
        }
        return more;
    }

    Attacker attacker(Speech speech) {
        Attacker attacker = new Attacker(ports.of(speech), heard);
        attackers.add(attacker);
        return attacker;
    }

    /** Gives the processor to others for a moment. */
    static void rest(long millis) {
        try {
            Thread.sleep(millis);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    @Override
    public void close() {
        attackers.forEach(Attacker::close);
    }
}
