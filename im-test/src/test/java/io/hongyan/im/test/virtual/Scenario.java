package io.hongyan.im.test.virtual;

import io.hongyan.im.ClientSession;
import io.hongyan.im.Dispatch;
import io.hongyan.im.ImServer;
import io.hongyan.im.Limits;
import io.hongyan.im.Overflow;
import io.hongyan.im.test.evidence.RecordingHandler;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.SplittableRandom;

/**
 * One run of the engine from one seed: clients, host threads and a handler do what they may in any order under any faults, and the {@link
 * Book} is kept. Then the faults stop and all must come to rest; then the server closes and nothing may be left.
 */
final class Scenario {
    private static final int MAX_MESSAGE_BYTES = 80;
    private static final int MOST_PAUSES = 25;

    private final long seed;
    private final SplittableRandom random;

    /** One host thread is the only one that orders anything, and nothing breaks: then the place of every message and gap is known. */
    private final boolean strict;

    private final boolean frames;
    private final Limits limits;
    private final Book book;
    private final RecordingHandler handler;
    private final VirtualServer im;
    private final Simulation simulation;
    private final ImServer server;
    private final List<Person> people = new ArrayList<>();

    Scenario(long seed) {
        this.seed = seed;
        random = new SplittableRandom(~seed);
        frames = random.nextInt(3) == 0;
        strict = random.nextInt(4) == 0;
        limits = limits();

        Faults faults = Faults.swarm(seed);
        if (strict) {
            faults = faults.with(Fault.RESET, 0).with(Fault.CLOCK_JUMP, 0);
        }
        book = new Book(limits, faults.rate(Fault.RESET) > 0 || faults.rate(Fault.CLOCK_JUMP) > 0);
        Obeying obeying = new Obeying(book);
        handler = new RecordingHandler(obeying);

        im = VirtualServer.of(ImServer.builder()
                        .protocols(frames ? "frame" : "line")
                        .discoverPlugins(false)
                        .dispatch(random.nextBoolean() ? Dispatch.ON_LOOP : Dispatch.VIRTUAL_THREADS)
                        .limits(limits)
                        .handler(handler))
                .loops(1 + random.nextInt(3))
                .seed(seed)
                .faults(faults);
        simulation = im.simulation();
        obeying.in(simulation);
        server = im.server();
    }

    private Limits limits() {
        Limits some = Limits.defaults()
                .withMaxMessageBytes(MAX_MESSAGE_BYTES)
                .withInboundLimitMessages(1 + random.nextInt(4))
                .withTimeouts(Duration.ofSeconds(strict ? 3000 : 5), Duration.ofSeconds(2))
                .withMaxSessions(strict || random.nextInt(4) > 0 ? 100 : 2);
        if (random.nextInt(3) > 0) {
            Overflow policy = strict || random.nextBoolean() ? Overflow.DROP : Overflow.CLOSE;
            some = some.withOutbound(1024, 2 + random.nextInt(20), policy);
        }
        if (!strict && random.nextInt(4) == 0) {
            some = some.withOpening(some.silenceTimeout(), some.handshakeTimeout(), Duration.ofSeconds(4));
        }
        return random.nextBoolean() ? some.withCommandQueueLength(16) : some;
    }

    List<String> transcript() {
        return im.transcript();
    }

    void run() {
        im.together(() -> {
            try {
                actAll();
                comeToRest();
                end();
            } catch (AssertionError | RuntimeException e) {
                throw new AssertionError(
                        "seed " + seed + ": " + e.getMessage() + "\n"
                                + simulation.transcript().last(100),
                        e);
            }
        });
    }

    private void actAll() {
        int clients = 1 + random.nextInt(5);
        for (int i = 0; i < clients; i++) {
            people.add(new Person(im, book, random.split(), frames, strict));
        }
        List<Host> hosts = new ArrayList<>();
        for (int i = strict ? 1 : random.nextInt(3); i > 0; i--) {
            hosts.add(new Host("host" + i, server, book, random.split(), frames, strict));
        }
        people.forEach(simulation::add);
        hosts.forEach(simulation::add);
        while (people.stream().anyMatch(Person::canAct) || hosts.stream().anyMatch(Host::canAct)) {
            simulation.step();
            book.checkBound(server.sessions());
            book.checkInbound(server.stats());
        }
    }

    /** J4: the faults have stopped, and everybody reads; then all queues are empty soon. */
    private void comeToRest() {
        simulation.faults(Faults.none());
        // Before anybody stirs the loops again: a lost wake-up must not be mended by that.
        simulation.settle();
        book.checkFanouts();
        // Some of what is still unread tells to pause again.
        for (int i = 0; i < MOST_PAUSES; i++) {
            people.forEach(Person::readAgain);
            server.sessions().forEach(ClientSession::resume);
            simulation.advance(Duration.ofSeconds(1));
        }
        simulation.advance(Duration.ofSeconds(30));
        for (ClientSession session : server.sessions()) {
            Book.require(session.pendingBytes() == 0, session.pendingBytes() + " bytes are left over");
        }
        book.checkGone();
        people.forEach(person -> person.client().ifPresent(client -> book.checkReceived(client, strict)));
        book.checkGroupOrder();
        book.checkGaps(server.stats());
    }

    private void end() {
        book.serverCloses();
        server.close();
        simulation.settle();
        handler.verifyAllClosed();
        Book.require(server.stats().openSessions() == 0, "sessions are open behind close()");
        Book.require(server.sessions().isEmpty(), "sessions are listed behind close()");
        Book.require(
                server.stats().errors() == book.thrown(),
                server.stats().errors() + " errors, the handler threw " + book.thrown());
        Book.require(simulation.broken().isEmpty(), "broken: " + simulation.broken());
        book.checkEnds();
    }
}
