package io.hongyan.im.test.virtual;

import io.hongyan.im.CloseReason.Code;
import java.time.Duration;
import java.util.Locale;
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
}
