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
    /**
     * What a run is like.
     *
     * @param frames in place of lines
     * @param strict one host thread is the only one that orders anything, and nothing breaks: then the place of every message and gap is known
     * @param tight little output may wait
     * @param large some output is more than a loop writes at once
     * @param lonely one client says much, and there is nobody else
     * @param brief somebody may tell the server to close
     * @param wary there is a door, and who is silent is asked
     */
    record Kind(
            boolean frames, boolean strict, boolean tight, boolean large, boolean lonely, boolean brief, boolean wary) {
        static Kind of(SplittableRandom random) {
            boolean large = random.nextInt(16) == 0;
            boolean frames = large || random.nextInt(3) == 0;
            boolean lonely = !large && random.nextInt(5) == 0;
            boolean strict = !lonely && random.nextInt(4) == 0;
            boolean tight = !large && random.nextInt(3) > 0;
            boolean wary = !frames && !strict && random.nextInt(2) == 0;
            return new Kind(frames, strict, tight, large, lonely, random.nextInt(4) == 0, wary);
        }

        /** @param ponging called when the client answers by itself */
        ClientCodec newCodec(Runnable ponging) {
            if (wary) {
                return WaryProtocol.newCodec(ponging);
            }
            return frames ? ClientCodec.frame() : ClientCodec.line();
        }
    }

    private static final int MAX_MESSAGE_BYTES = 80;
    private static final int MOST_PAUSES = 25;
    private static final int[] MOST_OVERTAKING = {1, 20, 60, 200};
    private static final int LONELY_OVERTAKING = 60;
    private static final int LARGE_SOCKET = 1 << 20;
    private static final List<String> GROUPS = List.of("red", "blue");

    private final long seed;
    private final SplittableRandom random;
    private final Kind kind;
    private final Book book;
    private final Laws laws;
    private final Rest rest;
    private final Porter porter;
    private final RecordingHandler handler;
    private final VirtualServer im;
    private final Simulation simulation;
    private final ImServer server;
    private final List<Person> people = new ArrayList<>();
    private final List<Host> hosts = new ArrayList<>();

    Scenario(long seed) {
        this.seed = seed;
        random = new SplittableRandom(~seed);
        kind = Kind.of(random);
        book = new Book(limits(), kind.frames());
        Faults faults = faults();
        boolean jumps = faults.rate(Fault.CLOCK_JUMP) > 0;
        Obeying obeying = new Obeying(book);
        handler = new RecordingHandler(obeying);
        porter = new Porter(book, random.split());
        ImServer.Builder builder = ImServer.builder();
        if (kind.wary()) {
            builder.protocol(new WaryProtocol(porter));
        }
        im = VirtualServer.of(builder.protocols(kind.wary() ? "wary" : kind.frames() ? "frame" : "line")
                        .discoverPlugins(false)
                        .dispatch(
                                !kind.lonely() && random.nextInt(3) == 0 ? Dispatch.ON_LOOP : Dispatch.VIRTUAL_THREADS)
                        .limits(book.limits)
                        .handler(handler))
                .loops(1 + random.nextInt(3))
                .seed(seed)
                .faults(faults);
        simulation = im.simulation();
        int most = kind.lonely() ? LONELY_OVERTAKING : MOST_OVERTAKING[random.nextInt(MOST_OVERTAKING.length)];
        simulation.overtaking(random.nextInt(most));
        simulation.idling(random.nextInt(3) * 400);
        laws = new Laws(book, jumps, simulation::hasWaited);
        boolean atTheDoor = kind.wary() && faults.rate(Fault.FAILED_ACCEPT) == 0;
        rest = new Rest(book, atTheDoor, () -> !jumps && !simulation.hasWaited());
        book.goBy(simulation::nanoTime, simulation::jumps);
        simulation.add(porter);
        obeying.in(simulation);
        server = im.server();
    }

    private Faults faults() {
        Faults some = Faults.swarm(seed);
        if (kind.strict()) {
            some = some.with(Fault.RESET, 0).with(Fault.CLOCK_JUMP, 0);
        }
        return kind.large() ? new Faults(some.perMille(), LARGE_SOCKET) : some;
    }

    private Limits limits() {
        Limits some = Limits.defaults()
                .withMaxMessageBytes(MAX_MESSAGE_BYTES)
                .withInboundLimitMessages(1 + random.nextInt(4))
                .withTimeouts(Duration.ofSeconds(kind.strict() ? 3000 : 5), Duration.ofSeconds(2))
                .withMaxSessions(kind.strict() || random.nextInt(4) > 0 ? 100 : 2);
        if (kind.tight()) {
            Overflow policy = kind.strict() || random.nextBoolean() ? Overflow.DROP : Overflow.CLOSE;
            some = some.withOutbound(1024, 2 + random.nextInt(20), policy);
        }
        if (!kind.strict() && random.nextInt(4) == 0) {
            some = some.withOpening(some.silenceTimeout(), some.handshakeTimeout(), Duration.ofSeconds(4));
        }
        some = some.withHeartbeat(Duration.ofSeconds(8), Duration.ofSeconds(3));
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
        for (int i = kind.lonely() ? 0 : random.nextInt(5); i >= 0; i--) {
            people.add(new Person(im, book, random.split(), kind));
        }
        for (int i = kind.strict() ? 1 : kind.lonely() ? 0 : random.nextInt(3); i > 0; i--) {
            hosts.add(new Host("host" + i, server, book, random.split(), kind));
        }
        people.forEach(simulation::add);
        hosts.forEach(simulation::add);
        while (people.stream().anyMatch(Sleeper::isBusy) || hosts.stream().anyMatch(Sleeper::isBusy)) {
            if (!simulation.step()) {
                rest.check();
                if (!simulation.passTime()) {
                    break;
                }
            }
            book.checkBound(server.sessions());
            laws.checkInbound(server.stats(), simulation.isHandling());
            book.verify();
        }
    }

    /** J4: the faults have stopped, and everybody reads; then all queues are empty soon. */
    private void comeToRest() {
        simulation.faults(Faults.none());
        simulation.overtaking(0);
        simulation.idling(0);
        // Before anybody stirs the loops again: a lost wake-up must not be mended by that.
        simulation.settle();
        rest.check();
        laws.checkFanouts();
        if (kind.wary()) {
            // Who neither reads nor speaks any more answers no ping.
            passSeconds(() -> {});
        }
        // Some of what is still unread tells to pause again.
        passSeconds(() -> {
            people.forEach(Person::readAgain);
            server.sessions().forEach(session -> book.pause(session, false));
        });
        simulation.advance(Duration.ofSeconds(30));
        for (ClientSession session : server.sessions()) {
            Book.require(session.pendingBytes() == 0, session.pendingBytes() + " bytes are left over");
        }
        laws.checkGone();
        book.pages.values().forEach(page -> page.client.ifPresent(c -> laws.checkReceived(page, c, kind.strict())));
        laws.checkGroups(server, GROUPS);
        laws.checkGroupOrder();
        laws.checkGaps(server.stats());
    }

    private void passSeconds(Runnable before) {
        for (int i = 0; i < MOST_PAUSES; i++) {
            before.run();
            simulation.advance(Duration.ofSeconds(1));
            rest.check();
        }
    }

    private void end() {
        book.closeServer(server);
        simulation.settle();
        book.verify();
        handler.verifyAllClosed();
        Book.require(server.stats().openSessions() == 0, "sessions are open behind close()");
        Book.require(server.sessions().isEmpty(), "sessions are listed behind close()");
        Book.require(server.stats().heldBytes() == 0, "memory is accounted for behind close()");
        long failed = server.stats().errors() - book.thrown();
        Book.require(
                failed >= 0 && failed <= book.turnedAway(),
                server.stats().errors() + " errors, the handler threw " + book.thrown());
        Book.require(simulation.broken().isEmpty(), "broken: " + simulation.broken());
        laws.checkEnds();
        rest.checkEnds();
    }
}
