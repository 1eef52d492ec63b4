package io.hongyan.im.engine;

import io.hongyan.im.ClientSession;
import io.hongyan.im.CloseReason;
import io.hongyan.im.ClosedSession;
import io.hongyan.im.DrainReport;
import io.hongyan.im.ImServer;
import io.hongyan.im.Limits;
import io.hongyan.im.ServerStats;
import io.hongyan.im.spi.ServerConfig;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.Predicate;
import org.jspecify.annotations.Nullable;

/**
 * What runs inside of a server: its loops, its listeners and what they share. Any thread, where nothing else is said.
 *
 * <p>The first loop accepts and hands out connections in turn.
 */
final class Engine implements Drain.Owner, SessionLife {
    private final ImServer server;
    private final ServerConfig config;
    private final Handlers handlers;
    private final Dispatcher dispatcher;
    private final IdSource ids;
    private final Log log = new Log();
    private final Counters counters = new Counters();
    private final Budget budget;
    private final EventLoop[] loops;
    private final LoopThread[] threads;
    private final List<AcceptDuty> accepting = new ArrayList<>();
    private final List<InetSocketAddress> addresses = new ArrayList<>();
    private final Groups groups;
    private final StartedPlugins plugins;
    private final Map<SessionId, Member> sessions = new ConcurrentHashMap<>();
    private final Startup startup;
    private final Shutdown shutdown;
    private final Runners runners;
    private final Drain drain;
    private final Succession succession;
    private final Intake intake;
    private final Watchdog watchdog;

    Engine(ImServer server, ServerConfig config, Transport transport) {
        this.server = server;
        this.config = config;
        handlers = new Handlers(config.handler(), config.plugins());
        dispatcher = transport.newDispatcher(config.dispatch());
        ids = transport.ids();
        budget = new Budget(config.limits().memoryBudgetBytes(), config.loops(), this::signalLoops);
        loops = new EventLoop[config.loops()];
        threads = new LoopThread[loops.length];
        groups = new Groups(loops.length);
        plugins = new StartedPlugins(config.plugins(), log, counters);
        shutdown = new Shutdown(this, transport, loops.length);
        startup = new Startup(this, shutdown);
        drain = new Drain(this, transport.clock());
        succession = new Succession(this, drain, transport, accepting, config.handover());
        runners = new Runners(sessions.values(), threads, dispatcher, plugins, startup);
        intake = new Intake(this, this, shutdown, counters);
        watchdog = new Watchdog(loops, threads, sessions.values(), dispatcher, handlers, transport, log);
    }

    /** Binds; if that fails nothing is left behind. Then tells the plugins and starts the loops, and tells its predecessor. */
    void start(Transport transport) throws IOException {
        try {
            open(transport);
        } catch (IOException | RuntimeException | Error e) {
            undo();
            throw e;
        }
        startup.run(transport);
        succession.serve();
    }

    private void open(Transport transport) throws IOException {
        succession.begin();
        for (int i = 0; i < loops.length; i++) {
            loops[i] = startup.openLoop(i, transport, counters, budget);
            threads[i] = new LoopThread(this, loops[i], log);
        }
        for (ServerConfig.Listener listener : config.listeners()) {
            Station[] stations = stationsOf(listener, transport);
            Acceptor acceptor = transport.bind(
                    listener.address(), KeepAlive.of(listener.limits().keepAliveTimeout()));
            AcceptDuty duty = new AcceptDuty(intake, log, loops[0], transport.clock(), acceptor, stations);
            accepting.add(duty);
            addresses.add(duty.acceptor().address());
            duty.start();
        }
    }

    /** By loop. */
    private Station[] stationsOf(ServerConfig.Listener listener, Transport transport) {
        Callbacks callbacks = new Callbacks(handlers, counters, log, this);
        Bounds bounds = Bounds.of(listener.limits());
        Addresses from = new Addresses(listener.limits(), loops[0]);
        Station[] stations = new Station[loops.length];
        for (EventLoop loop : loops) {
            stations[loop.index()] = new Station(
                    server,
                    loop,
                    listener.limits(),
                    bounds,
                    from,
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
        stopAccepting();
        for (EventLoop loop : loops) {
            if (loop != null) {
                loop.free();
            }
        }
        dispatcher.close(config.limits().closeTimeout());
    }

    // ---- sessions

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
    public void ended(@Nullable Member session, InetSocketAddress peer, CloseReason reason) {
        counters.closes.add(session, peer, reason, log);
    }

    List<ClosedSession> recentCloses() {
        return counters.closes.recent();
    }

    @Override
    public void gone(@Nullable Member session) {
        if (session != null) {
            sessions.remove(session);
        }
        if (intake.release() == 0 && shutdown.hasBegun()) {
            signalLoops();
        }
    }

    @Override
    public void signalLoops() {
        for (EventLoop loop : loops) {
            loop.execute(() -> {});
        }
    }

    // ---- ending

    void close() {
        shutdown.begin();
        if (!isOwn(Thread.currentThread())) {
            shutdown.await();
        }
    }

    CompletionStage<DrainReport> drain(Duration time) {
        return drain.begin(time);
    }

    @Override
    public int connections() {
        return intake.connections();
    }

    @Override
    public int acceptsPerSecond() {
        return intake.perSecond();
    }

    @Override
    public long discarded() {
        return counters.discardedIn.sum() + counters.discardedOut.sum();
    }

    @Override
    public void beginEnd() {
        shutdown.begin();
    }

    @Override
    public CompletionStage<Void> completion() {
        return shutdown.completion();
    }

    @Override
    public boolean hasEnded() {
        return shutdown.hasBegun() && (intake.connections() == 0 || shutdown.isForced());
    }

    @Override
    public void onLoopEnd(EventLoop loop) {
        shutdown.onLoopEnd(loop);
    }

    /** Whether it is in a callback, or in anything else that the end of this server has to wait for. */
    private boolean isOwn(Thread thread) {
        for (EventLoop loop : loops) {
            if (loop.inLoop()) {
                return true;
            }
        }
        return isStartingOn(thread) || shutdown.isOwn(thread) || runners.now().contains(thread);
    }

    @Override
    public boolean isStartingOn(Thread thread) {
        return startup.isOn(thread);
    }

    @Override
    public List<Thread> runners() {
        return runners.now();
    }

    @Override
    public boolean isLeftTo(Predicate<Thread> asked) {
        return runners.isLeftTo(asked);
    }

    @Override
    public void takeWaiting() {
        accepting.forEach(AcceptDuty::takeWaiting);
    }

    @Override
    public void stopAccepting() {
        succession.close();
    }

    @Override
    public void closeSessionsOf(EventLoop loop) {
        loop.registrations().forEach(tenant -> {
            if (tenant instanceof Peer peer) {
                peer.goAway(drain.reason());
            }
        });
    }

    @Override
    public void abandonSessionsOf(EventLoop loop) {
        loop.registrations().forEach(tenant -> {
            try {
                if (tenant instanceof Peer peer) {
                    peer.abandon();
                }
            } catch (Throwable t) {
                loop.onFailure("the end of a session with its loop", t);
            }
        });
    }

    // ---- what its parts and the server ask

    @Override
    public ImServer server() {
        return server;
    }

    @Override
    public EventLoop[] loops() {
        return loops;
    }

    @Override
    public LoopThread[] loopThreads() {
        return threads;
    }

    @Override
    public Watchdog watchdog() {
        return watchdog;
    }

    @Override
    public StartedPlugins plugins() {
        return plugins;
    }

    @Override
    public Dispatcher dispatcher() {
        return dispatcher;
    }

    @Override
    public Limits limits() {
        return config.limits();
    }

    @Override
    public Log log() {
        return log;
    }

    List<InetSocketAddress> addresses() {
        return List.copyOf(addresses);
    }

    Groups groups() {
        return groups;
    }

    Optional<ClientSession> session(String id) {
        return SessionId.parse(id).map(sessions::get);
    }

    Collection<ClientSession> sessions() {
        return List.copyOf(sessions.values());
    }

    ServerStats stats() {
        return counters.snapshot(sessions.size(), budget.bytes(), watchdog.lag());
    }
}
