package io.hongyan.im.engine;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.hongyan.im.ClientSession;
import io.hongyan.im.Dispatch;
import io.hongyan.im.ImServer;
import io.hongyan.im.Limits;
import io.hongyan.im.MessageHandler;
import io.hongyan.im.TransportInfo;
import io.hongyan.im.protocol.LineProtocol;
import io.hongyan.im.spi.HandlerPlugin;
import io.hongyan.im.spi.Protocol;
import io.hongyan.im.spi.ServerConfig;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Function;
import java.util.logging.Level;
import java.util.logging.Logger;
import org.jspecify.annotations.Nullable;

/** A server on scripted ports. The test is the thread of every loop, and of the dispatcher where callbacks do not run on the loop. */
final class ScriptedServer {
    /** What a test may want to choose. */
    record Setup(
            int loops,
            Dispatch dispatch,
            Limits limits,
            int mailboxCapacity,
            List<Protocol> protocols,
            List<HandlerPlugin> plugins) {
        static Setup onLoop() {
            return new Setup(1, Dispatch.ON_LOOP, Limits.defaults(), 1024, List.of(new LineProtocol()), List.of());
        }

        Setup loops(int number) {
            return new Setup(number, dispatch, limits, mailboxCapacity, protocols, plugins);
        }

        Setup dispatch(Dispatch where) {
            return new Setup(loops, where, limits, mailboxCapacity, protocols, plugins);
        }

        Setup limits(Limits bounds) {
            return new Setup(loops, dispatch, bounds, mailboxCapacity, protocols, plugins);
        }

        Setup mailboxCapacity(int commands) {
            return new Setup(loops, dispatch, limits, commands, protocols, plugins);
        }

        /** Several are told apart by what comes first, in this order. */
        Setup protocols(Protocol... spoken) {
            return new Setup(loops, dispatch, limits, mailboxCapacity, List.of(spoken), plugins);
        }

        Setup plugins(HandlerPlugin... outermostFirst) {
            return new Setup(loops, dispatch, limits, mailboxCapacity, protocols, List.of(outermostFirst));
        }

        ScriptedServer start(MessageHandler handler) {
            return new ScriptedServer(this, handler, null);
        }

        ScriptedServer start(MessageHandler handler, Handover handover) {
            return new ScriptedServer(this, handler, handover);
        }
    }

    /** Sessions that end badly are what these tests are about; the reference keeps the level. */
    private static final Logger QUIET = Logger.getLogger("io.hongyan.im");

    static {
        QUIET.setLevel(Level.OFF);
    }

    /** More turns than any scenario needs: whoever still has something to do then is spinning. */
    private static final int SPIN = 2_000;

    private static final int FIRST_PORT = 10_000;

    /** So that time overflows a little later. */
    private static final long START_NANOS =
            Long.MAX_VALUE - Duration.ofSeconds(5).toNanos();

    private final ScriptedTransport transport;
    private final ImServer server;
    private final List<ScriptedConnection> connections = new ArrayList<>();

    private ScriptedServer(Setup setup, MessageHandler handler, @Nullable Handover handover) {
        transport = new ScriptedTransport(setup.mailboxCapacity(), START_NANOS);
        transport.handover(handover);
        ServerConfig.Listener listener =
                new ServerConfig.Listener(new InetSocketAddress(FIRST_PORT - 1), setup.protocols(), setup.limits());
        ServerConfig config = new ServerConfig(
                List.of(listener),
                setup.loops(),
                handler,
                setup.plugins(),
                setup.dispatch(),
                setup.limits(),
                new TransportInfo("scripted", "a test", List.of()));
        try {
            server = Server.start(config, transport);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    ImServer server() {
        return server;
    }

    EventLoop loop(int index) {
        return runner(index).loop();
    }

    LoopThread runner(int index) {
        return transport.runners().get(index);
    }

    ScriptedPoller poller(int index) {
        return transport.pollers().get(index);
    }

    ScriptedMailbox mailbox(int index) {
        return transport.mailboxes().get(index);
    }

    ScriptedAcceptor acceptor() {
        return transport.acceptors().get(0);
    }

    ScriptedTransport.Later dispatcher() {
        return transport.later();
    }

    int loops() {
        return transport.runners().size();
    }

    List<ScriptedConnection> connections() {
        return connections;
    }

    // ---- doing

    /** Puts a layer around each connection from now on. */
    ScriptedServer layered(Function<Connection, Stream> around) {
        transport.layer(around);
        return this;
    }

    /** Makes a connection that waits to be accepted. */
    ScriptedConnection offer() {
        return offer(InetAddress.getLoopbackAddress());
    }

    ScriptedConnection offer(InetAddress peer) {
        ScriptedConnection connection = new ScriptedConnection(peer, FIRST_PORT + connections.size());
        connections.add(connection);
        acceptor().offer(connection);
        return connection;
    }

    /** Makes a connection whose session has been opened. */
    ScriptedConnection connect() {
        ScriptedConnection connection = offer();
        settle();
        return connection;
    }

    ClientSession session(ScriptedConnection connection) {
        return server.sessions().stream()
                .filter(s -> s.remoteAddress().equals(connection.remoteAddress()))
                .findFirst()
                .orElseThrow(() -> new AssertionError("no session of " + connection.remoteAddress()));
    }

    /** One iteration of one loop. */
    void turn(int loop) {
        try {
            loop(loop).runOnce();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** Runs loops and callbacks until all would wait; whoever never would is spinning. Answers how many rounds it took. */
    int settle() {
        for (int round = 1; round <= SPIN; round++) {
            boolean idle = true;
            for (int i = 0; i < loops(); i++) {
                turn(i);
                idle &= poller(i).isIdle() && !loop(i).hasWork();
            }
            while (dispatcher().runOne()) {
                idle = false;
            }
            if (idle) {
                return round;
            }
        }
        throw new AssertionError("still busy after " + SPIN + " iterations");
    }

    /** Lets time pass in steps that no timer is lost in. */
    void pass(Duration time) {
        long step = Duration.ofMillis(100).toNanos();
        for (long left = time.toNanos(); left > 0; left -= step) {
            transport.advance(Math.min(step, left));
            settle();
        }
    }

    /** Time passes while all loops wait. */
    void jump(Duration time) {
        transport.advance(time.toNanos());
    }

    /** Every peer reads all there is and ends its output, and time passes for all deadlines. Then nothing may be left. */
    void endAll() {
        settle();
        for (ScriptedConnection connection : connections) {
            connection.takes(Long.MAX_VALUE).takesAtOnce(Integer.MAX_VALUE).endsOutput();
        }
        server.sessions().forEach(ClientSession::resume);
        settle();
        pass(Duration.ofSeconds(2));
        server.sessions().forEach(ClientSession::close);
        pass(Duration.ofSeconds(5));
        requireNothingLeft();
    }

    void requireNothingLeft() {
        assertEquals(List.of(), violations());
        for (ScriptedConnection connection : connections) {
            assertEquals(1, connection.closes(), () -> "closes of " + connection.remoteAddress());
        }
        assertEquals(0, server.stats().openSessions());
        assertTrue(server.sessions().isEmpty());
        assertEquals(0, server.stats().heldBytes(), "memory still accounted for");
        for (int i = 0; i < loops(); i++) {
            assertEquals(0, loop(i).wheel().size(), "timers left");
            assertEquals(i == 0 ? 1 : 0, loop(i).registrations().size(), "registrations left");
        }
    }

    /** What no connection would have survived. */
    List<String> violations() {
        return connections.stream().flatMap(c -> c.violations().stream()).toList();
    }
}
