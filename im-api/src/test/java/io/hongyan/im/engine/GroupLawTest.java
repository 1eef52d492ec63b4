package io.hongyan.im.engine;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.hongyan.im.ClientSession;
import io.hongyan.im.Fanout;
import io.hongyan.im.Group;
import io.hongyan.im.Limits;
import io.hongyan.im.Message;
import io.hongyan.im.Overflow;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import net.jqwik.api.Arbitraries;
import net.jqwik.api.Arbitrary;
import net.jqwik.api.Combinators;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.Provide;
import net.jqwik.api.Tuple;

/**
 * Groups over three loops that are run by hand, with queues so short that they fill up. One thread does it all, so that its order
 * is everybody's order: each member gets just the messages of its time, in one order, or a marker where some are missing (O3, O6, B2).
 */
class GroupLawTest {
    private static final int LOOPS = 3;
    private static final int SESSIONS = 7;
    private static final List<String> GROUPS = List.of("a", "b");

    private enum Act {
        JOIN,
        LEAVE,
        PUBLISH,
        PUBLISH_TO_OTHERS,
        SEND,
        CLOSE,
        TURN,
        PEER_STALLS,
        PEER_READS
    }

    private record Step(Act act, int session, int group) {}

    /** What must be true by the order of the steps alone. */
    private static final class Model {
        final ScriptedServer server;
        final List<ClientSession> sessions = new ArrayList<>();
        final Map<ClientSession, Expectation> expected = new HashMap<>();
        final Map<String, Set<ClientSession>> members = new LinkedHashMap<>();
        final Set<ClientSession> closed = new HashSet<>();
        final Map<String, Fanout> fanouts = new LinkedHashMap<>();
        int texts;

        Model(ScriptedServer server) {
            this.server = server;
            GROUPS.forEach(group -> members.put(group, new HashSet<>()));
            for (int i = 0; i < SESSIONS; i++) {
                ClientSession session = server.session(server.connect());
                sessions.add(session);
                expected.put(session, new Expectation());
            }
        }

        void take(Step step) {
            ClientSession session = sessions.get(step.session());
            String name = GROUPS.get(step.group());
            Group group = server.server().group(name);
            switch (step.act()) {
                case JOIN ->
                    assertEquals(!closed.contains(session) && members.get(name).add(session), group.join(session));
                case LEAVE -> {
                    boolean left = group.leave(session);
                    assertTrue(left == members.get(name).remove(session) || closed.contains(session));
                }
                case PUBLISH -> publish(name, group, null);
                case PUBLISH_TO_OTHERS -> publish(name, group, session);
                case SEND -> send(session);
                case CLOSE -> {
                    session.close();
                    closed.add(session);
                    members.values().forEach(all -> all.remove(session));
                }
                default -> throw new AssertionError(step);
            }
            requireSameMembers(name, group);
        }

        private void publish(String name, Group group, ClientSession except) {
            String text = name + texts++;
            Message message = Message.text(text);
            group.members().stream()
                    .filter(member -> member != except && closed.contains(member))
                    .forEach(closing -> expected.get(closing).isMissed(text));
            Fanout fanout = except == null ? group.send(message) : group.send(message, except);
            fanouts.put(text, fanout);
            members.get(name).stream()
                    .filter(member -> member != except)
                    .forEach(member -> expected.get(member).arrivesOrIsMissed(text));
        }

        private void send(ClientSession session) {
            String text = "to " + texts++;
            switch (session.send(text)) {
                case ACCEPTED -> expected.get(session).arrives(text);
                case OVERFLOW -> expected.get(session).isMissed(text);
                case CLOSED -> assertTrue(closed.contains(session));
            }
        }

        /** Those that are closing leave when their loop comes to it. */
        private void requireSameMembers(String name, Group group) {
            Set<ClientSession> actual = new HashSet<>(group.members());
            assertEquals(actual.size(), group.size());
            actual.removeAll(closed);
            assertEquals(members.get(name), actual);
            for (ClientSession session : sessions) {
                boolean isMember = members.get(name).contains(session);
                assertTrue(closed.contains(session) || group.contains(session) == isMember);
                assertTrue(closed.contains(session) || session.groups().contains(name) == isMember);
            }
        }

        void requireAllDelivered(boolean inPlace) {
            for (int i = 0; i < SESSIONS; i++) {
                String output = server.connections().get(i).takenText();
                ClientSession session = sessions.get(i);
                if (closed.contains(session)) {
                    expected.get(session).requireAcceptedMetBy(output);
                } else if (inPlace) {
                    expected.get(session).requireMetInPlaceBy(output);
                } else {
                    expected.get(session).requireMetBy(output);
                }
            }
            fanouts.forEach(this::requireCounted);
            members.forEach(
                    (name, all) -> assertEquals(all, server.server().group(name).members()));
        }

        private void requireCounted(String text, Fanout fanout) {
            assertTrue(fanout.counts().toCompletableFuture().isDone(), "counts of " + text + " never complete");
            Fanout.Counts counts = fanout.counts().toCompletableFuture().join();
            assertEquals(
                    fanout.members(),
                    counts.accepted() + counts.overflow() + counts.closed() + counts.refused(),
                    () -> text + ": " + counts);
            long arrived = server.connections().stream()
                    .filter(c -> c.takenText().lines().anyMatch(text::equals))
                    .count();
            assertEquals(counts.accepted(), arrived, () -> text + ": " + counts);
        }
    }

    /**
     * A direct send has its place in the account when it is called, a group's message when its loop comes to it: where there are both, a
     * marker may come behind a direct message that was sent after the gap.
     */
    @Property(tries = 1500)
    void everyMemberSeesTheSameOrder(
            @ForAll("steps") List<Step> steps,
            @ForAll("capacities") int mailboxCapacity,
            @ForAll("outbound") int outboundMessages,
            @ForAll boolean mixed,
            @ForAll boolean fromALoop) {
        Limits limits = Limits.defaults().withOutbound(1 << 20, outboundMessages, Overflow.DROP);
        Recording handler = new Recording();
        ScriptedServer server = ScriptedServer.Setup.onLoop()
                .loops(LOOPS)
                .limits(limits)
                .mailboxCapacity(mailboxCapacity)
                .start(handler);
        Model model = new Model(server);
        List<Throwable> thrown = new ArrayList<>();

        for (Step step : steps) {
            if (step.act() == Act.SEND && !mixed) {
                continue;
            }
            switch (step.act()) {
                case TURN -> server.turn(step.session() % LOOPS);
                case PEER_STALLS -> server.connections().get(step.session()).takes(step.group() * 7L);
                case PEER_READS -> server.connections().get(step.session()).takes(Long.MAX_VALUE);
                default -> take(step, model, fromALoop, thrown);
            }
        }
        server.settle();
        server.connections().forEach(c -> c.takes(Long.MAX_VALUE));
        server.settle();

        thrown.forEach(t -> {
            throw new AssertionError(t);
        });
        model.requireAllDelivered(!mixed);
        server.endAll();
        assertEquals(List.of(), handler.violationsAtTheEnd());
        GROUPS.forEach(name -> assertEquals(0, server.server().group(name).size()));
    }

    /** From outside, or as one of the first loop's own tasks, in its next turn. */
    private static void take(Step step, Model model, boolean fromALoop, List<Throwable> thrown) {
        if (fromALoop) {
            model.server.loop(0).execute(() -> {
                try {
                    model.take(step);
                } catch (Throwable t) {
                    thrown.add(t);
                }
            });
        } else {
            model.take(step);
        }
    }

    @Provide
    Arbitrary<List<Step>> steps() {
        Arbitrary<Act> acts = Arbitraries.frequency(
                Tuple.of(6, Act.JOIN),
                Tuple.of(3, Act.LEAVE),
                Tuple.of(8, Act.PUBLISH),
                Tuple.of(2, Act.PUBLISH_TO_OTHERS),
                Tuple.of(4, Act.SEND),
                Tuple.of(1, Act.CLOSE),
                Tuple.of(8, Act.TURN),
                Tuple.of(1, Act.PEER_STALLS),
                Tuple.of(2, Act.PEER_READS));
        return Combinators.combine(
                        acts,
                        Arbitraries.integers().between(0, SESSIONS - 1),
                        Arbitraries.integers().between(0, GROUPS.size() - 1))
                .as(Step::new)
                .list()
                .ofMaxSize(80);
    }

    @Provide
    Arbitrary<Integer> capacities() {
        return Arbitraries.of(1, 2, 4, 1024);
    }

    @Provide
    Arbitrary<Integer> outbound() {
        return Arbitraries.of(3, 10_000);
    }
}
