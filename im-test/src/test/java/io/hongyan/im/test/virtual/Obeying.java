package io.hongyan.im.test.virtual;

import io.hongyan.im.ClientSession;
import io.hongyan.im.CloseReason;
import io.hongyan.im.Message;
import io.hongyan.im.MessageHandler;
import java.nio.charset.StandardCharsets;
import java.util.Comparator;
import org.jspecify.annotations.Nullable;

/** A handler that does what clients tell it. */
final class Obeying implements MessageHandler {
    private final Book book;
    private @Nullable Simulation simulation;

    Obeying(Book book) {
        this.book = book;
    }

    void in(Simulation world) {
        simulation = world;
    }

    /** Others go on in the middle of a callback. */
    private void letOthersGoOn() {
        if (simulation != null) {
            simulation.mayPreempt();
        }
    }

    @Override
    public void onOpen(ClientSession session) {
        book.opened(session);
        letOthersGoOn();
    }

    @Override
    public void onMessage(ClientSession session, Message message) {
        boolean frames = !message.isText();
        String text = frames ? new String(message.bytes(), StandardCharsets.UTF_8) : message.text();
        book.handled(session, text);
        letOthersGoOn();
        switch (text.substring(text.indexOf(' ') + 1)) {
            case "echo" -> book.send(session.id(), session, frames);
            case "slow" -> {
                for (int i = 0; i < 5; i++) {
                    letOthersGoOn();
                }
            }
            case "publish red" -> book.publish(session.id(), session.server().group("red"), frames);
            case "publish blue" -> book.publish(session.id(), session.server().group("blue"), frames);
            case "join red" -> session.join("red");
            case "join blue" -> session.join("blue");
            case "leave red" -> session.leave("red");
            case "pause" -> session.pause();
            case "storm" -> {
                for (ClientSession other : session.server().sessions().stream()
                        .sorted(Comparator.comparing(ClientSession::id))
                        .toList()) {
                    for (int i = 0; i < 5; i++) {
                        book.send(session.id(), other, frames);
                        letOthersGoOn();
                    }
                }
            }
            case "throw" -> {
                book.throwing(session);
                throw new IllegalStateException("told to");
            }
            case "close" -> book.close(session);
            case "abort" -> book.abort(session);
            case "server" -> book.closing(session.server());
            default -> {}
        }
        letOthersGoOn();
    }

    @Override
    public void onWritable(ClientSession session) {
        book.writable(session);
        letOthersGoOn();
    }

    @Override
    public void onClose(ClientSession session, CloseReason reason) {
        letOthersGoOn();
        book.closed(session, reason);
    }
}
