package io.hongyan.im.examples;

import io.hongyan.im.AttributeKey;
import io.hongyan.im.ClientSession;
import java.util.ArrayList;
import java.util.List;

/**
 * One person in the chat, kept on the session. Changed by callbacks of that session only, of which one runs at a
 * time; others may read the nick at any moment.
 */
final class User {
    private static final AttributeKey<User> KEY = new AttributeKey<>("chat.user", User.class);

    private final ClientSession session;
    private final ChatView view;
    private volatile Name nick;

    /** In the order they were joined; what the person says goes to the last. */
    private final List<String> rooms = new ArrayList<>();

    User(ClientSession session, Name nick) {
        this.session = session;
        this.view = ChatView.of(session);
        this.nick = nick;
        session.attribute(KEY, this);
    }

    static User of(ClientSession session) {
        return session.attribute(KEY).orElseThrow();
    }

    ChatView view() {
        return view;
    }

    ClientSession session() {
        return session;
    }

    Name nick() {
        return nick;
    }

    void rename(Name to) {
        nick = to;
    }

    List<String> rooms() {
        return rooms;
    }
}
