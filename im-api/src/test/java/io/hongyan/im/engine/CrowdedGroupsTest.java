package io.hongyan.im.engine;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.hongyan.im.ClientSession;
import io.hongyan.im.Fanout;
import io.hongyan.im.Group;
import io.hongyan.im.Limits;
import io.hongyan.im.Message;
import io.hongyan.im.MessageHandler;
import io.hongyan.im.Overflow;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLong;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Threads that really run at once join, leave, publish, send and close, against loops that turn meanwhile (O2, O3, O6). */
class CrowdedGroupsTest {
    private static final int LOOPS = 2;
    private static final int SESSIONS = 8;
    private static final int STAYING = 6;
    private static final int HOSTS = 4;
    private static final int STEPS = 20_000;
    private static final List<String> NAMES = List.of("a", "b", "c");

    private final MessageHandler handler = (session, message) -> {};
    private final ConcurrentLinkedQueue<Fanout> fanouts = new ConcurrentLinkedQueue<>();
    private final AtomicLong hostsLeft = new AtomicLong(HOSTS);

    private static CompletableFuture<Void> onAThread(Runnable action) {
        return CompletableFuture.runAsync(action, task -> {
            Thread thread = new Thread(task, "of a test");
            thread.setDaemon(true);
            thread.start();
        });
    }

    private void publish(Group group, String text, ClientSession except) {
        fanouts.add(
                except == null
                        ? group.send(Message.text(text))
                        : group.send(Message.text(text + "!" + except.id()), except));
    }

    private void runHost(int number, ScriptedServer server, List<ClientSession> sessions) {
        Random random = new Random(number);
        try {
            for (int step = 0; step < STEPS; step++) {
                ClientSession session = sessions.get(random.nextInt(SESSIONS));
                Group group = server.server().group(NAMES.get(random.nextInt(NAMES.size())));
                String text = "t" + number + ":" + step + ":";
                switch (random.nextInt(8)) {
                    case 0, 1 -> group.join(session);
                    case 2 -> group.leave(session);
                    case 3 -> session.send(text + "direct");
                    case 4 -> publish(group, text + group.name(), session);
                    case 5 -> publish(server.server().all(), text + "all", null);
                    default -> publish(group, text + group.name(), null);
                }
                if (step == STEPS / 2 && number == 0) {
                    sessions.subList(STAYING, SESSIONS).forEach(ClientSession::close);
                }
            }
        } finally {
            hostsLeft.decrementAndGet();
        }
    }

    @ParameterizedTest
    @ValueSource(ints = {64, 1 << 16})
    void shouldKeepOrderAndCountWhenManyThreadsUseGroupsAtOnce(int mailboxCapacity) throws Exception {
        ScriptedServer server = ScriptedServer.Setup.onLoop()
                .loops(LOOPS)
                .mailboxCapacity(mailboxCapacity)
                .limits(Limits.defaults().withOutbound(1 << 22, 100_000, Overflow.DROP))
                .start(handler);
        List<ClientSession> sessions = new ArrayList<>();
        for (int i = 0; i < SESSIONS; i++) {
            sessions.add(server.session(server.connect()));
        }

        List<CompletableFuture<Void>> threads = new ArrayList<>();
        for (int i = 0; i < HOSTS; i++) {
            int number = i;
            threads.add(onAThread(() -> runHost(number, server, sessions)));
        }
        for (int i = 0; i < LOOPS; i++) {
            int loop = i;
            threads.add(onAThread(() -> {
                while (hostsLeft.get() > 0) {
                    server.turn(loop);
                }
            }));
        }
        for (CompletableFuture<Void> thread : threads) {
            thread.get(50, TimeUnit.SECONDS);
        }
        server.settle();

        requireCounted(server);
        requireOrder(server, sessions);
        server.server().sessions().forEach(s -> assertEquals(0, s.pendingBytes(), "never released"));
        server.endAll();
        for (String name : NAMES) {
            assertEquals(0, server.server().group(name).size());
        }
    }

    private void requireCounted(ScriptedServer server) {
        long accepted = 0;
        for (Fanout fanout : fanouts) {
            assertTrue(fanout.counts().toCompletableFuture().isDone(), "counts never complete");
            Fanout.Counts counts = fanout.counts().toCompletableFuture().join();
            assertEquals(fanout.members(), counts.accepted() + counts.overflow() + counts.closed() + counts.refused());
            accepted += counts.accepted();
        }
        long received = 0;
        for (ScriptedConnection connection : server.connections()) {
            received += connection
                    .takenText()
                    .lines()
                    .filter(l -> l.startsWith("t") && !l.endsWith(":direct"))
                    .count();
        }
        assertEquals(accepted, received);
    }

    private static void requireOrder(ScriptedServer server, List<ClientSession> sessions) {
        List<Map<String, Integer>> places = new ArrayList<>();
        for (int i = 0; i < SESSIONS; i++) {
            List<String> lines = server.connections().get(i).takenText().lines().toList();
            Map<String, Integer> byHost = new HashMap<>();
            Map<String, Integer> place = new HashMap<>();
            for (String line : lines) {
                if (!line.startsWith("t")) {
                    continue;
                }
                assertFalse(line.endsWith("!" + sessions.get(i).id()), () -> "excepted, and received: " + line);
                String[] parts = line.split(":", 3);
                int step = Integer.parseInt(parts[1]);
                Integer before = byHost.put(parts[0], step);
                assertTrue(before == null || before < step, () -> line + " after " + before);
                place.put(line, place.size());
            }
            places.add(place);
        }
        for (String group : NAMES) {
            for (int i = 1; i < SESSIONS; i++) {
                requireSameOrder(group, places.get(i - 1), places.get(i));
            }
        }
    }

    private static void requireSameOrder(String group, Map<String, Integer> one, Map<String, Integer> other) {
        Set<String> common = new HashSet<>(one.keySet());
        common.retainAll(other.keySet());
        List<String> ordered = common.stream()
                .filter(l -> l.contains(":" + group) && !l.contains(":all"))
                .sorted((x, y) -> one.get(x) - one.get(y))
                .toList();
        for (int i = 1; i < ordered.size(); i++) {
            String before = ordered.get(i - 1);
            String after = ordered.get(i);
            assertTrue(other.get(before) < other.get(after), () -> before + " and " + after);
        }
    }
}
