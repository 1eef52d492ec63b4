package io.hongyan.im.test;

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
final class Witness implements MessageHandler {
    static final String OPEN = "onOpen";
    static final String MESSAGE = "onMessage";
    static final String WRITABLE = "onWritable";
    static final String ERROR = "onError";
    static final String CLOSE = "onClose";

    /** One callback, and its argument if it has one. */
    record Event(String callback, Object with) {
        @Override
        public String toString() {
            boolean text = with instanceof Message message && message.isText();
            return callback + "(" + (text ? '"' + ((Message) with).text() + '"' : with) + ")";
        }
    }

    /** A callback that threw. */
    record Thrown(String callback, Throwable cause) {}

    private final MessageHandler next;

    // In a simulation one thing happens at a time; which thread does it may change, with an order between them.
    private final Map<ClientSession, List<Event>> events = new LinkedHashMap<>();
    private final List<Thrown> thrown = new ArrayList<>();

    private interface Call {
        void run() throws Exception;
    }

    Witness(MessageHandler next) {
        this.next = next;
    }

    Set<ClientSession> sessions() {
        return events.keySet();
    }

    List<Event> events(ClientSession session) {
        return List.copyOf(events.getOrDefault(session, List.of()));
    }

    /** The messages of a session, in order. */
    List<Message> messages(ClientSession session) {
        return events(session).stream()
                .filter(event -> event.callback().equals(MESSAGE))
                .map(event -> (Message) event.with())
                .toList();
    }

    long count(ClientSession session, String callback) {
        return events(session).stream()
                .filter(event -> event.callback().equals(callback))
                .count();
    }

    List<Thrown> thrown() {
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
