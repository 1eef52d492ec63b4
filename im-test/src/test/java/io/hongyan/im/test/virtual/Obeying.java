package io.hongyan.im.test.virtual;

import io.hongyan.im.ClientSession;
import io.hongyan.im.CloseReason;
import io.hongyan.im.Group;
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
        Group red = session.server().group("red");
        Group blue = session.server().group("blue");
        switch (text.substring(text.indexOf(' ') + 1)) {
            case "echo" -> book.send(session.id(), session);
            case "murmur" -> book.sendVolatile(session.id(), session);
            case "slow" -> {
                for (int i = 0; i < 5; i++) {
                    letOthersGoOn();
                }
            }
            case "publish red" -> book.publish(session.id(), red, null, false);
            case "publish blue" -> book.publish(session.id(), blue, null, false);
            case "others red" -> book.publish(session.id(), red, session, false);
            case "murmur red" -> book.publish(session.id(), red, session, true);
            case "join red" -> book.move(session, red, true);
            case "join blue" -> book.move(session, blue, true);
            case "leave red" -> book.move(session, red, false);
            case "pause" -> book.pause(session, true);
            case "name" -> book.name(session);
            case "storm" -> {
                for (ClientSession other : session.server().sessions().stream()
                        .sorted(Comparator.comparing(ClientSession::id))
                        .toList()) {
                    for (int i = 0; i < 5; i++) {
                        book.send(session.id(), other);
                        letOthersGoOn();
                    }
                }
            }
            case "throw" -> {
                book.throwing(session);
                throw new IllegalStateException("told to");
            }
            case "close" -> book.close(session, session.id(), false);
            case "abort" -> book.close(session, session.id(), true);
            case "server" -> book.closeServer(session.server());
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
