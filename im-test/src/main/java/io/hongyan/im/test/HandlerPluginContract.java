package io.hongyan.im.test;

import io.hongyan.im.ClientSession;
import io.hongyan.im.Dispatch;
import io.hongyan.im.ImServer;
import io.hongyan.im.Message;
import io.hongyan.im.MessageHandler;
import io.hongyan.im.spi.HandlerPlugin;
import io.hongyan.im.test.evidence.Story;
import io.hongyan.im.test.evidence.Witness;
import io.hongyan.im.test.virtual.ClientScript;
import io.hongyan.im.test.virtual.Faults;
import io.hongyan.im.test.virtual.VirtualClient;
import io.hongyan.im.test.virtual.VirtualServer;
import java.util.List;
import java.util.Objects;
import net.jqwik.api.EdgeCasesMode;
import net.jqwik.api.Example;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.constraints.IntRange;
import org.jspecify.annotations.Nullable;

/**
 * What a {@link HandlerPlugin} owes to those outside and inside of it. A plugin passes by a class in its tests that extends this one; jqwik
 * runs it, on simulated servers of both dispatches.
 *
 * <ol>
 *   <li>Its name is not blank, and name and order are the same whenever they are asked for.
 *   <li>{@link HandlerPlugin#wrap} gives a handler, and calls nothing of the next one yet.
 *   <li>Each message passes exactly once, in order and unchanged, but for what {@link #passed} says; and it passes as the session's that
 *       sent it, however many there are.
 *   <li>{@code onOpen}, {@code onWritable} and {@code onError} pass exactly once and in order.
 *   <li>{@code onClose} passes exactly once, however the session ended.
 *   <li>What the next handler throws comes out again, of whatever callback.
 *   <li>It throws nothing of its own, not when the server starts or ends either.
 * </ol>
 */
public abstract class HandlerPluginContract extends CrowdTest {
    /** For subclasses. */
    protected HandlerPluginContract() {}

    /**
     * The plugin under test.
     *
     * @return a new one at each call
     */
    protected abstract HandlerPlugin newPlugin();

    /**
     * What the next handler is to see of what one session has sent. Override it if the plugin changes or refuses messages by design.
     *
     * @param sent all messages of one session, in order
     * @return by default the same
     */
    protected List<Message> passed(List<Message> sent) {
        return sent;
    }

    /** The plugin between two witnesses. */
    private static final class Sandwich implements HandlerPlugin {
        private final HandlerPlugin tested;
        private @Nullable Witness outer;
        private @Nullable Witness inner;
        private @Nullable Throwable failedToStop;

        Sandwich(HandlerPlugin tested) {
            this.tested = tested;
        }

        @Override
        public String name() {
            return tested.name();
        }

        @Override
        public int order() {
            return tested.order();
        }

        @Override
        public MessageHandler wrap(MessageHandler next) {
            if (outer != null) {
                throw new AssertionError("wrap was called twice for one server");
            }
            inner = new Witness(next);
            MessageHandler wrapped = Objects.requireNonNull(tested.wrap(inner), "wrap(next) gave null");
            outer = new Witness(wrapped);
            return outer;
        }

        @Override
        public void onStart(ImServer server) throws Exception {
            tested.onStart(server);
        }

        @Override
        public void onStop(ImServer server) throws Exception {
            try {
                tested.onStop(server);
            } catch (Throwable t) {
                failedToStop = t;
                throw t;
            }
        }

        Witness outer() {
            return Objects.requireNonNull(outer, "wrap was not called");
        }

        Witness inner() {
            return Objects.requireNonNull(inner, "wrap was not called");
        }
    }

    private HandlerPlugin tested() {
        HandlerPlugin plugin = newPlugin();
        if (plugin == null) {
            throw new AssertionError("newPlugin() gave null");
        }
        return plugin;
    }

    // ---- the clauses

    /** Clause 1. */
    @Example
    void nameAndOrderAreStable() {
        HandlerPlugin plugin = tested();
        String name = plugin.name();
        int order = plugin.order();
        plugin.wrap((session, message) -> {});

        if (name.isBlank()) {
            throw new AssertionError("the plugin's name is blank");
        }
        if (!name.equals(plugin.name()) || !name.equals(newPlugin().name())) {
            throw new AssertionError("the plugin's name is not always the same: " + name + ", then " + plugin.name()
                    + "; another one's is " + newPlugin().name());
        }
        if (order != plugin.order() || order != newPlugin().order()) {
            throw new AssertionError("the plugin's order is not always the same: " + order + ", then " + plugin.order()
                    + "; another one's is " + newPlugin().order());
        }
    }

    /** Clause 2. */
    @Example
    void wrapGivesAHandlerAndCallsNothingYet() {
        MessageHandler untouched = new Throwing(new AssertionError("wrap(next) has called next"), "");
        MessageHandler wrapped = tested().wrap(untouched);
        if (wrapped == null) {
            throw new AssertionError("wrap(next) gave null");
        }
    }

    /** Clauses 3 and 4. */
    @Property(tries = 30, edgeCases = EdgeCasesMode.NONE)
    void eachCallbackPassesOnceAndInOrder(
            @ForAll("politeCrowds") List<ClientScript> crowd,
            @ForAll("faults") Faults faults,
            @ForAll Dispatch dispatch,
            @ForAll @IntRange(min = 1, max = 1_000_000) int seed) {
        run(crowd, faults, dispatch, seed);
    }

    /** Clauses 3 to 5 and 7, with clients of the worse kind. */
    @Property(tries = 30, edgeCases = EdgeCasesMode.NONE)
    void onCloseAlwaysPassesOnce(
            @ForAll("crowds") List<ClientScript> crowd,
            @ForAll("faults") Faults faults,
            @ForAll Dispatch dispatch,
            @ForAll @IntRange(min = 1, max = 1_000_000) int seed) {
        run(crowd, faults, dispatch, seed);
    }

    private void run(List<ClientScript> crowd, Faults faults, Dispatch dispatch, int seed) {
        Sandwich sandwich = new Sandwich(tested());
        try (VirtualServer im = server(sandwich, (session, message) -> {}, dispatch)
                .faults(faults)
                .seed(seed)) {
            ClientScript.playAll(im, this::newCodec, crowd);
            Story.end(im);

            requirePassed(im, sandwich);
            Story.require(
                    im,
                    sandwich.outer().thrown().isEmpty(),
                    "the plugin threw: " + sandwich.outer().thrown());
        }
        if (sandwich.failedToStop != null) {
            throw new AssertionError("the plugin threw in onStop", sandwich.failedToStop);
        }
    }

    /** Clause 4, of a session whose client is slow for a while. */
    @Property(tries = 2, edgeCases = EdgeCasesMode.NONE)
    void onWritablePasses(@ForAll Dispatch dispatch) {
        Sandwich sandwich = new Sandwich(tested());
        Message much = Message.text("x".repeat(100));
        MessageHandler flood = new MessageHandler() {
            @Override
            public void onOpen(ClientSession session) {
                while (session.isWritable()) {
                    session.send(much);
                }
            }

            @Override
            public void onMessage(ClientSession session, Message message) {}
        };
        try (VirtualServer im = server(sandwich, flood, dispatch)) {
            VirtualClient client = im.connect(newCodec());

            ClientSession session = client.session();
            Story.require(
                    im, sandwich.outer().count(session, Witness.WRITABLE) > 0, "the session never became writable");
            requirePassed(im, sandwich);
        }
    }

    /** Clause 6. */
    @Property(tries = 10, edgeCases = EdgeCasesMode.NONE)
    void whatTheNextHandlerThrowsComesOut(@ForAll("politeCrowds") List<ClientScript> crowd, @ForAll Dispatch dispatch) {
        for (String callback : List.of(Witness.OPEN, Witness.MESSAGE, Witness.ERROR, Witness.CLOSE)) {
            IllegalStateException cause = new IllegalStateException("on purpose");
            Sandwich sandwich = new Sandwich(tested());
            MessageHandler handler = new Throwing(cause, callback);
            try (VirtualServer im = server(sandwich, handler, dispatch)) {
                ClientScript.playAll(im, this::newCodec, crowd);
                Story.end(im);

                List<Witness.Thrown> inside = sandwich.inner().thrown();
                List<Witness.Thrown> outside = sandwich.outer().thrown();
                Story.require(
                        im,
                        inside.equals(outside),
                        "the next handler threw " + inside + ", and of the plugin came " + outside);
                requirePassed(im, sandwich);
            }
        }
    }

    /** Clause 6, of the callback that seldom comes. */
    @Example
    void whatTheNextHandlerThrowsInOnWritableComesOut() {
        IllegalStateException cause = new IllegalStateException("on purpose");
        HandlerPlugin plugin = tested();
        MessageHandler wrapped = plugin.wrap(new Throwing(cause, Witness.WRITABLE));
        try (VirtualServer im = VirtualServer.of((session, message) -> {})) {
            plugin.onStart(im.server());
            ClientSession session = im.connect().session();
            wrapped.onOpen(session);
            wrapped.onWritable(session);
        } catch (Exception e) {
            if (e == cause) {
                return;
            }
            throw new AssertionError("onWritable threw something else", e);
        }
        throw new AssertionError("the next handler threw in onWritable, and of the plugin came nothing");
    }

    // ---- judging

    private void requirePassed(VirtualServer im, Sandwich sandwich) {
        for (ClientSession session : sandwich.inner().sessions()) {
            boolean known = sandwich.outer().sessions().contains(session);
            Story.require(im, known, "the plugin has called for a session that nothing has come for");
        }
        for (ClientSession session : sandwich.outer().sessions()) {
            requirePassed(im, session, sandwich);
        }
    }

    private void requirePassed(VirtualServer im, ClientSession session, Sandwich sandwich) {
        List<Witness.Event> came = sandwich.outer().events(session);
        List<Witness.Event> went = sandwich.inner().events(session);
        List<Message> sent = sandwich.outer().messages(session);
        List<Message> expected = passed(sent);
        if (expected.equals(sent)) {
            Story.require(im, went.equals(came), "to the plugin came " + came + ", and to the next handler " + went);
            return;
        }
        List<Message> got = sandwich.inner().messages(session);
        Story.require(
                im,
                got.equals(expected),
                "of the messages " + texts(sent) + " those that pass are " + texts(expected)
                        + ", and to the next handler came " + texts(got));
        Story.require(
                im,
                withoutMessages(went).equals(withoutMessages(came)),
                "to the plugin came " + came + ", and to the next handler " + went);
    }

    private static List<Witness.Event> withoutMessages(List<Witness.Event> events) {
        return events.stream()
                .filter(event -> !event.callback().equals(Witness.MESSAGE))
                .toList();
    }

    private static List<String> texts(List<Message> messages) {
        return messages.stream()
                .map(message -> message.isText() ? '"' + message.text() + '"' : message.toString())
                .toList();
    }

    private VirtualServer server(HandlerPlugin plugin, MessageHandler handler, Dispatch dispatch) {
        return VirtualServer.of(newBuilder().plugin(plugin).handler(handler).dispatch(dispatch));
    }
}
