package io.hongyan.im;

/**
 * What a host does with its clients' messages. One handler serves all sessions.
 *
 * <p>For each session the calls are {@code onOpen, (onMessage | onWritable | onError)*, onClose}: one at a time, in order,
 * each seeing what the one before wrote to memory; {@code onClose} exactly once and last. Calls for different sessions run
 * at the same time. {@link Dispatch} says on which threads, and so whether they may block. No callback is called from inside another one: {@code send}
 * and {@code close} only take note.
 *
 * <p>Whatever a callback throws costs that session, never the server: {@code onError} is called with it, then the
 * session closes with {@link CloseReason.Code#INTERNAL_ERROR}.
 */
@FunctionalInterface
public interface MessageHandler {
    /**
     * A whole message has come.
     *
     * @param session who sent it
     * @param message the message; may be kept and sent on
     * @throws Exception anything; see above
     */
    void onMessage(ClientSession session, Message message) throws Exception;

    /**
     * A client is connected and its protocol is known; it can be sent to.
     *
     * @param session the new session
     * @throws Exception anything
     */
    default void onOpen(ClientSession session) throws Exception {}

    /**
     * The output of a session that was not {@link ClientSession#isWritable()} has drained to a quarter of its limit.
     *
     * @param session the session
     * @throws Exception anything
     */
    default void onWritable(ClientSession session) throws Exception {}

    /**
     * The session has ended: it has left all groups ({@link ClientSession#groups()} still lists them), and nothing can be sent.
     *
     * @param session the session
     * @param reason why
     * @throws Exception logged, else ignored
     */
    default void onClose(ClientSession session, CloseReason reason) throws Exception {}

    /**
     * A callback of this session threw; the session closes next.
     *
     * @param session the session
     * @param cause what was thrown
     * @throws Exception logged, else ignored
     */
    default void onError(ClientSession session, Throwable cause) throws Exception {}
}
