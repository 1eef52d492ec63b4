package io.hongyan.im.engine;

import io.hongyan.im.ClientSession;
import io.hongyan.im.CloseReason;
import io.hongyan.im.Dispatch;
import io.hongyan.im.Limits;
import io.hongyan.im.TransportInfo;
import io.hongyan.im.protocol.LineProtocol;
import io.hongyan.im.spi.Encoder;
import io.hongyan.im.spi.ServerConfig;
import io.hongyan.im.spi.Wire;
import java.net.InetSocketAddress;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;
import org.jspecify.annotations.Nullable;

/** Sessions without a connection, two on one loop and one on another, and nobody runs the loops. */
final class LooseSessions {
    static final int LOOPS = 2;
    static final int SESSIONS = 3;
    private static final Encoder LINE = new LineProtocol().encoder();
    static final ScriptedTransport TRANSPORT = new ScriptedTransport(16, 0);
    static final ServerConfig CONFIG = new ServerConfig(
            List.of(),
            LOOPS,
            (session, message) -> {},
            List.of(),
            Dispatch.ON_LOOP,
            Limits.defaults(),
            new TransportInfo("scripted", "a test", List.of()));
    private static final Station[] STATIONS = {station(0), station(1)};

    private static final class Life implements SessionLife {
        @Override
        public void opened(Member session) {}

        @Override
        public void closing(Member session) {}

        @Override
        public void ended(@Nullable Member session, InetSocketAddress peer, CloseReason reason) {}

        @Override
        public void gone(@Nullable Member session) {}
    }

    private static final class NoLine implements Line {
        @Override
        public boolean isDelivering() {
            return false;
        }

        @Override
        public void enqueue(Wire wire, long charge) {}

        @Override
        public void writeEarly() {}

        @Override
        public void refresh() {}

        @Override
        public void closeSoon() {}

        @Override
        public void onFailure(Throwable cause) {}

        @Override
        public InetSocketAddress remoteAddress() {
            return InetSocketAddress.createUnresolved("nowhere", 1);
        }
    }

    private static Station station(int index) {
        Counters counters = new Counters();
        Log log = new Log();
        Life life = new Life();
        EventLoop loop = new EventLoop(
                index,
                new ScriptedPoller(),
                new ScriptedMailbox(16),
                () -> 0,
                TRANSPORT.later(),
                log,
                counters,
                new Budget(Limits.defaults().memoryBudgetBytes(), LOOPS, () -> {}));
        Callbacks callbacks = new Callbacks(new Handlers((session, message) -> {}, List.of()), counters, log, life);
        return new Station(
                null,
                loop,
                Limits.defaults(),
                Bounds.of(Limits.defaults()),
                new Addresses(Limits.defaults(), loop),
                List.of(),
                callbacks,
                TRANSPORT.later(),
                () -> new SessionId(0, 0),
                c -> c,
                counters,
                log,
                life);
    }

    static Session[] make() {
        Session[] sessions = new Session[SESSIONS];
        for (int i = 0; i < SESSIONS; i++) {
            Station shared = STATIONS[i / 2];
            int number = i;
            Station own = new Station(
                    null,
                    shared.loop(),
                    shared.limits(),
                    shared.bounds(),
                    shared.addresses(),
                    shared.protocols(),
                    shared.callbacks(),
                    shared.dispatcher(),
                    () -> new SessionId(0, number),
                    shared.streams(),
                    shared.counters(),
                    shared.log(),
                    shared.life());
            sessions[i] = new Session(own, new NoLine(), "line", LINE, null);
        }
        return sessions;
    }

    /** Who of them is in there, by number. */
    static String numbers(Session[] sessions, Set<ClientSession> in) {
        Set<Integer> numbers = new TreeSet<>();
        for (int i = 0; i < SESSIONS; i++) {
            if (in.contains(sessions[i])) {
                numbers.add(i);
            }
        }
        return numbers.size() == in.size() ? numbers.toString() : "strangers";
    }

    private LooseSessions() {}
}
