package io.hongyan.im.engine;

import io.hongyan.im.Fanout;
import io.hongyan.im.Message;
import io.hongyan.im.SendResult;
import io.hongyan.im.spi.Encoder;
import io.hongyan.im.spi.Wire;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicIntegerArray;
import org.jspecify.annotations.Nullable;

/** One message on its way to a group: handed to each loop once, counted by each, complete when the last has done so. */
final class Publication implements Fanout {
    private static final int ACCEPTED = 0;
    private static final int OVERFLOW = 1;
    private static final int CLOSED = 2;
    private static final int REFUSED = 3;

    private final long sequence;
    private final Message message;
    private final @Nullable Session except;
    private final int members;
    private final AtomicIntegerArray counts = new AtomicIntegerArray(4);

    /** Loops still to count, and one for the publisher until it has offered to all. */
    private final AtomicInteger open = new AtomicInteger(1);

    private final CompletableFuture<Counts> completion = new CompletableFuture<>();

    Publication(long sequence, Message message, @Nullable Session except, int members) {
        this.sequence = sequence;
        this.message = message;
        this.except = except;
        this.members = members;
    }

    long sequence() {
        return sequence;
    }

    @Nullable
    Session except() {
        return except;
    }

    @Override
    public int members() {
        return members;
    }

    @Override
    public CompletionStage<Counts> counts() {
        return completion.minimalCompletionStage();
    }

    void addLoop() {
        open.incrementAndGet();
    }

    void missed(int count) {
        counts.addAndGet(OVERFLOW, count);
    }

    void loopDone() {
        if (open.decrementAndGet() == 0) {
            completion.complete(
                    new Counts(counts.get(ACCEPTED), counts.get(OVERFLOW), counts.get(CLOSED), counts.get(REFUSED)));
        }
    }

    /** Queues the message for members of one loop, on that loop; asks for the encoding once for each run of like members. */
    void deliver(Iterable<Session> sessions) {
        int[] tally = new int[4];
        Encoder encoder = null;
        Wire wire = null;
        for (Session session : sessions) {
            if (session == except) {
                continue;
            }
            if (session.encoder() != encoder) {
                encoder = session.encoder();
                wire = encodedBy(encoder);
            }
            if (wire == null || !session.backlog().canEverHold(wire)) {
                tally[REFUSED]++;
            } else {
                tally[slotOf(session.deliver(wire))]++;
            }
        }
        for (int i = 0; i < tally.length; i++) {
            counts.addAndGet(i, tally[i]);
        }
    }

    /** Null if that protocol cannot carry the message, or fails to. */
    private @Nullable Wire encodedBy(Encoder encoder) {
        try {
            return message.wire(encoder);
        } catch (RuntimeException e) {
            return null;
        }
    }

    private static int slotOf(SendResult result) {
        return switch (result) {
            case ACCEPTED -> ACCEPTED;
            case OVERFLOW -> OVERFLOW;
            case CLOSED -> CLOSED;
        };
    }
}
