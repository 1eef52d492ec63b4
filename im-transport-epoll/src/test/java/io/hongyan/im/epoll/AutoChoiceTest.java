package io.hongyan.im.epoll;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

import io.hongyan.im.ImServer;
import io.hongyan.im.TransportInfo;
import java.util.List;
import org.junit.jupiter.api.Test;

/** Which transport serves where epoll, NIO and the test kit's virtual one are all on the class path. */
final class AutoChoiceTest {
    private static ImServer.Builder server() {
        return ImServer.builder()
                .host("127.0.0.1")
                .port(0)
                .discoverPlugins(false)
                .handler((session, message) -> session.send(message));
    }

    @Test
    void shouldTakeEpollAndSayWhatWasPassedOver() throws Exception {
        try (ImServer server = server().start()) {
            assertEquals(
                    new TransportInfo(
                            "epoll",
                            "the best that can serve here",
                            List.of(
                                    "nio has a lower priority",
                                    "virtual is taken by name only",
                                    "epoll-layered is taken by name only")),
                    server.transport());
        }
    }

    @Test
    void shouldNameAllThatCanBeAskedForWhenTheNameIsUnknown() {
        ImServer.Builder builder = server().transport("kqueue");

        IllegalStateException failure = assertThrows(IllegalStateException.class, builder::start);

        assertEquals(
                "no transport is named \"kqueue\"; found [epoll, nio, virtual, epoll-layered]", failure.getMessage());
    }
}
