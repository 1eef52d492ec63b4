package io.hongyan.im.engine;

import io.hongyan.im.ClientSession;
import io.hongyan.im.CloseReason;
import io.hongyan.im.Limits;
import io.hongyan.im.Message;
import io.hongyan.im.MessageHandler;
import io.hongyan.im.Overflow;
import io.hongyan.im.protocol.LineProtocol;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.time.Duration;
import java.util.List;
import java.util.Objects;
import java.util.Queue;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.function.IntFunction;
import org.jspecify.annotations.Nullable;

/**
 * One loop without a thread, and sessions on it: all parts are real but the kernel, the clock, which stands, and the threads of handlers.
 * A loop weighs much, so one that has been left at rest serves the next state.
 */
final class Stage {
    static final Limits LIMITS = Limits.defaults().withInboundLimitMessages(2).withOutbound(1024, 8, Overflow.DROP);

    private static final Bounds BOUNDS = Bounds.of(LIMITS);
    private static final LineProtocol LINE = new LineProtocol();
    private static final Log LOG = new Log();
    private static final RandomIds IDS = new RandomIds();
    private static final int MAILBOX = 16;

    /** Thrown out of a poll that would wait until it is woken: the loop never came back. Without a stack. */
    private static final class Asleep extends RuntimeException {
        private static final long serialVersionUID = 1;

        Asleep() {
            super(null, null, false, false);
        }
    }

    private static final Asleep ASLEEP = new Asleep();

    /** What the kernel would do. */
    private static final class Kernel implements Poller {
        private boolean sleeps;

        /** By any thread, and read behind both. */
        private volatile boolean woken;

        @Override
        public void register(Pollable what, long key, int interest) throws IOException {
            what.interest(interest);
        }

        @Override
        public void poll(long timeoutNanos, Events events) {
            if (sleeps && timeoutNanos > 0) {
                throw ASLEEP;
            }
        }

        @Override
        public void wakeUp() {
            woken = true;
        }

        @Override
        public void close() {}
    }

    /** Keeps turns of handlers until the test takes them. */
    private static final class Turns implements Dispatcher {
        private final Queue<Runnable> waiting = new ConcurrentLinkedQueue<>();

        @Override
        public void execute(Runnable task) {
            waiting.add(task);
        }

        @Override
        public boolean close(Duration patience) {
            return true;
        }
    }

    private static final class Life implements SessionLife {
        @Override
        public void opened(Member session) {}

        @Override
        public void closing(Member session) {
            session.leaveAll();
        }

        @Override
        public void ended(@Nullable Member session, InetSocketAddress peer, CloseReason reason) {}

        @Override
        public void gone(@Nullable Member session) {}
    }

    private final Kernel kernel = new Kernel();
    private final Turns turns = new Turns();
    private final Mailbox mailbox;
    private final EventLoop loop;

    Stage(IntFunction<Mailbox> mailboxes) {
        mailbox = mailboxes.apply(MAILBOX);
        Budget budget = new Budget(LIMITS.memoryBudgetBytes(), 1, () -> {});
        loop = new EventLoop(0, kernel, mailbox, () -> 0, turns, LOG, new Counters(), budget);
    }

    EventLoop loop() {
        return loop;
    }

    Mailbox mailbox() {
        return mailbox;
    }

    // ---- sessions

    /** One that is open, and whose handler has been told so. */
    Guest open(MessageHandler handler) {
        Counters counters = new Counters();
        Life life = new Life();
        Callbacks callbacks = new Callbacks(new Handlers(handler, List.of()), counters, LOG, life);
        Taking connection = new Taking();
        Station station = new Station(
                null,
                loop,
                LIMITS,
                BOUNDS,
                new Addresses(LIMITS, loop),
                List.of(LINE),
                callbacks,
                turns,
                IDS,
                c -> c,
                counters,
                LOG,
                life);
        Peer peer = new Peer(station, connection);
        try {
            peer.start();
        } catch (IOException e) {
            throw new AssertionError(e);
        }
        settle();
        return new Guest(this, peer, connection, counters);
    }

    Guest open() {
        return open((session, message) -> {});
    }

    /** A session with both its ends. */
    record Guest(Stage stage, Peer peer, Taking connection, Counters counters) {
        Session session() {
            return peer.session();
        }

        long discarded() {
            return counters.discardedOut.sum();
        }
    }

    // ---- time

    /** One turn of the loop, which finds nothing to wait for. */
    void turn() {
        try {
            loop.runOnce();
        } catch (IOException e) {
            throw new AssertionError(e);
        }
    }

    /** One turn in which it may fall asleep; answers whether it has. */
    boolean fallsAsleep() {
        kernel.sleeps = true;
        try {
            turn();
            return false;
        } catch (Asleep e) {
            return true;
        } finally {
            kernel.sleeps = false;
        }
    }

    boolean isWoken() {
        return kernel.woken;
    }

    /** The next turn of a handler, on the caller's thread. */
    void callBack() {
        Objects.requireNonNull(turns.waiting.poll(), "no turn of a handler is ordered")
                .run();
    }

    /** Until nothing is left to do. */
    void settle() {
        do {
            turn();
            Runnable next = turns.waiting.poll();
            if (next != null) {
                next.run();
            }
        } while (loop.hasWork() || !turns.waiting.isEmpty());
    }

    /** At rest and forgotten by its sessions, it may serve another state. */
    void leave(Guest... guests) {
        for (Guest guest : guests) {
            guest.peer().abandon();
        }
        settle();
        kernel.woken = false;
    }

    /** Those that nobody uses. */
    static final class Pool {
        private final IntFunction<Mailbox> mailboxes;
        private final Queue<Stage> free = new ConcurrentLinkedQueue<>();

        Pool(IntFunction<Mailbox> mailboxes) {
            this.mailboxes = mailboxes;
        }

        Stage take() {
            Stage stage = free.poll();
            return stage == null ? new Stage(mailboxes) : stage;
        }

        void giveBack(Stage stage, Guest... guests) {
            stage.leave(guests);
            free.add(stage);
        }
    }

    /** A handler that notes the ends it is told of. */
    static final class Ends implements MessageHandler {
        private final StringBuilder told = new StringBuilder();

        @Override
        public void onMessage(ClientSession session, Message message) {}

        @Override
        public void onClose(ClientSession session, CloseReason reason) {
            told.append(reason.text());
        }

        String told() {
            return told.toString();
        }
    }
}
