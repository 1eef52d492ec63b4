package io.hongyan.im.engine;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.hongyan.im.Limits;
import io.hongyan.im.protocol.LineProtocol;
import io.hongyan.im.spi.Encoder;
import io.hongyan.im.spi.Wire;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

class BacklogTest {
    private final Backlog backlog = new Backlog(Bounds.of(Limits.defaults()));
    private final Encoder line = new LineProtocol().encoder();

    @Test
    @Tag("B2")
    @Tag("O3")
    void shouldTellNothingThatWasRefusedBehindAPlaceYetToCome() {
        backlog.refuse(5);
        // One more, behind something that was accepted at 6, while the loop was about to tell of the first.
        backlog.refuse(7);

        assertNull(backlog.tellGap(line, 5));
        assertTrue(backlog.hasGap());

        Wire marker = backlog.tellGap(line, 7);

        assertEquals("!missed 2\n", marker.text(0, marker.length()));
        assertFalse(backlog.hasGap());
    }

    @Test
    void shouldJudgePlacesAcrossOverflow() {
        backlog.refuse(Long.MIN_VALUE);

        assertNull(backlog.tellGap(line, Long.MAX_VALUE));
        assertEquals(10, backlog.tellGap(line, Long.MIN_VALUE).length());
    }
}
