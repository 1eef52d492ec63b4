package io.hongyan.im.test.virtual;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.hongyan.im.CloseReason.Code;
import io.hongyan.im.ImServer;
import io.hongyan.im.Limits;
import io.hongyan.im.MessageHandler;
import java.time.Duration;
import java.util.HashSet;
import java.util.Locale;
import java.util.Set;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

class VirtualServerTest {
    @RegisterExtension
    final VirtualServer im =
            VirtualServer.of((session, message) -> session.send(message.text().toUpperCase(Locale.ROOT)));

    @Test
    void shouldAnswer() {
        VirtualClient ann = im.connect();

        ann.send("hello").expectMessage("HELLO").expectNothing();
    }

    @Test
    void shouldCloseWhenTheClientEnds() {
        VirtualClient ann = im.connect();
        ann.session();

        ann.endOutput().expectClosed(Code.PEER_CLOSED);
    }

    @Test
    void shouldPassTime() {
        VirtualClient ann = im.connect();
        ann.send("hello").expectMessage("HELLO");

        im.advance(Duration.ofHours(24));

        ann.send("again").expectMessage("AGAIN");
    }

    @Test
    void shouldCloseWhoSaysNothing() {
        Limits limits = Limits.defaults();
        VirtualServer patient = VirtualServer.of(ImServer.builder()
                .protocols("line")
                .discoverPlugins(false)
                .limits(limits.withOpening(limits.silenceTimeout(), limits.handshakeTimeout(), Duration.ofMinutes(1)))
                .handler((session, message) -> {}));
        try (patient) {
            VirtualClient ann = patient.connect();

            patient.advance(Duration.ofMinutes(2));

            ann.expectClosed(Code.TIMEOUT);
        }
    }

    @Test
    @Tag("X1")
    void shouldTurnAwayWhoComesWhenDescriptorsAreShortAndServeWhoComesLater() {
        VirtualClient ann = im.connect();
        im.faults(Faults.none().with(Fault.FAILED_ACCEPT, 1000));

        VirtualClient bob = im.connect();
        assertTrue(bob.hasEnded());
        ann.send("hello").expectMessage("HELLO");
        assertEquals(1, im.server().stats().refused());
        im.faults(Faults.none());
        VirtualClient cid = im.connect();
        im.advance(Duration.ofSeconds(1));

        cid.send("hello").expectMessage("HELLO");
    }

    @Test
    void shouldFailWhenAnAssertionFailsInACallback() {
        MessageHandler wrong = (session, message) -> assertEquals("x", message.text());
        VirtualServer server = VirtualServer.of(wrong);
        VirtualClient ann = server.connect();

        AssertionError missing =
                assertThrows(AssertionError.class, () -> ann.send("y").expectMessage("z"));
        AssertionError closing = assertThrows(AssertionError.class, server::close);

        assertTrue(missing.getMessage().contains("has a handler that threw in onMessage"), missing.getMessage());
        assertTrue(String.valueOf(missing.getCause()).contains("expected: <x>"), String.valueOf(missing.getCause()));
        assertTrue(closing.getMessage().contains("an assertion failed in a callback"), closing.getMessage());
    }

    @Test
    void shouldLeaveTheOrderOpenAlsoAroundAnInnerTogether() {
        Set<String> firsts = new HashSet<>();
        for (long seed = 1; seed <= 50; seed++) {
            try (VirtualServer server = VirtualServer.of(
                            (session, message) -> session.server().all().send(message))
                    .seed(seed)) {
                VirtualClient ann = server.connect();
                VirtualClient bob = server.connect();
                server.together(() -> {
                    ann.send("ann");
                    server.together(() -> {});
                    bob.send("bob");
                });
                firsts.add(ann.nextMessage().text());
            }
        }

        assertEquals(Set.of("ann", "bob"), firsts);
    }

    @Test
    void shouldSayWhatIsWrongWithItsUse() {
        VirtualClient ann = im.connect();
        im.together(() -> {
            assertThrows(IllegalStateException.class, ann::expectNothing);
            assertThrows(IllegalStateException.class, () -> im.advance(Duration.ofSeconds(1)));
        });
        assertThrows(IllegalArgumentException.class, () -> im.advance(Duration.ofSeconds(-1)));
        assertThrows(IllegalStateException.class, () -> im.seed(2));

        im.close();
        im.close();

        assertThrows(IllegalStateException.class, im::connect);
    }

    @Test
    void shouldLetAnotherThreadCloseTheServer() throws Exception {
        VirtualClient ann = im.connect();
        Thread stranger = new Thread(im.server()::close);
        stranger.start();
        while (stranger.isAlive()) {
            im.settle();
            stranger.join(1);
        }

        ann.expectClosed(Code.GOING_AWAY);
    }
}
