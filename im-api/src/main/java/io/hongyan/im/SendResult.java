package io.hongyan.im;

/** What became of one message handed to {@link ClientSession#send(Message)}, known at once. */
public enum SendResult {
    /** Queued for the session; it will be written whole, in order, unless the connection ends before. */
    ACCEPTED,
    /**
     * A bound was reached, nothing was queued: the session's output ({@link Limits#outboundLimitBytes()},
     * {@link Limits#outboundLimitMessages()}) or the command queue of its loop ({@link Limits#commandQueueLength()}).
     * At the session's own bound {@link Limits#overflow()} says what happens to it; a full command queue leaves a gap, of which the
     * peer is told. A {@linkplain Message#asVolatile() volatile} message gets this answer while the session is not
     * {@linkplain ClientSession#isWritable() writable}, and nothing else comes of it.
     */
    OVERFLOW,
    /** The session is closed or closing (or no session has that id); nothing was queued. */
    CLOSED
}
