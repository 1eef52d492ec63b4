package io.hongyan.im.test;

import io.hongyan.im.ClientSession;
import io.hongyan.im.CloseReason;
import io.hongyan.im.Dispatch;
import io.hongyan.im.ImServer;
import io.hongyan.im.Message;
import io.hongyan.im.MessageHandler;
import io.hongyan.im.test.evidence.Story;
import io.hongyan.im.test.evidence.Witness;
import io.hongyan.im.test.virtual.ClientScript;
import io.hongyan.im.test.virtual.Faults;
import io.hongyan.im.test.virtual.VirtualClient;
import io.hongyan.im.test.virtual.VirtualServer;
import java.lang.ref.Reference;
import java.lang.ref.WeakReference;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import net.jqwik.api.Arbitrary;
import net.jqwik.api.EdgeCasesMode;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.Provide;
import net.jqwik.api.constraints.IntRange;
import org.opentest4j.TestAbortedException;

/**
 * What a good {@link MessageHandler} keeps to, whatever it is for. A handler passes by a class in its tests that extends this one; jqwik runs
 * it, on simulated servers of both dispatches, and shrinks what fails to few clients and few steps.
 *
 * <ol>
 *   <li>No callback throws: whatever clients send, in whatever pieces and order, slow or fast, and wherever they vanish.
 *   <li>It lives through hundreds of clients that come and go, and serves the next one.
 *   <li>The server may close at any moment.
 *   <li>Who keeps to the protocol, reads and stays is not closed, nor is the server, but for what {@link #mayClose} allows.
 *   <li>It keeps no session that has closed: none is reachable from it. A handler that knows its sessions by attributes, groups and {@link
 *       ImServer#session} has nothing to forget; one that has a map of them removes in {@code onClose}.
 * </ol>
 *
 * <p>In a simulation one thing happens at a time: that a handler guards what its sessions share is not shown here. A handler that waits for
 * something real makes each run as long as that.
 */
public abstract class MessageHandlerContract extends CrowdTest {
    private static final int HUNDREDS = 200;
    private static final int COLLECTIONS = 20;
    private static final Duration LONG = Duration.ofMinutes(5);

    /** For subclasses. */
    protected MessageHandlerContract() {}

    /**
     * The handler under test.
     *
     * @return a new one at each call
     */
    protected abstract MessageHandler newHandler();

    /**
     * Whether the handler may end the session of a client that keeps to the protocol, reads and stays: since it asked for that, say.
     *
     * @param reason what the session was closed with
     * @return by default false
     */
    protected boolean mayClose(CloseReason reason) {
        return false;
    }

    /**
     * Whether the handler keeps a reference to its {@link ImServer}. The server of these tests remembers its clients, so then clause 5 cannot
     * be judged and is left out.
     *
     * @return by default false
     */
    protected boolean keepsItsServer() {
        return false;
    }

    // ---- what comes

    /**
     * A message for each of many clients.
     *
     * @return 200 messages
     */
    @Provide
    protected Arbitrary<List<Message>> manyMessages() {
        return messages().list().ofSize(HUNDREDS);
    }

    // ---- the clauses

    /** Clause 1. */
    @Property(tries = 80, edgeCases = EdgeCasesMode.NONE)
    void noCallbackThrows(
            @ForAll("crowds") List<ClientScript> crowd,
            @ForAll("faults") Faults faults,
            @ForAll Dispatch dispatch,
            @ForAll @IntRange(min = 1, max = 1_000_000) int seed) {
        Witness witness = new Witness(tested());
        try (VirtualServer im = server(witness, dispatch).faults(faults).seed(seed)) {
            ClientScript.playAll(im, this::newCodec, crowd);
            im.advance(LONG);

            requireNoError(im, witness);
            Story.end(im);
            requireNoError(im, witness);
        }
    }

    /** Clause 2. */
    @Property(tries = 1, edgeCases = EdgeCasesMode.NONE)
    void servesHundredsThatComeAndGo(@ForAll("manyMessages") List<Message> messages) {
        for (Dispatch dispatch : Dispatch.values()) {
            Witness witness = new Witness(tested());
            try (VirtualServer im = server(witness, dispatch)) {
                for (int i = 0; i < messages.size(); i++) {
                    leave(im.connect(newCodec()).send(messages.get(i)), i);
                }
                im.advance(LONG);
                VirtualClient last = im.connect(newCodec()).send(messages.get(0));

                last.session();
                requireNoError(im, witness);
            }
        }
    }

    private static void leave(VirtualClient client, int way) {
        switch (way % 4) {
            case 0 -> client.reset();
            case 1 -> client.endOutput();
            case 2 -> client.stopReading();
            default -> client.sendBytes(new byte[] {-1, 0, 10}).endOutput();
        }
    }

    /** Clause 3. */
    @Property(tries = 50, edgeCases = EdgeCasesMode.NONE)
    void theServerMayCloseAtAnyMoment(
            @ForAll("crowds") List<ClientScript> before,
            @ForAll("crowds") List<ClientScript> meanwhile,
            @ForAll("faults") Faults faults,
            @ForAll Dispatch dispatch,
            @ForAll @IntRange(min = 1, max = 1_000_000) int seed) {
        Witness witness = new Witness(tested());
        try (VirtualServer im = server(witness, dispatch).faults(faults).seed(seed)) {
            ClientScript.playAll(im, this::newCodec, before);
            im.together(() -> {
                for (ClientScript script : meanwhile) {
                    VirtualClient client = im.connect(newCodec());
                    script.steps().forEach(step -> step.by(client));
                }
                im.server().close();
            });

            requireNoError(im, witness);
            for (ClientSession session : witness.sessions()) {
                Story.require(im, witness.count(session, Witness.CLOSE) == 1, "a session had no onClose");
            }
        }
    }

    /** Clause 4. */
    @Property(tries = 50, edgeCases = EdgeCasesMode.NONE)
    void closesNobodyWhoKeepsToTheRules(
            @ForAll("politeCrowds") List<ClientScript> crowd,
            @ForAll("harmlessFaults") Faults faults,
            @ForAll Dispatch dispatch,
            @ForAll @IntRange(min = 1, max = 1_000_000) int seed) {
        Witness witness = new Witness(tested());
        try (VirtualServer im = server(witness, dispatch).faults(faults).seed(seed)) {
            ClientScript.playAll(im, this::newCodec, crowd);

            for (ClientSession session : witness.sessions()) {
                for (Witness.Event event : witness.events(session)) {
                    boolean fair = !(event.with() instanceof CloseReason reason) || mayClose(reason);
                    Story.require(im, fair, "a client that keeps to the rules was closed: " + event);
                }
            }
            boolean closed = im.server().closeFuture().toCompletableFuture().isDone();
            Story.require(im, !closed, "the handler has closed the server");
        }
    }

    /** Clause 5. */
    @Property(tries = 2, edgeCases = EdgeCasesMode.NONE)
    void keepsNoSessionThatHasClosed(@ForAll("crowds") List<ClientScript> crowd) {
        if (keepsItsServer()) {
            return;
        }
        MessageHandler handler = tested();
        try {
            List<WeakReference<ClientSession>> closed = sessionsOf(handler, crowd);
            long kept = afterCollection(closed);
            if (kept > 0) {
                throw new AssertionError("all sessions have closed, and " + kept + " of " + closed.size()
                        + " can still be reached from the handler; remove them in onClose");
            }
        } finally {
            Reference.reachabilityFence(handler);
        }
    }

    /** How many are still there. */
    private static long afterCollection(List<WeakReference<ClientSession>> closed) {
        WeakReference<Object> canary = new WeakReference<>(new Object());
        for (int i = 0; i < COLLECTIONS && closed.stream().anyMatch(session -> session.get() != null); i++) {
            System.gc();
        }
        long kept = closed.stream().filter(session -> session.get() != null).count();
        if (kept > 0 && canary.get() != null) {
            throw new TestAbortedException("System.gc() collects nothing on this JVM");
        }
        return kept;
    }

    /** In a frame of its own, so that nothing of it stays on the stack. */
    private List<WeakReference<ClientSession>> sessionsOf(MessageHandler handler, List<ClientScript> crowd) {
        List<WeakReference<ClientSession>> sessions = new ArrayList<>();
        Witness witness = new Witness(handler);
        try (VirtualServer im = server(witness, Dispatch.VIRTUAL_THREADS)) {
            ClientScript.playAll(im, this::newCodec, crowd);
        }
        witness.sessions().forEach(session -> sessions.add(new WeakReference<>(session)));
        return sessions;
    }

    private VirtualServer server(MessageHandler handler, Dispatch dispatch) {
        return VirtualServer.of(newBuilder().handler(handler).dispatch(dispatch));
    }

    private MessageHandler tested() {
        MessageHandler handler = newHandler();
        if (handler == null) {
            throw new AssertionError("newHandler() gave null");
        }
        return handler;
    }

    private static void requireNoError(VirtualServer im, Witness witness) {
        if (!witness.thrown().isEmpty()) {
            Witness.Thrown first = witness.thrown().get(0);
            AssertionError failure =
                    Story.failure(im, "the handler threw in " + first.callback() + ": " + first.cause());
            failure.initCause(first.cause());
            throw failure;
        }
        long errors = im.server().stats().errors();
        Story.require(im, errors == 0, "a plugin or a protocol threw, " + errors + " times");
    }
}
