package io.hongyan.im.test.virtual;

import io.hongyan.im.Message;
import io.hongyan.im.test.client.Messages;
import io.hongyan.im.test.client.Shrinking;
import java.util.ArrayList;
import java.util.HexFormat;
import java.util.List;
import java.util.function.Supplier;
import net.jqwik.api.Arbitraries;
import net.jqwik.api.Arbitrary;
import net.jqwik.api.Tuple;

/**
 * What one client does, step by step. A failing script shrinks to few steps, each of the mildest kind that still fails.
 *
 * @param steps in order; those after a reset or an end of output that would send do nothing
 */
public record ClientScript(List<Step> steps) {
    private static final int MOST_STEPS = 12;

    /** Copies the steps. */
    public ClientScript {
        steps = List.copyOf(steps);
    }

    /** One thing that a client does. */
    public sealed interface Step permits Send, SendBytes, Simple {
        /**
         * Does it.
         *
         * @param client the client
         */
        void by(VirtualClient client);
    }

    /**
     * Sends a message.
     *
     * @param message the message
     */
    public record Send(Message message) implements Step {
        @Override
        public void by(VirtualClient client) {
            client.send(message);
        }

        @Override
        public String toString() {
            return message.isText()
                    ? "send \"" + message.text() + "\""
                    : "send binary " + HexFormat.of().formatHex(message.bytes());
        }
    }

    /**
     * Sends bytes, whatever the protocol says of them.
     *
     * @param hex the bytes, two digits each
     */
    public record SendBytes(String hex) implements Step {
        /** Checks the digits. */
        public SendBytes {
            HexFormat.of().parseHex(hex);
        }

        @Override
        public void by(VirtualClient client) {
            client.sendBytes(HexFormat.of().parseHex(hex));
        }

        @Override
        public String toString() {
            return "send raw " + hex;
        }
    }

    /** The steps that carry nothing. */
    public enum Simple implements Step {
        /** Reads no more. */
        STOP_READING {
            @Override
            public void by(VirtualClient client) {
                client.stopReading();
            }
        },
        /** Reads again. */
        START_READING {
            @Override
            public void by(VirtualClient client) {
                client.startReading();
            }
        },
        /** Ends its output, as a half-close does, and still reads. */
        END_OUTPUT {
            @Override
            public void by(VirtualClient client) {
                client.endOutput();
            }
        },
        /** Breaks the connection. */
        RESET {
            @Override
            public void by(VirtualClient client) {
                client.reset();
            }
        }
    }

    // ---- arbitraries

    /**
     * Clients of lines that may do anything: also send what is no message, and vanish.
     *
     * @return scripts of 0 to 12 steps
     */
    public static Arbitrary<ClientScript> any() {
        return any(Messages.ofLines());
    }

    /**
     * Clients that may do anything.
     *
     * @param messages what they say when they keep to their protocol
     * @return scripts of 0 to 12 steps
     */
    public static Arbitrary<ClientScript> any(Arbitrary<Message> messages) {
        Arbitrary<Step> noise =
                Messages.bytes().map(b -> new SendBytes(HexFormat.of().formatHex(b)));
        return scripts(Arbitraries.frequencyOf(
                Tuple.of(12, sends(messages)), Tuple.of(4, reading()), Tuple.of(2, goes()), Tuple.of(1, noise)));
    }

    /**
     * Clients that keep to their protocol, and may be slow or vanish.
     *
     * @param messages what they say
     * @return scripts of 0 to 12 steps
     */
    public static Arbitrary<ClientScript> lawful(Arbitrary<Message> messages) {
        return scripts(
                Arbitraries.frequencyOf(Tuple.of(12, sends(messages)), Tuple.of(4, reading()), Tuple.of(1, goes())));
    }

    /**
     * Clients that send messages, read, and stay.
     *
     * @param messages what they say
     * @return scripts of 0 to 12 steps
     */
    public static Arbitrary<ClientScript> polite(Arbitrary<Message> messages) {
        return scripts(sends(messages));
    }

    private static Arbitrary<ClientScript> scripts(Arbitrary<Step> steps) {
        return Shrinking.byItself(steps.list().ofMaxSize(MOST_STEPS).map(ClientScript::new));
    }

    private static Arbitrary<Step> sends(Arbitrary<Message> messages) {
        return messages.map(Send::new);
    }

    private static Arbitrary<Step> reading() {
        return Arbitraries.of(Simple.STOP_READING, Simple.START_READING);
    }

    private static Arbitrary<Step> goes() {
        return Arbitraries.of(Simple.END_OUTPUT, Simple.RESET);
    }

    // ---- playing

    /**
     * Connects a client and lets it do all of this.
     *
     * @param server where
     * @return the client
     */
    public VirtualClient play(VirtualServer server) {
        VirtualClient client = server.connect();
        steps.forEach(step -> step.by(client));
        return client;
    }

    /**
     * Lets several clients do what their scripts say at the same time: all connect together, then all take their first steps together, then
     * the second ones. The server's seed decides what comes first among those.
     *
     * @param server where
     * @param codecs makes what each client speaks
     * @param scripts one for each client
     * @return the clients, in the order of the scripts
     */
    public static List<VirtualClient> playAll(
            VirtualServer server, Supplier<ClientCodec> codecs, List<ClientScript> scripts) {
        List<VirtualClient> clients = new ArrayList<>();
        server.together(() -> scripts.forEach(script -> clients.add(server.connect(codecs.get()))));
        int longest =
                scripts.stream().mapToInt(script -> script.steps().size()).max().orElse(0);
        for (int i = 0; i < longest; i++) {
            int round = i;
            server.together(() -> {
                for (int c = 0; c < clients.size(); c++) {
                    if (round < scripts.get(c).steps().size()) {
                        scripts.get(c).steps().get(round).by(clients.get(c));
                    }
                }
            });
        }
        return clients;
    }

    @Override
    public String toString() {
        return steps.toString();
    }
}
