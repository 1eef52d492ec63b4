package io.hongyan.im.test.virtual;

import io.hongyan.im.AttributeKey;
import io.hongyan.im.CloseReason;
import io.hongyan.im.Limits;
import io.hongyan.im.Message;
import io.hongyan.im.Protocols;
import io.hongyan.im.spi.Admission;
import io.hongyan.im.spi.Decoder;
import io.hongyan.im.spi.Encoder;
import io.hongyan.im.spi.Protocol;
import io.hongyan.im.spi.ProtocolException;
import io.hongyan.im.spi.Wire;
import java.net.InetSocketAddress;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.security.Principal;
import java.util.concurrent.CompletionStage;

/**
 * Lines behind a door: a client says {@code hello NAME} first, a {@link Porter} lets it in or does not, and one that is silent is asked
 * {@code ?ping}, which it answers {@code /pong}.
 */
final class WaryProtocol implements Protocol {
    static final String HELLO = "hello ";
    static final String PING = "?ping";
    static final String PONG = "/pong";

    private static final Encoder LINES = Protocols.line().encoder();

    /** Whom a client says that it is. */
    record Name(String getName) implements Principal {}

    private final Porter porter;

    private final Encoder encoder = new Encoder() {
        @Override
        public Wire encode(Message message) {
            return LINES.encode(message);
        }

        @Override
        public Wire gap(long missed) {
            return LINES.gap(missed);
        }

        @Override
        public Wire closing(CloseReason reason) {
            return LINES.closing(reason);
        }

        @Override
        public Wire ping() {
            return line(PING);
        }
    };

    WaryProtocol(Porter porter) {
        this.porter = porter;
    }

    static String nameOf(InetSocketAddress client) {
        return "port" + client.getPort();
    }

    private static Wire line(String text) {
        return Wire.of((text + "\n").getBytes(StandardCharsets.UTF_8));
    }

    @Override
    public String name() {
        return "wary";
    }

    @Override
    public boolean carriesBinary() {
        return false;
    }

    @Override
    public Encoder encoder() {
        return encoder;
    }

    @Override
    public Decoder newDecoder(Limits limits) {
        Decoder lines = Protocols.line().newDecoder(limits);
        return new Decoder() {
            private boolean known;

            @Override
            public void start(Sink sink) {
                // The client speaks first.
            }

            @Override
            public void decode(ByteBuffer input, Sink sink) throws ProtocolException {
                lines.decode(input, new Passing(sink) {
                    @Override
                    public boolean message(Message message) {
                        if (known) {
                            return message.text().equals(PONG) || super.message(message);
                        }
                        known = true;
                        String name = message.text().substring(HELLO.length());
                        sink.principal(new Name(name));
                        sink.admit(porter.ask(sink.remoteAddress()), new Door());
                        return false;
                    }
                });
            }

            @Override
            public int heldBytes() {
                return lines.heldBytes();
            }
        };
    }

    private static final class Door implements Admission<Boolean> {
        @Override
        public String who() {
            return "the porter";
        }

        @Override
        public void answered(Boolean welcome, Decoder.Sink sink) throws ProtocolException {
            if (!welcome) {
                throw new ProtocolException(
                        CloseReason.of(CloseReason.Code.POLICY, "not you"), line("!closing not you"));
            }
            sink.open();
        }

        @Override
        public Wire unanswered() {
            return line("!closing unanswered");
        }
    }

    /** Passes everything on. */
    private abstract static class Passing implements Decoder.Sink {
        private final Decoder.Sink next;

        Passing(Decoder.Sink next) {
            this.next = next;
        }

        @Override
        public void open() {
            next.open();
        }

        @Override
        public void open(Encoder with) {
            next.open(with);
        }

        @Override
        public InetSocketAddress remoteAddress() {
            return next.remoteAddress();
        }

        @Override
        public <T> void attribute(AttributeKey<T> key, T value) {
            next.attribute(key, value);
        }

        @Override
        public void principal(Principal principal) {
            next.principal(principal);
        }

        @Override
        public <T> void admit(CompletionStage<T> answer, Admission<T> admission) {
            next.admit(answer, admission);
        }

        @Override
        public boolean message(Message message) {
            return next.message(message);
        }

        @Override
        public void reply(Wire wire) {
            next.reply(wire);
        }

        @Override
        public void end(CloseReason reason, Wire lastWords) {
            next.end(reason, lastWords);
        }
    }

    /** The client's side; tells when it has answered. */
    static ClientCodec newCodec(Runnable ponging) {
        ClientCodec lines = ClientCodec.line();
        return new ClientCodec() {
            @Override
            public byte[] encode(Message message) {
                return lines.encode(message);
            }

            @Override
            public void decode(ByteBuffer received, Sink sink) {
                lines.decode(received, new Sink() {
                    @Override
                    public void message(Message message) {
                        if (message.text().equals(PING)) {
                            ponging.run();
                            reply((PONG + "\n").getBytes(StandardCharsets.UTF_8));
                        } else {
                            sink.message(message);
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
}
