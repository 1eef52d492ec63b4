package io.hongyan.im.epoll;

import static org.junit.jupiter.api.Assertions.assertEquals;

import io.hongyan.im.Dispatch;
import java.util.List;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/**
 * Whatever clients do, whoever serves them: each reads the same, and the handler is told the same. NIO, whose kernel calls are the
 * JDK's, is what the others are compared with.
 */
final class DifferentialTest {
    private static final int SEEDS = 60;

    @ParameterizedTest
    @EnumSource(Dispatch.class)
    @Tag("J6")
    void shouldServeEveryScriptTheSameWay(Dispatch dispatch) {
        for (int seed = 1; seed <= SEEDS; seed++) {
            Script script = Script.of(seed);
            String where = "seed " + seed + ", " + script;
            Play.Seen byNio = play(script, "nio", dispatch, where);
            for (String transport : List.of("epoll", "virtual")) {
                assertEquals(
                        byNio,
                        play(script, transport, dispatch, where),
                        () -> transport + " differs from nio, " + where);
            }
        }
    }

    private static Play.Seen play(Script script, String transport, Dispatch dispatch, String where) {
        try {
            return Play.of(script, transport, dispatch);
        } catch (Exception | AssertionError e) {
            throw new AssertionError("on " + transport + ", " + where, e);
        }
    }
}
