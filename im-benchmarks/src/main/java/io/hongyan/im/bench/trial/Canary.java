package io.hongyan.im.bench.trial;

import java.io.IOException;
import java.net.InetAddress;
import java.util.concurrent.atomic.LongAdder;
import org.HdrHistogram.Histogram;
import org.HdrHistogram.Recorder;
import org.jspecify.annotations.Nullable;

/**
 * The well-behaved client: says a line of {@code line}, times its echo, and says the next 10 ms later; those that it has not said
 * meanwhile are counted as waiting, too. It shares
 * processor and collector with the attackers.
 */
final class Canary implements AutoCloseable {
    private static final long PERIOD_MILLIS = 10;
    private static final long PERIOD_NANOS = PERIOD_MILLIS * 1_000_000;

    /** What the server says where it has dropped messages. */
    private static final String GAP = "!missed ";

    private static final int PATIENCE_MILLIS = 10_000;

    private final Conversation conversation;
    private final Recorder nanos = new Recorder(3);
    private final Thread thread = new Thread(this::sing, "canary");
    private volatile boolean ended;
    private final LongAdder missed = new LongAdder();
    private volatile @Nullable String complaint;

    Canary(int linePort) throws IOException {
        conversation = new Conversation(Speech.LINE, linePort, PATIENCE_MILLIS, address());
        thread.setDaemon(true);
        thread.start();
    }

    /** Not the attackers', where the machine has another one: only Linux takes all of 127.0.0.0/8 for its own. */
    static InetAddress address() throws IOException {
        return System.getProperty("os.name").equals("Linux")
                ? InetAddress.getByAddress(new byte[] {127, 0, 0, 2})
                : InetAddress.getLoopbackAddress();
    }

    private void sing() {
        try {
            for (long number = 0; !ended; number++) {
                long start = System.nanoTime();
                tweet("tweet " + number);
                nanos.recordValueWithExpectedInterval(System.nanoTime() - start, PERIOD_NANOS);
                Stage.rest(PERIOD_MILLIS);
            }
        } catch (IOException | RuntimeException e) {
            if (!ended) {
                complaint = String.valueOf(e.getMessage());
            }
        }
    }

    private void tweet(String text) throws IOException {
        conversation.send(text);
        String answer = conversation.receive();
        if (answer.startsWith(GAP)) {
            missed.add(Long.parseLong(answer.substring(GAP.length())));
        } else if (!answer.equals(text)) {
            throw new IOException("the server said \"" + answer + "\" where \"" + text + "\" was expected");
        }
    }

    /** Echoes that the server has dropped, and said so. */
    long missed() {
        return missed.sum();
    }

    /** What it has measured since this was asked last. */
    Histogram take() {
        return nanos.getIntervalHistogram();
    }

    /** Why it sings no more; null while it does. */
    @Nullable
    String complaint() {
        return complaint;
    }

    @Override
    public void close() throws IOException {
        ended = true;
        conversation.close();
        try {
            thread.join();
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }
}
