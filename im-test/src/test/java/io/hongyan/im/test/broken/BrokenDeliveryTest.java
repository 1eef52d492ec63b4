package io.hongyan.im.test.broken;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.hongyan.im.ClientSession;
import io.hongyan.im.CloseReason;
import io.hongyan.im.ImServer;
import io.hongyan.im.Limits;
import io.hongyan.im.Message;
import io.hongyan.im.MessageHandler;
import io.hongyan.im.Protocols;
import io.hongyan.im.spi.Decoder;
import io.hongyan.im.spi.Encoder;
import io.hongyan.im.spi.ForwardingHandler;
import io.hongyan.im.spi.HandlerPlugin;
import io.hongyan.im.spi.Protocol;
import io.hongyan.im.test.DeliveryLaws;
import io.hongyan.im.test.virtual.ClientCodec;
import java.lang.reflect.Proxy;
import java.nio.ByteBuffer;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.Set;
import org.junit.jupiter.api.Test;

/** Each law of {@link DeliveryLaws} can fail. */
class BrokenDeliveryTest {
    private static Launched requireRed(Class<?> laws, String method) {
        Launched run = Launched.of(laws, method);

        assertEquals(Set.of(method), run.red());
        return run;
    }

    /** Lines, and something that breaks a law. */
    private abstract static class Lines extends DeliveryLaws {
        /** What the laws are shown of a session. */
        ClientSession shown(ClientSession session) {
            return session;
        }

        /** Stands before the laws' own handler. */
        void onMessage(MessageHandler next, ClientSession session, Message message) throws Exception {
            next.onMessage(session, message);
        }

        void onClose(MessageHandler next, ClientSession session, CloseReason reason) throws Exception {
            next.onClose(session, reason);
        }

        @Override
        protected ImServer.Builder newBuilder() {
            HandlerPlugin plugin = next -> new ForwardingHandler(next) {
                @Override
                public void onOpen(ClientSession session) throws Exception {
                    super.onOpen(shown(session));
                }

                @Override
                public void onMessage(ClientSession session, Message message) throws Exception {
                    Lines.this.onMessage(next, session, message);
                }

                @Override
                public void onClose(ClientSession session, CloseReason reason) throws Exception {
                    Lines.this.onClose(next, session, reason);
                }
            };
            return ImServer.builder().protocols("line").discoverPlugins(false).plugin(plugin);
        }

        @Override
        protected ClientCodec newCodec() {
            return ClientCodec.line();
        }
    }

    @Test
    void shouldFailWhenWhatAClientSendsComesTwice() {
        Launched run = requireRed(Twice.class, "messagesOfAClientComeInOrder");

        assertTrue(
                run.why("messagesOfAClientComeInOrder").contains(" has sent"), run.why("messagesOfAClientComeInOrder"));
    }

    static final class Twice extends Lines {
        @Override
        void onMessage(MessageHandler next, ClientSession session, Message message) throws Exception {
            next.onMessage(session, message);
            next.onMessage(session, message);
        }
    }

    @Test
    void shouldFailWhenWhatAClientSendsIsLost() {
        requireRed(Lost.class, "messagesOfAClientComeInOrder");
    }

    static final class Lost extends Lines {
        @Override
        void onMessage(MessageHandler next, ClientSession session, Message message) throws Exception {
            if (message.length() % 5 != 0) {
                next.onMessage(session, message);
            }
        }
    }

    @Test
    void shouldFailWhenNothingComes() {
        requireRed(Deaf.class, "messagesOfAClientComeInOrder");
    }

    static final class Deaf extends Lines {
        @Override
        void onMessage(MessageHandler next, ClientSession session, Message message) {}
    }

    @Test
    void shouldFailWhenNoSessionOpens() {
        requireRed(Shut.class, "messagesOfAClientComeInOrder");
    }

    /** The clients do not know the protocol. */
    static final class Shut extends Lines {
        @Override
        protected ImServer.Builder newBuilder() {
            return ImServer.builder()
                    .protocol(new NeverOpen())
                    .protocols("shut")
                    .discoverPlugins(false);
        }
    }

    /** Reads, and opens nothing. */
    private static final class NeverOpen implements Protocol {
        private final Protocol line = Protocols.line();

        @Override
        public String name() {
            return "shut";
        }

        @Override
        public Encoder encoder() {
            return line.encoder();
        }

        @Override
        public Decoder newDecoder(Limits limits) {
            return new Decoder() {
                @Override
                public void start(Sink sink) {}

                @Override
                public void decode(ByteBuffer input, Sink sink) {
                    input.position(input.limit());
                }

                @Override
                public int heldBytes() {
                    return 0;
                }
            };
        }
    }

    @Test
    void shouldFailWhenAMessageIsNotWhole() {
        requireRed(Cut.class, "messagesComeWholeOrNotAtAll");
    }

    static final class Cut extends Lines {
        @Override
        void onMessage(MessageHandler next, ClientSession session, Message message) throws Exception {
            next.onMessage(
                    session,
                    Message.text(message.text().substring(0, message.text().length() / 2)));
        }
    }

    /** What is accepted for a client comes in another order: its codec turns every three messages around. */
    private static ClientCodec shuffling(ClientCodec codec) {
        return new ClientCodec() {
            private final Deque<Message> held = new ArrayDeque<>();

            @Override
            public byte[] encode(Message message) {
                return codec.encode(message);
            }

            @Override
            public void decode(ByteBuffer received, Sink sink) {
                codec.decode(received, new Sink() {
                    @Override
                    public void message(Message message) {
                        held.push(message);
                        if (held.size() == 3) {
                            held.forEach(sink::message);
                            held.clear();
                        }
                    }

                    @Override
                    public void notice(String text) {
                        sink.notice(text);
                    }

                    @Override
                    public void reply(byte[] bytes) {
                        sink.reply(bytes);
                    }
                });
            }
        };
    }

    @Test
    void shouldFailWhenWhatIsSentToAClientComesInAnotherOrder() {
        requireRed(Shuffled.class, "messagesToAClientComeInOrder");
    }

    @Test
    void shouldFailWhenTheMembersOfAGroupSeeDifferentOrders() {
        requireRed(Shuffled.class, "allMembersSeeOneOrder");
    }

    static final class Shuffled extends Lines {
        private int clients;

        @Override
        protected ClientCodec newCodec() {
            return clients++ % 2 == 0 ? shuffling(ClientCodec.line()) : ClientCodec.line();
        }
    }

    @Test
    void shouldFailWhenOnCloseComesTwice() {
        requireRed(ClosedTwice.class, "eachSessionClosesOnce");
    }

    static final class ClosedTwice extends Lines {
        @Override
        void onClose(MessageHandler next, ClientSession session, CloseReason reason) throws Exception {
            next.onClose(session, reason);
            next.onClose(session, reason);
        }
    }

    @Test
    void shouldFailWhenOnCloseNeverComes() {
        requireRed(NeverClosed.class, "eachSessionClosesOnce");
    }

    static final class NeverClosed extends Lines {
        @Override
        void onClose(MessageHandler next, ClientSession session, CloseReason reason) {}
    }

    @Test
    void shouldFailWhenPendingBytesAreOverTheLimit() {
        requireRed(Overfull.class, "pendingBytesKeepTheLimit");
    }

    /** The laws are shown sessions that claim to hold too much. */
    static final class Overfull extends Lines {
        @Override
        ClientSession shown(ClientSession session) {
            return (ClientSession) Proxy.newProxyInstance(
                    ClientSession.class.getClassLoader(),
                    new Class<?>[] {ClientSession.class},
                    (self, method, arguments) -> method.getName().equals("pendingBytes")
                            ? (Object) Long.MAX_VALUE
                            : method.invoke(session, arguments));
        }
    }
}
