package io.hongyan.im.engine;

import io.hongyan.im.Fanout;
import io.hongyan.im.Message;
import io.hongyan.im.SendResult;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicIntegerArray;
import org.jspecify.annotations.Nullable;

/** One message on its way to a group: handed to each loop once, counted by each, complete when the last has done so. */
final class Publication implements Fanout {
    static final int ACCEPTED = 0;
    static final int OVERFLOW = 1;
    static final int CLOSED = 2;
    static final int REFUSED = 3;
    static final int SLOTS = 4;

    private final Message message;
    private final @Nullable Receiver except;
    private final int members;
    private final AtomicIntegerArray counts = new AtomicIntegerArray(SLOTS);

    /** Loops still to count, and one for the publisher until it has offered to all. */
    private final AtomicInteger open = new AtomicInteger(1);

    private final CompletableFuture<Counts> completion = new CompletableFuture<>();

    /**
     * Of one message.
     *
     * @param except a member that does not get it
     * @param members how many do
     */
    Publication(Message message, @Nullable Receiver except, int members) {
        this.message = message;
        this.except = except;
        this.members = members;
    }

    Message message() {
        return message;
    }

    @Nullable
    Receiver except() {
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

    /**
     * What one loop has to say.
     *
     * @param accepted by so many at once
     * @param others by slot; null if there are none
     */
    void count(int accepted, int @Nullable [] others) {
        counts.addAndGet(ACCEPTED, accepted);
        if (others != null) {
            for (int slot = 0; slot < SLOTS; slot++) {
                counts.addAndGet(slot, others[slot]);
            }
        }
    }

    void loopDone() {
        if (open.decrementAndGet() == 0) {
            completion.complete(
                    new Counts(counts.get(ACCEPTED), counts.get(OVERFLOW), counts.get(CLOSED), counts.get(REFUSED)));
        }
    }

    @Override
    public String toString() {
        return message + " to " + members + " members, "
                + (completion.isDone() ? completion.join() : "not all queued yet");
    }

    static int slotOf(SendResult result) {
        return switch (result) {
            case ACCEPTED -> ACCEPTED;
            case OVERFLOW -> OVERFLOW;
            case CLOSED -> CLOSED;
        };
    }
}
