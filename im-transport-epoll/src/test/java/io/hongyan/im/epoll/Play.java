package io.hongyan.im.epoll;

import io.hongyan.im.ClientSession;
import io.hongyan.im.Dispatch;
import io.hongyan.im.ImServer;
import io.hongyan.im.Limits;
import io.hongyan.im.test.client.FrameClient;
import io.hongyan.im.test.client.LineClient;
import io.hongyan.im.test.client.Wiring;
import io.hongyan.im.test.evidence.RecordingHandler;
import io.hongyan.im.test.virtual.VirtualWiring;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;

/** Plays a {@link Script} on one transport. */
final class Play {
    private static final Limits LIMITS = Limits.defaults().withMaxMessageBytes(Script.MOST_BYTES);

    /** All that can be seen from outside: what each client has read, what was called for its session, and how often user code failed. */
    record Seen(List<List<String>> read, List<List<String>> calls, long errors) {}

    private final Wiring wiring;
    private final ImServer server;
    private final RecordingHandler handler;
    private final List<Actor> actors = new ArrayList<>();
    private final Map<Integer, Actor> connected = new TreeMap<>();
    private int syncs;

    private Play(Wiring wiring, ImServer server, RecordingHandler handler) {
        this.wiring = wiring;
        this.server = server;
        this.handler = handler;
    }

    static Wiring wiring(String transport) {
        return transport.equals("virtual") ? new VirtualWiring() : Wiring.sockets();
    }

    static Seen of(Script script, String transport, Dispatch dispatch) throws Exception {
        RecordingHandler handler = new RecordingHandler(new Obedient());
        try (ImServer server = ImServer.builder()
                .host("127.0.0.1")
                .port(0)
                .protocols("line")
                .listen("127.0.0.1", 0, "frame")
                .transport(transport)
                .loops(2)
                .dispatch(dispatch)
                .discoverPlugins(false)
                .limits(LIMITS)
                .handler(handler)
                .start()) {
            Play play = new Play(wiring(transport), server, handler);
            for (Script.Step step : script.steps()) {
                play.play(step);
                play.sync();
            }
            return play.end();
        }
    }

    private void play(Script.Step step) throws Exception {
        switch (step.act()) {
            case CONNECT_LINE, CONNECT_FRAME -> connect(step);
            case SAY -> connected.get(step.client()).say(step);
            case BEGIN -> connected.get(step.client()).begin(step.texts().get(0));
            default -> {
                Actor actor = connected.remove(step.client());
                actor.end(step);
                handler.awaitClose(actor.session);
            }
        }
    }

    private void connect(Script.Step step) throws Exception {
        List<InetSocketAddress> addresses = List.copyOf(server.addresses());
        Peer peer = step.act() == Script.Act.CONNECT_LINE
                ? new Peer.OfLines(new LineClient(wiring.connect(addresses.get(0), 0)))
                : new Peer.OfFrames(new FrameClient(wiring.connect(addresses.get(1), 0)));
        Actor actor = new Actor(peer, handler.awaitOpen());
        actors.add(actor);
        connected.put(step.client(), actor);
    }

    /** What was sent to anybody before has come when this has. */
    private void sync() throws IOException {
        String text = "sync " + syncs++;
        for (Actor actor : connected.values()) {
            actor.session.send(text);
            actor.readUpTo(text);
        }
    }

    private Seen end() throws Exception {
        // One after the other: who is still there hears what the handler says of those who have gone.
        while (!connected.isEmpty()) {
            int next = connected.keySet().iterator().next();
            play(new Script.Step(Script.Act.HALF_CLOSE, next, List.of(), 1));
            sync();
        }
        server.close();
        handler.verifyAllClosed();
        List<List<String>> read = new ArrayList<>();
        List<List<String>> calls = new ArrayList<>();
        for (Actor actor : actors) {
            read.add(actor.read);
            calls.add(handler.transcript(actor.session));
        }
        return new Seen(read, calls, server.stats().errors());
    }

    /** A client, its session, and what it has read. */
    private static final class Actor {
        private final Peer peer;
        private final ClientSession session;
        private final List<String> read = new ArrayList<>();
        private byte[] begun = {};
        private int said;

        Actor(Peer peer, ClientSession session) {
            this.peer = peer;
            this.session = session;
        }

        void say(Script.Step step) throws IOException {
            String last = "said " + said++;
            List<String> texts = new ArrayList<>(step.texts());
            texts.add(last);
            send(bytes(texts), step.cut());
            readUpTo(last);
        }

        /** A part of it goes now, the rest with what is sent next. */
        void begin(String text) throws IOException {
            byte[] all = peer.encoded(text);
            int half = all.length / 2;
            begun = Arrays.copyOfRange(all, half, all.length);
            peer.client().sendBytes(all, 0, half);
        }

        void end(Script.Step step) throws IOException {
            List<String> texts = new ArrayList<>(step.texts());
            switch (step.act()) {
                case CLOSE, THROW, ABORT -> {
                    texts.add(step.act().name().toLowerCase(Locale.ROOT) + " now");
                    texts.add("echo too late");
                    send(bytes(texts), Integer.MAX_VALUE);
                }
                case TOO_LONG -> sendBad(step, peer.tooLong());
                case INVALID -> sendBad(step, peer.invalid());
                case END_INSIDE -> {
                    byte[] inside = peer.encoded("echo in vain");
                    sendBad(step, Arrays.copyOf(inside, inside.length - 2));
                    peer.client().halfClose();
                }
                case HALF_CLOSE -> peer.client().halfClose();
                default -> {
                    peer.client().reset();
                    return;
                }
            }
            readToEnd(step.act() == Script.Act.ABORT);
        }

        /** The last of it in one piece: a server that has had enough waits for more no longer than it must. */
        private void sendBad(Script.Step step, byte[] bad) throws IOException {
            send(bytes(step.texts()), step.cut());
            peer.client().sendBytes(bad);
        }

        void readUpTo(String last) throws IOException {
            String next;
            do {
                next = peer.next().orElseThrow(() -> new AssertionError("ended before " + last + ", read " + read));
                read.add(next);
            } while (!next.equals(last));
        }

        private void readToEnd(boolean aborted) throws IOException {
            if (aborted) {
                peer.client().awaitGone();
                return;
            }
            for (Optional<String> next = peer.next(); next.isPresent(); next = peer.next()) {
                read.add(next.get());
            }
        }

        /** With what was begun before them. */
        private byte[] bytes(List<String> texts) {
            ByteArrayOutputStream all = new ByteArrayOutputStream();
            all.writeBytes(begun);
            texts.forEach(text -> all.writeBytes(peer.encoded(text)));
            begun = new byte[0];
            return all.toByteArray();
        }

        private void send(byte[] bytes, int cut) throws IOException {
            for (int from = 0; from < bytes.length; from += Math.min(cut, bytes.length - from)) {
                peer.client().sendBytes(bytes, from, from + Math.min(cut, bytes.length - from));
            }
        }
    }
}
