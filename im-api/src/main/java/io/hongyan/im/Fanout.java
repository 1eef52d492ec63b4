package io.hongyan.im;

import java.util.concurrent.CompletionStage;

/** The fate of one message sent to a {@link Group}. */
public interface Fanout {
    /**
     * How many members the group had when the message was sent, the excepted one not counted.
     *
     * @return 0 or more
     */
    int members();

    /**
     * The counts, once every loop has queued the message for its members. Completes on an event loop, or before {@code send}
     * returns: a dependent stage
     * that blocks must be an {@code async} one. Always completes, never exceptionally.
     *
     * @return the stage
     */
    CompletionStage<Counts> counts();

    /**
     * What became of the message, by member. The sum is {@link Fanout#members()}.
     *
     * @param accepted members it was queued for
     * @param overflow members that did not get it because a bound was reached, theirs or their loop's; of a {@linkplain
     *     Message#asVolatile() volatile} message those that were passed over
     * @param closed members that were closed or closing
     * @param refused members whose protocol cannot carry it (binary to a line client), or for whom it alone is larger than {@link
     *     Limits#outboundLimitBytes()}
     */
    record Counts(int accepted, int overflow, int closed, int refused) {}
}
