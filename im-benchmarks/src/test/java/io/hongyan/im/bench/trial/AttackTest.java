package io.hongyan.im.bench.trial;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNotNull;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.hongyan.im.test.evidence.Await;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.util.List;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** The attacks in miniature, and what is made of them. */
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
final class AttackTest {
    private static final double SCALE = 0.005;
    private static final long MILLIS = 100;

    private TrialProcess server;

    @BeforeAll
    void start() throws Exception {
        server = TrialProcess.start("nio", ServerSetup.small("--deflate", "--handshake-millis", "200"));
    }

    @AfterAll
    void end() throws Exception {
        server.close();
    }

    static List<Attack> attacks() {
        return AttackRun.all();
    }

    @ParameterizedTest
    @MethodSource("attacks")
    void shouldReachTheServerAndEnd(Attack attack) throws Exception {
        long before = accepted();
        try (Stage stage = new Stage(server.ports(), SCALE, MILLIS)) {
            String did = attack.run(stage);

            if (did.isEmpty()) {
                assertEquals(before, accepted());
            } else {
                Await.until("an attacker that is accepted", () -> accepted() > before);
            }
        }
    }

    private long accepted() {
        try {
            return server.vitals().get(Vital.ACCEPTED);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    @Test
    void shouldTimeTheEchoesAndSeeTheServerRecover() throws Exception {
        AttackResult result = new AttackTrial(new StalledRoomAttack(), "nio", SCALE, MILLIS).run();

        assertTrue(result.echo().getTotalCount() > 0, "nothing was timed");
        assertTrue(result.heapPeak() > 0, "no heap");
        assertFalse(String.valueOf(result.failure()).contains("not recovered"), result::row);
    }

    @Test
    void shouldFailWhenTheServerDies() throws Exception {
        AttackResult result = new AttackTrial(new Murder(), "nio", SCALE, MILLIS).run();

        assertNotNull(result.failure());
        assertTrue(result.row().contains("FAIL: the server died with exit code"), result::row);
    }

    @Test
    void shouldSayTheSameWhenItHasGoneThroughALine() throws Exception {
        Vitals vitals = server.vitals();

        assertEquals(vitals.line(), Vitals.parse(vitals.line()).line());
        assertEquals("served", vitals.since(vitals));
    }

    private static final class Murder implements Attack {
        @Override
        public String name() {
            return "murder";
        }

        @Override
        public String description() {
            return "the end of the process";
        }

        @Override
        public ServerSetup server() {
            return ServerSetup.small().withFlags(List.of("-Dmarked=for.murder"));
        }

        @Override
        public String run(Stage stage) {
            ProcessHandle.current()
                    .children()
                    .filter(child -> child.info().commandLine().orElse("").contains("-Dmarked=for.murder"))
                    .forEach(ProcessHandle::destroyForcibly);
            return "killed";
        }
    }
}
