package io.hongyan.im;

import java.net.InetSocketAddress;
import java.security.Principal;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.CompletionStage;

/**
 * One connected client. All methods may be called from any thread, inside and outside callbacks; none blocks, none
 * calls a callback.
 *
 * <p>What one thread does to a session (send, group send, join, leave, close) happens to it in that order.
 */
public interface ClientSession {
    /**
     * The session's name for its whole life: 26 characters of a-z and 2-7 that hold 128 random bits; it cannot be guessed and
     * is never used again.
     *
     * @return the id
     */
    String id();

    /**
     * The server that this session belongs to.
     *
     * @return the server
     */
    ImServer server();

    /**
     * The peer's address.
     *
     * @return the address; still there after the session has closed
     */
    InetSocketAddress remoteAddress();

    /**
     * The name of the protocol that the peer speaks: {@code line}, {@code frame} or a plugin's.
     *
     * @return the name
     */
    String protocol();

    /**
     * Who the peer is, where a handshake or the host has said so.
     *
     * @return the principal; empty as long as nobody has
     */
    Optional<Principal> principal();

    /**
     * Says who the peer is, once and for all.
     *
     * @param principal who it is
     * @throws IllegalStateException if the session has another principal already
     */
    void principal(Principal principal);

    /**
     * Sends a text message. Never blocks and writes nothing itself: the session's loop writes all that was sent since its last
     * turn in one system call.
     *
     * @param text any text without unpaired surrogates
     * @return what became of it
     * @throws IllegalArgumentException as {@link #send(Message)} and {@link Message#text(String)}
     */
    default SendResult send(String text) {
        return send(Message.text(text));
    }

    /**
     * Sends a message.
     *
     * @param message the message
     * @return what became of it
     * @throws IllegalArgumentException if the session's protocol cannot carry it (binary on {@code line}), or if it alone is
     *     larger than {@link Limits#outboundLimitBytes()}
     */
    SendResult send(Message message);

    /**
     * Output accepted and not yet written, in encoded bytes, each message counting at least 64. Never over
     * {@link Limits#outboundLimitBytes()}.
     *
     * @return 0 or more
     */
    long pendingBytes();

    /**
     * Whether a well-behaved producer should go on: false from half of the output limit on, until a quarter is reached again
     * and {@link MessageHandler#onWritable} says so. While false, the peer is not read either.
     *
     * @return true if there is room
     */
    boolean isWritable();

    /** Stops reading from the peer, which feels it through TCP; messages that were decoded before still arrive. */
    void pause();

    /** Undoes {@link #pause()}. */
    void resume();

    /**
     * Joins a group of this server.
     *
     * @param group the group's name
     * @return as {@link Group#join}
     * @throws IllegalArgumentException as {@link ImServer#group}
     */
    default boolean join(String group) {
        return server().group(group).join(this);
    }

    /**
     * Leaves a group.
     *
     * @param group the group's name
     * @return as {@link Group#leave}
     * @throws IllegalArgumentException as {@link ImServer#group}
     */
    default boolean leave(String group) {
        return server().group(group).leave(this);
    }

    /**
     * The names of the groups that this session is in; once it has closed, of those it was in.
     *
     * @return an immutable copy, sorted
     */
    Set<String> groups();

    /**
     * A value kept on this session.
     *
     * @param key its key
     * @param <T> its type
     * @return the value, or empty
     */
    <T> Optional<T> attribute(AttributeKey<T> key);

    /**
     * Keeps a value on this session, in place of what was there.
     *
     * @param key its key
     * @param value the value
     * @param <T> its type
     * @return the value that was there, or empty
     * @throws ClassCastException if the value is not of the key's type
     */
    <T> Optional<T> attribute(AttributeKey<T> key, T value);

    /**
     * Forgets a value.
     *
     * @param key its key
     * @param <T> its type
     * @return the value that was there, or empty
     */
    <T> Optional<T> removeAttribute(AttributeKey<T> key);

    /**
     * Whether the session takes messages.
     *
     * @return false from the first {@code close} or {@code abort}, or from the peer's end, on
     */
    boolean isOpen();

    /** Closes with {@link CloseReason.Code#NORMAL}; see {@link #close(CloseReason)}. */
    default void close() {
        close(CloseReason.of(CloseReason.Code.NORMAL, "closed by the server"));
    }

    /**
     * Ends the session in good order: what was sent before is flushed (for {@link Limits#closeTimeout()} at most), then the
     * peer is told the reason where its protocol can, then the connection ends. Messages that came but were not handled yet
     * are discarded and counted. The first close wins; later ones do nothing.
     *
     * @param reason why; its evidence is filled in
     */
    void close(CloseReason reason);

    /**
     * Ends the session at once; what was not written is discarded and counted.
     *
     * @param reason why
     */
    void abort(CloseReason reason);

    /**
     * Completes after {@link MessageHandler#onClose} has returned, with the reason. Completes on the thread that ran it.
     *
     * @return the stage
     */
    CompletionStage<CloseReason> closeFuture();
}
