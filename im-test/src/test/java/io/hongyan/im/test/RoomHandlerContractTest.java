package io.hongyan.im.test;

import io.hongyan.im.AttributeKey;
import io.hongyan.im.ClientSession;
import io.hongyan.im.CloseReason;
import io.hongyan.im.Message;
import io.hongyan.im.MessageHandler;
import io.hongyan.im.test.client.Messages;
import java.util.HashSet;
import java.util.Set;
import net.jqwik.api.Arbitraries;
import net.jqwik.api.Arbitrary;

/** A handler of the usual kind keeps the contract of handlers. */
final class RoomHandlerContractTest extends MessageHandlerContract {
    private static final AttributeKey<String> NAME = new AttributeKey<>("name", String.class);

    @Override
    protected MessageHandler newHandler() {
        return new Room();
    }

    @Override
    protected Arbitrary<Message> messages() {
        Arbitrary<String> commands = Arbitraries.of("/name Ann", "/name", "/who", "/quit", "/join tea", "/leave tea");
        return Arbitraries.oneOf(commands.map(Message::text), Messages.ofLines());
    }

    @Override
    protected boolean mayClose(CloseReason reason) {
        return reason.text().equals("as you wish");
    }

    /** What is said goes to all; who is here is known; a client may ask to be closed. */
    private static final class Room implements MessageHandler {
        private final Set<ClientSession> present = new HashSet<>();

        @Override
        public void onOpen(ClientSession session) {
            present.add(session);
            session.join("room");
        }

        @Override
        public void onMessage(ClientSession session, Message message) {
            String text = message.text();
            if (text.startsWith("/name ")) {
                session.attribute(NAME, text.substring(6));
            } else if (text.equals("/who")) {
                session.send("" + present.size());
            } else if (text.equals("/quit")) {
                session.close(CloseReason.of(CloseReason.Code.NORMAL, "as you wish"));
            } else if (text.startsWith("/join ")) {
                session.join(text.substring(6));
            } else if (text.startsWith("/leave ")) {
                session.leave(text.substring(7));
            } else {
                String name = session.attribute(NAME).orElse("somebody");
                session.server().group("room").send(name + ": " + text);
            }
        }

        @Override
        public void onClose(ClientSession session, CloseReason reason) {
            present.remove(session);
            session.server().group("room").send("somebody has left");
        }
    }
}
