package io.hongyan.im.bench;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.hongyan.im.Dispatch;
import java.time.Duration;
import java.util.stream.Stream;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** Every server under test, under every load, in miniature; a generator fails where a line is lost. */
final class ServersTest {
    private static final Duration SHORT = Duration.ofMillis(200);
    private static final int PAYLOAD = 64;

    /** A server by the name of its case. */
    record Case(String name, Start start) {
        @Override
        public String toString() {
            return name;
        }
    }

    interface Start {
        ServerUnderTest with(Workload workload, int loops) throws Exception;
    }

    static Stream<Case> servers() {
        return Stream.of(
                new Case("hongyan-nio, loop", (w, n) -> HongyanServer.start("nio", w, n, Dispatch.ON_LOOP)),
                new Case("hongyan-nio, virtual", (w, n) -> HongyanServer.start("nio", w, n, Dispatch.VIRTUAL_THREADS)),
                new Case("netty-nio", (w, n) -> NettyServer.nio(w, n, false)),
                new Case("netty-nio, batched", (w, n) -> NettyServer.nio(w, n, true)));
    }

    @ParameterizedTest
    @MethodSource("servers")
    void shouldEchoEveryLineToItsSender(Case contestant) throws Exception {
        try (ServerUnderTest server = contestant.start().with(Workload.ECHO, 2);
                Generator generator = new EchoGenerator(10, 3, PAYLOAD)) {
            Measurement measured = generator.run(server.port(), SHORT, SHORT, () -> Usage.NONE);

            assertTrue(measured.messages() > 0, "nothing came back");
            assertTrue(measured.latencyNanos().getTotalCount() > 0, "no latency was taken");
        }
    }

    @ParameterizedTest
    @MethodSource("servers")
    void shouldEchoEveryLineWhenTheLoadIsPaced(Case contestant) throws Exception {
        try (ServerUnderTest server = contestant.start().with(Workload.ECHO, 1);
                Generator generator = new EchoGenerator(10, 3, PAYLOAD).atRate(1000)) {
            Measurement measured = generator.run(server.port(), SHORT, SHORT, () -> Usage.NONE);

            assertTrue(measured.messages() > 0, "nothing came back");
        }
    }

    /** One message each 10 ms: no more are measured than were due since the start, however many come back while it warms up. */
    @ParameterizedTest
    @MethodSource("servers")
    void shouldSendNoMoreLinesThanAreDueWhenTheLoadIsPaced(Case contestant) throws Exception {
        long start = System.nanoTime();
        try (ServerUnderTest server = contestant.start().with(Workload.ROOM, 2);
                Generator generator = new RoomGenerator(20, 3, 5, PAYLOAD).atRate(2000)) {
            Measurement measured = generator.run(server.port(), SHORT, SHORT, () -> Usage.NONE);

            long mostDue = ((System.nanoTime() - start) / 10_000_000 + 1) * generator.size();
            assertTrue(measured.messages() > 0, "nothing came");
            assertTrue(measured.messages() <= mostDue, () -> measured.messages() + " lines, more than " + mostDue);
        }
    }

    @ParameterizedTest
    @MethodSource("servers")
    void shouldSendEveryLineToAllMembers(Case contestant) throws Exception {
        try (ServerUnderTest server = contestant.start().with(Workload.ROOM, 2);
                Generator generator = new RoomGenerator(20, 3, 5, PAYLOAD)) {
            Measurement measured = generator.run(server.port(), SHORT, SHORT, () -> Usage.NONE);

            assertTrue(measured.messages() > 0, "nothing came");
            for (int i = 0; i < generator.size(); i++) {
                assertEquals(generator.client(0).received(), generator.client(i).received(), "member " + i);
            }
        }
    }
}
