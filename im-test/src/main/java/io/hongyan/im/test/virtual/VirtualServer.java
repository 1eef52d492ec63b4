package io.hongyan.im.test.virtual;

import io.hongyan.im.ClientSession;
import io.hongyan.im.CloseReason;
import io.hongyan.im.ImServer;
import io.hongyan.im.MessageHandler;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.InetSocketAddress;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.Optional;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.extension.AfterEachCallback;
import org.junit.jupiter.api.extension.ExtensionContext;
import org.junit.jupiter.api.extension.TestExecutionExceptionHandler;

/**
 * A server for tests: the real engine, protocols, plugins and handler, over a network, a clock and threads that are simulated. No socket is
 * opened, nothing sleeps, an hour passes in a millisecond, and the same seed gives the same run.
 *
 * <pre>{@code
 * class ShoutTest {
 *     @RegisterExtension
 *     final VirtualServer im = VirtualServer.of(new Shout());
 *
 *     @Test
 *     void shouldShout() {
 *         VirtualClient ann = im.connect();
 *         ann.send("hello").expectMessage("HELLO");
 *     }
 * }
 * }</pre>
 *
 * <p>As a JUnit extension it closes after each test, and adds the transcript and the seed to what has failed; without JUnit it is a resource
 * to be closed. It starts when it is first used. Everything happens on the test's thread, or while that waits: a callback that blocks
 * for something real blocks the test.
 *
 * <p>Without {@link #faults} what is done one after the other is done when the call returns. {@link #together} and faults leave the order
 * to the {@link #seed}: try many.
 */
public final class VirtualServer implements AutoCloseable, AfterEachCallback, TestExecutionExceptionHandler {
    private static final int LOOPS = 2;
    private static final int LINES_SHOWN = 60;
    private static final String SEED_PROPERTY = "hongyan.seed";

    private final ImServer.Builder builder;
    private final List<VirtualClient> clients = new ArrayList<>();
    private final Registry registry = new Registry(clients);
    private long seed = 1;
    private Faults faults = Faults.none();
    private boolean together;
    private boolean closed;
    private @Nullable Simulation simulation;
    private @Nullable ImServer server;

    private VirtualServer(ImServer.Builder builder) {
        this.builder =
                builder.transport(VirtualTransportProvider.NAME).loops(LOOPS).plugin(registry);
    }

    /**
     * A server of text lines, without discovered plugins.
     *
     * @param handler the handler under test
     * @return the server, not yet started
     */
    public static VirtualServer of(MessageHandler handler) {
        return of(ImServer.builder().protocols("line").discoverPlugins(false).handler(handler));
    }

    /**
     * A server with whatever protocols, plugins, limits and dispatch. Transport and loops (two) are set here.
     *
     * @param builder a builder that nobody else uses
     * @return the server, not yet started
     */
    public static VirtualServer of(ImServer.Builder builder) {
        return new VirtualServer(builder);
    }

    // ---- before it starts

    /**
     * Decides all that is left to chance; the system property {@code hongyan.seed} overrides it.
     *
     * @param number any; 1 if this is not called
     * @return this
     */
    public VirtualServer seed(long number) {
        requireNotStarted();
        seed = number;
        return this;
    }

    /**
     * How bad the network and the machine are.
     *
     * @param rates none if this is not called
     * @return this
     */
    public VirtualServer faults(Faults rates) {
        if (simulation != null) {
            simulation.faults(rates);
        }
        faults = rates;
        return this;
    }

    /**
     * How many event loops share the sessions.
     *
     * @param number 1 to 1,024; two if this is not called
     * @return this
     */
    public VirtualServer loops(int number) {
        requireNotStarted();
        builder.loops(number);
        return this;
    }

    private void requireNotStarted() {
        if (simulation != null) {
            throw new IllegalStateException(
                    "the server has started: seed and loops are chosen before it is first used");
        }
    }

    // ---- clients

    /**
     * Connects a client of text lines.
     *
     * @return the client
     */
    public VirtualClient connect() {
        return connect(ClientCodec.line());
    }

    /**
     * Connects a client to the first listener.
     *
     * @param codec what it speaks, for it alone
     * @return the client
     */
    public VirtualClient connect(ClientCodec codec) {
        return connect(codec, server().address());
    }

    /**
     * Connects a client to some listener.
     *
     * @param codec what it speaks, for it alone
     * @param listener one of {@link ImServer#addresses()}
     * @return the client
     */
    public VirtualClient connect(ClientCodec codec, InetSocketAddress listener) {
        Simulation world = simulation();
        if (closed) {
            throw new IllegalStateException(
                    "this VirtualServer has closed; each test needs one of its own: is its field static, or the test PER_CLASS?");
        }
        Link link;
        try {
            link = world.network().connect(listener);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        VirtualClient client = new VirtualClient(this, world, link, codec, "client" + (clients.size() + 1));
        clients.add(client);
        world.note(client.toString(), "connects from " + link.client.getPort());
        byte[] opening = codec.opening();
        link.send(opening, 0, opening.length);
        settle();
        return client;
    }

    // ---- what happens

    /**
     * Lets several things begin before any of them goes on: in what order is the seed's matter. Nothing has come of them before it returns.
     *
     * @param actions what clients, or the host through {@link #server()}, do
     * @return this
     */
    public VirtualServer together(Runnable actions) {
        boolean outer = together;
        together = true;
        try {
            actions.run();
        } finally {
            together = outer;
        }
        return settle();
    }

    /**
     * Lets everything happen that can before time passes.
     *
     * @return this
     */
    public VirtualServer settle() {
        if (!together) {
            simulation().settle();
        }
        return this;
    }

    /**
     * Lets time pass, and everything happen that is due by then.
     *
     * @param time how long; any length costs as much as what happens in it
     * @return this
     * @throws IllegalArgumentException if the time is negative
     */
    public VirtualServer advance(Duration time) {
        if (time.isNegative()) {
            throw new IllegalArgumentException("time must not be negative, was " + time);
        }
        requireNotTogether("advance");
        simulation().advance(time);
        return this;
    }

    /** Before an expectation. */
    void settleToLook() {
        requireNotTogether("expect");
        settle();
    }

    private void requireNotTogether(String what) {
        if (together) {
            throw new IllegalStateException("inside together(..) nothing has happened yet: " + what + " behind it");
        }
    }

    /**
     * The server, as the host's code sees it; a call takes effect with the next {@link #settle} or expectation. It may wait, as
     * {@code close()} does: then everything goes on meanwhile.
     *
     * @return the running server
     */
    public ImServer server() {
        simulation();
        return Objects.requireNonNull(server);
    }

    Simulation simulation() {
        if (simulation == null) {
            seed = chosenSeed();
            Simulation world = new Simulation(seed, faults);
            try {
                server = VirtualTransportProvider.start(world, builder);
            } catch (IOException e) {
                throw new UncheckedIOException(e);
            }
            simulation = world;
        }
        simulation.own();
        return simulation;
    }

    private long chosenSeed() {
        String property = System.getProperty(SEED_PROPERTY);
        if (property == null) {
            return seed;
        }
        try {
            return Long.parseLong(property);
        } catch (NumberFormatException e) {
            throw new IllegalArgumentException(SEED_PROPERTY + " must be a whole number, was " + property, e);
        }
    }

    Optional<CloseReason> reasonOf(ClientSession session) {
        return registry.reasonOf(session);
    }

    // ---- seeing

    /**
     * All that has happened: virtual seconds since the start, who, and what.
     *
     * @return a line for each event; of very many the last ones
     */
    public List<String> transcript() {
        return simulation().transcript().lines();
    }

    AssertionError failure(String what) {
        return new AssertionError(
                what + "\n" + story(), registry.thrown().stream().findFirst().orElse(null));
    }

    private String story() {
        return "seed " + seed + " (again with -D" + SEED_PROPERTY + "=" + seed + "), what has happened:\n"
                + simulation().transcript().last(LINES_SHOWN);
    }

    // ---- the end

    /**
     * Closes the server and lets all that follows happen, without faults.
     *
     * @throws AssertionError if an assertion failed in a callback, or the engine broke a rule of its own
     */
    @Override
    public void close() {
        if (simulation == null || server == null || closed) {
            return;
        }
        closed = true;
        simulation.own();
        simulation.faults(Faults.none());
        server.close();
        simulation.settle();
        if (!simulation.broken().isEmpty()) {
            AssertionError failure = failure("the engine has failed: " + simulation.broken());
            simulation.broken().forEach(failure::addSuppressed);
            throw failure;
        }
        if (registry.thrown().stream().anyMatch(AssertionError.class::isInstance)) {
            throw failure("an assertion failed in a callback");
        }
    }

    @Override
    public void afterEach(ExtensionContext context) {
        close();
    }

    @Override
    public void handleTestExecutionException(ExtensionContext context, Throwable thrown) throws Throwable {
        if (simulation != null && !String.valueOf(thrown.getMessage()).contains(SEED_PROPERTY)) {
            thrown.addSuppressed(new AssertionError(story()));
        }
        throw thrown;
    }
}
