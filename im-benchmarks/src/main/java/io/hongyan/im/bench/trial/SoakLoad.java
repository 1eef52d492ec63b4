package io.hongyan.im.bench.trial;

import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.Queue;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.ThreadLocalRandom;
import java.util.concurrent.atomic.LongAdder;

/**
 * Clients of each kind on virtual threads, who come, talk, err and go until this is closed. What breaks for one who does nothing wrong is
 * noted.
 */
final class SoakLoad implements AutoCloseable {
    private static final int PATIENCE_MILLIS = 30_000;
    private static final List<Speech> SPEECHES = List.of(Speech.values());

    private final Ports ports;
    private final List<Thread> threads = new ArrayList<>();
    private final LongAdder exchanges = new LongAdder();
    private final LongAdder faults = new LongAdder();
    private final Queue<String> broken = new ConcurrentLinkedQueue<>();
    private volatile boolean over;

    /** Goes up with each storm: then all break off and come back at once. */
    private volatile int storm;

    /** Is done again and again. */
    interface Act {
        void run() throws IOException;
    }

    SoakLoad(Ports ports) {
        this.ports = ports;
    }

    /** One more who does nothing wrong. */
    void wellBehaved(Act act) {
        start(act, true);
    }

    /** One more who does. */
    void faulty(Act act) {
        start(act, false);
    }

    private void start(Act act, boolean counts) {
        threads.add(Thread.ofVirtual().start(() -> {
            while (!over) {
                try {
                    act.run();
                    (counts ? exchanges : faults).increment();
                } catch (IOException | RuntimeException e) {
                    note(e, counts);
                }
                pause(counts ? 1 : 20);
            }
        }));
    }

    private void note(Exception e, boolean counts) {
        if (counts && !over) {
            broken.add(e.toString());
            pause(1000);
        } else if (!counts) {
            faults.increment();
        }
    }

    Conversation open(Speech speech) throws IOException {
        return new Conversation(speech, ports.of(speech), PATIENCE_MILLIS);
    }

    int port(Speech speech) {
        return ports.of(speech);
    }

    boolean isOver() {
        return over;
    }

    /** Whether all go on as they are. */
    boolean isCalm(int stormBefore) {
        return !over && storm == stormBefore;
    }

    int storm() {
        return storm;
    }

    /** All break off at once and come back, and as many more are here for a moment. */
    void unleash(int newcomers) {
        synchronized (this) {
            storm++;
        }
        List<Thread> crowd = new ArrayList<>();
        for (int i = 0; i < newcomers; i++) {
            Speech speech = SPEECHES.get(i % SPEECHES.size());
            crowd.add(Thread.ofVirtual().start(() -> {
                try (Conversation newcomer = open(speech)) {
                    newcomer.echo("hello");
                    exchanges.increment();
                } catch (IOException e) {
                    note(e, true);
                }
            }));
        }
        join(crowd);
    }

    /** Up to twice so long. */
    void pause(int millis) {
        Stage.rest(ThreadLocalRandom.current().nextInt(2 * millis + 1));
    }

    /** Of those who do nothing wrong, since the start. */
    long exchanges() {
        return exchanges.sum();
    }

    long faults() {
        return faults.sum();
    }

    /** What has gone wrong for those who do nothing wrong. */
    List<String> broken() {
        return List.copyOf(broken);
    }

    private static void join(List<Thread> threads) {
        try {
            for (Thread thread : threads) {
                thread.join();
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    /** Nobody is left when it returns. */
    @Override
    public void close() {
        over = true;
        join(threads);
    }
}
