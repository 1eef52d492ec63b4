package io.hongyan.im.engine;

import io.hongyan.im.ClientSession;
import io.hongyan.im.CloseReason;
import io.hongyan.im.Group;
import io.hongyan.im.ImServer;
import io.hongyan.im.Limits;
import io.hongyan.im.ServerStats;
import io.hongyan.im.TransportInfo;
import io.hongyan.im.protocol.Control;
import io.hongyan.im.spi.ServerConfig;
import java.io.IOException;
import java.lang.System.Logger.Level;
import java.net.InetSocketAddress;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicInteger;
import org.jspecify.annotations.Nullable;

/**
 * A server on any transport: its loops, its listeners and what they share. Any thread, where nothing else is said.
 *
 * <p>The first loop accepts and hands out connections in turn.
 */
public final class Server implements ImServer, SessionLife {
    private final ServerConfig config;
    private final Handlers handlers;
    private final Dispatcher dispatcher;
    private final IdSource ids;
    private final Log log = new Log();
    private final Counters counters = new Counters();
    private final EventLoop[] loops;
    private final List<AcceptDuty> accepting = new ArrayList<>();
    private final List<InetSocketAddress> addresses = new ArrayList<>();
    private final Groups groups;
    private final StartedPlugins plugins;
    private final Map<SessionId, Member> sessions = new ConcurrentHashMap<>();
    private final Startup startup;
    private final Shutdown shutdown;

    /** Connections accepted whose end is not complete: those before their opening and those whose {@code onClose} still runs, too. */
    private final AtomicInteger live = new AtomicInteger();

    private int nextLoop;

    private Server(ServerConfig config, Transport transport) {
        this.config = config;
        handlers = new Handlers(config.handler(), config.plugins());
        dispatcher = transport.newDispatcher(config.dispatch());
        ids = transport.ids();
        loops = new EventLoop[config.loops()];
        groups = new Groups(loops.length);
        plugins = new StartedPlugins(config.plugins(), log, counters);
        shutdown = new Shutdown(this, transport, loops.length);
        startup = new Startup(this, shutdown);
    }

    /**
     * Binds, tells the plugins, then starts the loops.
     *
     * @param config what to serve
     * @param transport on what
     * @return the running server
     * @throws IOException if it cannot listen or poll, or there is no thread for a loop; nothing is left behind
     * @throws IllegalStateException if a plugin refuses to start; nothing is left behind
     */
    public static Server start(ServerConfig config, Transport transport) throws IOException {
        Server server = new Server(config, transport);
        try {
            server.open(transport);
        } catch (IOException | RuntimeException | Error e) {
            server.undo();
            throw e;
        }
        server.startup.run(transport);
        server.log.log(
                Level.DEBUG,
                Log.Topic.LIFE,
                () -> "listening on " + server.addresses + ", transport " + config.transport());
        return server;
    }

    private void open(Transport transport) throws IOException {
        for (int i = 0; i < loops.length; i++) {
            loops[i] = new EventLoop(
                    i, transport, dispatcher, powerOfTwo(config.limits().commandQueueLength()), log);
        }
        for (ServerConfig.Listener listener : config.listeners()) {
            AcceptDuty duty =
                    new AcceptDuty(this, loops[0], transport.clock(), transport.bind(listener.address()), stationsOf(listener, transport));
            accepting.add(duty);
            addresses.add(duty.acceptor().address());
            duty.start();
        }
    }

    /** By loop. */
    private Station[] stationsOf(ServerConfig.Listener listener, Transport transport) {
        Callbacks callbacks = new Callbacks(handlers, counters, log, this);
        Bounds bounds = Bounds.of(listener.limits());
        Station[] stations = new Station[loops.length];
        for (EventLoop loop : loops) {
            stations[loop.index()] = new Station(
                    this,
                    loop,
                    listener.limits(),
                    bounds,
                    listener.protocols(),
                    callbacks,
                    dispatcher,
                    ids,
                    transport::streamOver,
                    counters,
                    log,
                    this);
        }
        return stations;
    }

    private void undo() {
        accepting.forEach(AcceptDuty::close);
        for (EventLoop loop : loops) {
            if (loop != null) {
                loop.free();
            }
        }
        dispatcher.close(config.limits().closeTimeout());
    }

    private static int powerOfTwo(int atLeast) {
        return atLeast == 1 ? 1 : Integer.highestOneBit(atLeast - 1) << 1;
    }

    // ---- connections, on the loops

    /** On the accepting loop. */
    void adopt(Connection connection, Station[] stations) {
        if (live.incrementAndGet() > config.limits().maxSessions()) {
            refuse(
                    connection,
                    "there are as many as maxSessions, " + config.limits().maxSessions());
            return;
        }
        counters.accepted.increment();
        EventLoop loop = loops[nextLoop];
        nextLoop = (nextLoop + 1) % loops.length;
        Station station = stations[loop.index()];
        Runnable begin = () -> begin(connection, station);
        if (loop.inLoop()) {
            begin.run();
        } else {
            loop.execute(begin);
        }
    }

    private void begin(Connection connection, Station station) {
        if (shutdown.hasBegun()) {
            refuse(connection, "the server is closing");
            return;
        }
        Peer peer;
        try {
            peer = new Peer(station, connection);
        } catch (RuntimeException | Error e) {
            refuse(connection, "its protocol failed: " + Log.describe(e));
            return;
        }
        try {
            peer.start();
        } catch (IOException e) {
            refuse(connection, "it cannot be watched: " + e.getMessage());
        } catch (RuntimeException | Error e) {
            peer.onFailure(e);
        }
    }

    private void refuse(Connection connection, String why) {
        counters.refused.increment();
        log.log(
                Level.WARNING,
                Log.Topic.ACCEPT,
                () -> "connection of " + connection.remoteAddress() + " refused: " + why);
        connection.close();
        gone(null);
    }

    @Override
    public void opened(Member session) {
        sessions.put(session, session);
        session.joinAll(groups.all());
    }

    @Override
    public void closing(Member session) {
        session.leaveTheAll();
        session.leaveAll();
    }

    @Override
    public void ended(Member session, CloseReason reason) {
        boolean expected = !reason.code().reconnect() || reason.code() == CloseReason.Code.GOING_AWAY;
        log.log(
                expected ? Level.DEBUG : Level.INFO,
                Log.Topic.SESSION_END,
                () -> session + " ended: " + reason.code() + " (" + Control.printable(reason.text()) + "), limit "
                        + reason.limit() + ", pending " + reason.pendingBytes() + " bytes");
    }

    @Override
    public void gone(@Nullable Member session) {
        if (session != null) {
            sessions.remove(session);
        }
        if (live.decrementAndGet() == 0 && shutdown.hasBegun()) {
            signalLoops();
        }
    }

    /** Makes each loop look whether it may end. */
    void signalLoops() {
        for (EventLoop loop : loops) {
            loop.execute(() -> {});
        }
    }

    // ---- ending

    @Override
    public void close() {
        shutdown.begin();
        if (!isOwn(Thread.currentThread())) {
            shutdown.await();
        }
    }

    @Override
    public CompletionStage<Void> closeFuture() {
        return shutdown.completion();
    }

    /** Whether a loop may end. */
    boolean hasEnded() {
        return shutdown.hasBegun() && (live.get() == 0 || shutdown.isForced());
    }

    void onLoopEnd(EventLoop loop) {
        shutdown.onLoopEnd(loop);
    }

    /** Whether it is in a callback, or in anything else that the end of this server has to wait for. */
    private boolean isOwn(Thread thread) {
        for (EventLoop loop : loops) {
            if (loop.inLoop()) {
                return true;
            }
        }
        return startup.isOn(thread)
                || (thread instanceof LoopThread runner && runner.isOf(this))
                || shutdown.isOwn(thread)
                || runners().contains(thread);
    }

    /** The threads that callbacks of this server, or its plugins' ends, may run on now. */
    List<Thread> runners() {
        List<Thread> threads = new ArrayList<>();
        for (Member session : sessions.values()) {
            Thread runner = session.runner();
            if (runner != null) {
                threads.add(runner);
            }
        }
        if (dispatcher.onLoop()) {
            for (EventLoop loop : loops) {
                loop.liveThread().ifPresent(threads::add);
            }
        }
        Thread stopping = plugins.runner();
        if (stopping != null && !threads.contains(stopping)) {
            threads.add(stopping);
        }
        return threads;
    }

    /** Frees the ports; on the accepting loop. */
    void stopAccepting() {
        accepting.forEach(AcceptDuty::close);
    }

    /** On the loop. */
    void closeSessionsOf(EventLoop loop) {
        CloseReason reason = CloseReason.of(CloseReason.Code.GOING_AWAY, "the server is shutting down");
        loop.registrations().forEach(tenant -> {
            if (tenant instanceof Peer peer) {
                peer.goAway(reason);
            }
        });
    }

    // ---- what hosts ask

    @Override
    public InetSocketAddress address() {
        return addresses.get(0);
    }

    @Override
    public Collection<InetSocketAddress> addresses() {
        return List.copyOf(addresses);
    }

    @Override
    public Optional<ClientSession> session(String id) {
        return SessionId.parse(Objects.requireNonNull(id, "id")).map(sessions::get);
    }

    @Override
    public Collection<ClientSession> sessions() {
        return List.copyOf(sessions.values());
    }

    @Override
    public Group group(String name) {
        return groups.named(this, name);
    }

    @Override
    public Group all() {
        return groups.allHandle();
    }

    @Override
    public TransportInfo transport() {
        return config.transport();
    }

    @Override
    public ServerStats stats() {
        return counters.snapshot(sessions.size());
    }

    @Override
    public String toString() {
        return "Hongyan on " + addresses + ", " + config.transport();
    }

    // ---- what its parts ask

    Limits limits() {
        return config.limits();
    }

    Handlers handlers() {
        return handlers;
    }

    Startup startup() {
        return startup;
    }

    StartedPlugins plugins() {
        return plugins;
    }

    Dispatcher dispatcher() {
        return dispatcher;
    }

    IdSource ids() {
        return ids;
    }

    Counters counters() {
        return counters;
    }

    Log log() {
        return log;
    }

    EventLoop[] loops() {
        return loops;
    }
}
