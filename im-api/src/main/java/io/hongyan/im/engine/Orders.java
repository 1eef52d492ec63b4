package io.hongyan.im.engine;

import org.jspecify.annotations.Nullable;

/**
 * The commands of one loop, and the carrying out of them in order. A turn of them is bounded by their number and by what they cost, since
 * one publication is a delivery to each member: polling, flushing and accepting have their turn, too.
 *
 * <p>What waits is bounded by its number, which is the mailbox's, and where it is large by its bytes, so that a loop that stands still
 * does not fill the memory: then the queue is full, too.
 *
 * <p>{@link #offer} and {@link #tail} come from any thread, the rest from the loop's.
 */
final class Orders {
    // What one turn may take. A command that has begun is carried out.
    private static final int COMMANDS_PER_TURN = 4096;
    private static final int DELIVERIES_PER_TURN = 32 * 1024;
    private static final long DELIVERED_BYTES_PER_TURN = 32L << 20;

    /** Whom a command is for. */
    interface Target {
        /** Carries it out, or {@link Orders#collect collects} it. */
        void onCommand(Command command, Object payload);

        /** How many bytes a payload of one of its commands has. */
        int bytesOf(Object payload);

        /** Carries out what it has collected. */
        default void finish() {}

        /** What either has thrown; must not throw. */
        void onFailure(Throwable cause);
    }

    /** Smaller ones are bounded well enough by their number. */
    private static final int LARGE_BYTES = 1024;

    private final Mailbox mailbox;
    private final Budget budget;

    private final Mailbox.Sink sink = this::execute;

    /** Has taken publications that it carries out before any other command, or once there is none. */
    private @Nullable Target collecting;

    private int deliveries;
    private long deliveredBytes;

    Orders(Mailbox mailbox, Budget budget) {
        this.mailbox = mailbox;
        this.budget = budget;
    }

    /** Puts a command behind all that was ordered before; false if the queue is full. Whoever has put one signals. */
    boolean offer(Command command, Target target, Object payload) {
        int length = target.bytesOf(payload);
        if (length < LARGE_BYTES) {
            return mailbox.offer(command, target, payload);
        }
        if (!budget.beginCommand(length)) {
            return false;
        }
        if (mailbox.offer(command, target, payload)) {
            return true;
        }
        budget.endCommand(length);
        return false;
    }

    /** A position behind all that was offered so far. */
    long tail() {
        return mailbox.tail();
    }

    /** The position of the command that is taken now, or that comes next. */
    long head() {
        return mailbox.head();
    }

    /** Whether all commands before that position have been taken. */
    boolean isPast(long tail) {
        return mailbox.head() - tail >= 0;
    }

    /** One turn. */
    void carryOut() {
        deliveries = 0;
        deliveredBytes = 0;
        mailbox.drain(sink, COMMANDS_PER_TURN);
        finishCollected();
    }

    /** In {@link Target#onCommand}: the target has taken a publication, and is told when to carry out what it has. */
    void collect(Target target) {
        collecting = target;
    }

    /** What publications have cost. */
    void spend(int count, long bytes) {
        deliveries += count;
        deliveredBytes += bytes;
    }

    /** Answers whether the turn has room for more. */
    private boolean execute(Command command, Object target, Object payload) {
        Target to = (Target) target;
        int length = to.bytesOf(payload);
        if (length >= LARGE_BYTES) {
            budget.endCommand(length);
        }
        if (collecting != to || command != Command.PUBLISH) {
            finishCollected();
        }
        try {
            to.onCommand(command, payload);
        } catch (Throwable t) {
            to.onFailure(t);
        }
        return deliveries < DELIVERIES_PER_TURN && deliveredBytes < DELIVERED_BYTES_PER_TURN;
    }

    private void finishCollected() {
        Target target = collecting;
        if (target == null) {
            return;
        }
        collecting = null;
        try {
            target.finish();
        } catch (Throwable t) {
            target.onFailure(t);
        }
    }
}
