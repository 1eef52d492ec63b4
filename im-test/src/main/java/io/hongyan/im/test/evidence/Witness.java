package io.hongyan.im.test.evidence;

import io.hongyan.im.ClientSession;
import io.hongyan.im.CloseReason;
import io.hongyan.im.Message;
import io.hongyan.im.MessageHandler;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;

/** Stands before a handler of a simulated server, and takes note of what goes in and of what comes out by a throw. */
public final class Witness implements MessageHandler {
    /** The name of {@link MessageHandler#onOpen}. */
    public static final String OPEN = "onOpen";
    /** The name of {@link MessageHandler#onMessage}. */
    public static final String MESSAGE = "onMessage";
    /** The name of {@link MessageHandler#onWritable}. */
    public static final String WRITABLE = "onWritable";
    /** The name of {@link MessageHandler#onError}. */
    public static final String ERROR = "onError";
    /** The name of {@link MessageHandler#onClose}. */
    public static final String CLOSE = "onClose";

    /**
     * One callback.
     *
     * @param callback its name
     * @param with its argument beside the session; empty text if it has none
     */
    public record Event(String callback, Object with) {
        @Override
        public String toString() {
            boolean text = with instanceof Message message && message.isText();
            return callback + "(" + (text ? '"' + ((Message) with).text() + '"' : with) + ")";
        }
    }

    /**
     * A callback that threw.
     *
     * @param callback its name
     * @param cause what was thrown
     */
    public record Thrown(String callback, Throwable cause) {}

    private final MessageHandler next;

    // In a simulation one thing happens at a time; which thread does it may change, with an order between them.
    private final Map<ClientSession, List<Event>> events = new LinkedHashMap<>();
    private final List<Thrown> thrown = new ArrayList<>();

    private interface Call {
        void run() throws Exception;
    }

    /**
     * Stands before a handler.
     *
     * @param next who is called
     */
    public Witness(MessageHandler next) {
        this.next = next;
    }

    /**
     * All sessions that were seen.
     *
     * @return in the order of their first callbacks
     */
    public Set<ClientSession> sessions() {
        return events.keySet();
    }

    /**
     * The callbacks of a session.
     *
     * @param session any session
     * @return in their order; none if it was not seen
     */
    public List<Event> events(ClientSession session) {
        return List.copyOf(events.getOrDefault(session, List.of()));
    }

    /**
     * The messages of a session.
     *
     * @param session any session
     * @return in their order
     */
    public List<Message> messages(ClientSession session) {
        return events(session).stream()
                .filter(event -> event.callback().equals(MESSAGE))
                .map(event -> (Message) event.with())
                .toList();
    }

    /**
     * How often something was called for a session.
     *
     * @param session any session
     * @param callback its name
     * @return 0 or more
     */
    public long count(ClientSession session, String callback) {
        return events(session).stream()
                .filter(event -> event.callback().equals(callback))
                .count();
    }

    /**
     * What has come out by a throw.
     *
     * @return in its order
     */
    public List<Thrown> thrown() {
        return List.copyOf(thrown);
    }

    private void call(ClientSession session, String callback, Object with, Call call) throws Exception {
        events.computeIfAbsent(Objects.requireNonNull(session), s -> new ArrayList<>())
                .add(new Event(callback, with));
        try {
            call.run();
        } catch (Throwable t) {
            thrown.add(new Thrown(callback, t));
            throw t;
        }
    }

    @Override
    public void onOpen(ClientSession session) throws Exception {
        call(session, OPEN, "", () -> next.onOpen(session));
    }

    @Override
    public void onMessage(ClientSession session, Message message) throws Exception {
        call(session, MESSAGE, message, () -> next.onMessage(session, message));
    }

    @Override
    public void onWritable(ClientSession session) throws Exception {
        call(session, WRITABLE, "", () -> next.onWritable(session));
    }

    @Override
    public void onError(ClientSession session, Throwable cause) throws Exception {
        call(session, ERROR, cause, () -> next.onError(session, cause));
    }

    @Override
    public void onClose(ClientSession session, CloseReason reason) throws Exception {
        call(session, CLOSE, reason, () -> next.onClose(session, reason));
    }
}
