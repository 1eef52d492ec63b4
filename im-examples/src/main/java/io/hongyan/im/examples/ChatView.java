package io.hongyan.im.examples;

import io.hongyan.im.ClientSession;
import io.hongyan.im.Message;
import java.time.Instant;
import java.util.Locale;

/** How a client is shown what happens, and how it words what it wants. */
enum ChatView {
    /** Lines of text, for people at a terminal. */
    LINE,
    /** JSON objects, for the page. */
    JSON;

    static ChatView of(ClientSession session) {
        return session.protocol().equals("websocket") ? JSON : LINE;
    }

    Message shown(ChatEvent event, Instant when) {
        return Message.text(
                switch (this) {
                    case LINE -> LineView.line(event);
                    case JSON -> JsonView.json(event, when);
                });
    }

    ChatCommand command(String text) throws Refusal {
        return switch (this) {
            case LINE -> LineCommands.parse(text);
            case JSON -> JsonCommands.parse(text);
        };
    }

    /** The group of those in a room who are shown it this way; no room's name has a {@code #}. */
    String group(String room) {
        return room + "#" + name().toLowerCase(Locale.ROOT);
    }
}
