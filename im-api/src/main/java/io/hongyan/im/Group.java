package io.hongyan.im;

import java.util.Set;

/**
 * A named set of sessions that can be sent to as one. A handle: looking one up creates nothing, a group exists while it has
 * members. All methods may be called from any thread and never block for long.
 *
 * <p>All members see the group's messages in the same order. What one thread does (join, send, leave) happens in that
 * order: a message sent after a join reaches the joiner, one sent after a leave does not.
 */
public interface Group {
    /**
     * The group's name.
     *
     * @return the name it was looked up by; empty for {@link ImServer#all()} alone
     */
    String name();

    /**
     * Makes a session a member; seen at once by {@link #size()} and {@link #members()}.
     *
     * @param session a session of this server
     * @return true if it became a member; false if it was one already, or is closing
     * @throws IllegalArgumentException if the session is of another server
     */
    boolean join(ClientSession session);

    /**
     * Ends a membership. A closing session leaves all its groups by itself.
     *
     * @param session a session of this server
     * @return true if it was a member
     * @throws IllegalArgumentException if the session is of another server
     */
    boolean leave(ClientSession session);

    /**
     * Sends a text message to every member.
     *
     * @param text any text without unpaired surrogates
     * @return what becomes of it
     * @throws IllegalArgumentException as {@link Message#text(String)}
     */
    default Fanout send(String text) {
        return send(Message.text(text));
    }

    /**
     * Sends a message to every member.
     *
     * @param message the message; encoded once for each protocol spoken in the group. A member whose protocol cannot carry it, or whose
     *     {@link Limits#outboundLimitBytes()} it passes by itself, counts as {@linkplain Fanout.Counts#refused() refused}; nothing is thrown
     * @return what becomes of it
     */
    Fanout send(Message message);

    /**
     * Sends a message to every member but one.
     *
     * @param message the message
     * @param except who is left out, usually the sender; need not be a member
     * @return what becomes of it
     */
    Fanout send(Message message, ClientSession except);

    /**
     * The number of members.
     *
     * @return 0 or more
     */
    int size();

    /**
     * Whether a session is a member.
     *
     * @param session any session
     * @return true if it is one
     */
    boolean contains(ClientSession session);

    /**
     * The members at this moment.
     *
     * @return an immutable copy, in no particular order
     */
    Set<ClientSession> members();
}
