package io.hongyan.im.engine;

import io.hongyan.im.ClientSession;
import io.hongyan.im.CloseReason;
import io.hongyan.im.Message;
import io.hongyan.im.MessageHandler;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.function.BiConsumer;
import java.util.function.Consumer;

/** Writes down every callback of every session, and holds them to the grammar of {@link MessageHandler}. One thread. */
final class Recording implements MessageHandler {
    static final class Story {
        final List<String> messages = new ArrayList<>();
        final List<Throwable> errors = new ArrayList<>();
        int opens;
        int writables;
        final List<CloseReason> closes = new ArrayList<>();
        private boolean inCallback;
    }

    private final Map<ClientSession, Story> stories = new LinkedHashMap<>();
    private final List<String> violations = new ArrayList<>();
    private Consumer<ClientSession> onOpen = session -> {};
    private BiConsumer<ClientSession, Message> onMessage = (session, message) -> {};
    private Consumer<ClientSession> onWritable = session -> {};
    private BiConsumer<ClientSession, CloseReason> onClose = (session, reason) -> {};

    Recording whenOpen(Consumer<ClientSession> reaction) {
        onOpen = reaction;
        return this;
    }

    Recording whenMessage(BiConsumer<ClientSession, Message> reaction) {
        onMessage = reaction;
        return this;
    }

    Recording whenWritable(Consumer<ClientSession> reaction) {
        onWritable = reaction;
        return this;
    }

    Recording whenClosed(BiConsumer<ClientSession, CloseReason> reaction) {
        onClose = reaction;
        return this;
    }

    Story of(ClientSession session) {
        return stories.computeIfAbsent(session, s -> new Story());
    }

    Map<ClientSession, Story> stories() {
        return stories;
    }

    /** Broken rules, and sessions that were opened and not closed. */
    List<String> violationsAtTheEnd() {
        List<String> all = new ArrayList<>(violations);
        stories.forEach((session, story) -> {
            if (story.opens != 1 || story.closes.size() != 1) {
                all.add(session + " was opened " + story.opens + " times, closed " + story.closes.size());
            }
        });
        return all;
    }

    List<String> violations() {
        return violations;
    }

    @Override
    public void onOpen(ClientSession session) {
        Story story = enter(session, "onOpen");
        story.opens++;
        run(story, () -> onOpen.accept(session));
    }

    @Override
    public void onMessage(ClientSession session, Message message) {
        Story story = enter(session, "onMessage");
        story.messages.add(message.isText() ? message.text() : message.toString());
        run(story, () -> onMessage.accept(session, message));
    }

    @Override
    public void onWritable(ClientSession session) {
        Story story = enter(session, "onWritable");
        story.writables++;
        run(story, () -> onWritable.accept(session));
    }

    @Override
    public void onError(ClientSession session, Throwable cause) {
        Story story = enter(session, "onError");
        story.errors.add(cause);
        run(story, () -> {});
    }

    @Override
    public void onClose(ClientSession session, CloseReason reason) {
        Story story = enter(session, "onClose");
        if (session.isOpen()) {
            violations.add(session + ": open in onClose");
        }
        story.closes.add(reason);
        run(story, () -> onClose.accept(session, reason));
    }

    private Story enter(ClientSession session, String callback) {
        Story story = of(session);
        if (story.inCallback) {
            violations.add(session + ": " + callback + " inside another callback");
        }
        if (!session.isOpen() && (callback.equals("onMessage") || callback.equals("onWritable"))) {
            violations.add(session + ": " + callback + " though it is closing");
        }
        if (!story.closes.isEmpty()) {
            violations.add(session + ": " + callback + " after onClose");
        }
        if (story.opens == 0 != callback.equals("onOpen")) {
            violations.add(session + ": " + callback + " after " + story.opens + " onOpen");
        }
        return story;
    }

    private static void run(Story story, Runnable reaction) {
        story.inCallback = true;
        try {
            reaction.run();
        } finally {
            story.inCallback = false;
        }
    }
}
