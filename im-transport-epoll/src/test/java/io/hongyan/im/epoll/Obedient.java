package io.hongyan.im.epoll;

import io.hongyan.im.ClientSession;
import io.hongyan.im.CloseReason;
import io.hongyan.im.Message;
import io.hongyan.im.MessageHandler;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Map;
import java.util.TreeSet;
import java.util.concurrent.ConcurrentHashMap;

/** Does what the clients of a {@link Script} say, and tells them what came of it. */
final class Obedient implements MessageHandler {
    private final Map<String, ClientSession> named = new ConcurrentHashMap<>();

    @Override
    public void onOpen(ClientSession session) {
        named.put(Integer.toString(named.size()), session);
        session.send("welcome to " + session.protocol());
    }

    @Override
    public void onMessage(ClientSession session, Message message) throws IOException {
        String text = message.isText() ? message.text() : new String(message.bytes(), StandardCharsets.UTF_8);
        List<String> words = List.of((text + "   ").split(" ", 3));
        String first = words.get(1);
        String rest = words.get(2).stripTrailing();
        switch (words.get(0)) {
            case "join" -> session.send("joined: " + session.join(first));
            case "leave" -> session.send("left: " + session.leave(first) + ", in " + new TreeSet<>(session.groups()));
            case "room" ->
                session.send(
                        "sent to " + session.server().group(first).send(rest).members());
            case "others" ->
                session.send("sent to "
                        + session.server()
                                .group(first)
                                .send(Message.text(rest), session)
                                .members());
            case "all" ->
                session.send(
                        "sent to " + session.server().all().send(first + rest).members());
            case "to" -> {
                ClientSession other = named.get(first);
                session.send(first + " of " + named.size() + ": " + (other == null ? "nobody" : other.send(rest)));
            }
            case "close" -> session.close(CloseReason.of(CloseReason.Code.POLICY, "as you wish"));
            case "abort" -> session.abort(CloseReason.of(CloseReason.Code.POLICY, "as you wish"));
            case "throw" -> throw new IOException("planted");
            default -> session.send(message);
        }
    }

    /** Those it was in a room with hear of it. */
    @Override
    public void onClose(ClientSession session, CloseReason reason) {
        for (String room : new TreeSet<>(session.groups())) {
            session.server().group(room).send("someone left " + room + ": " + reason.code());
        }
    }
}
