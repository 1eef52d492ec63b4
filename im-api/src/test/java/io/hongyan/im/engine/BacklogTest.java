package io.hongyan.im.engine;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.hongyan.im.Overflow;
import io.hongyan.im.protocol.LineProtocol;
import io.hongyan.im.spi.Encoder;
import io.hongyan.im.spi.Wire;
import java.lang.reflect.Proxy;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

/** The account by itself, one thread: where each limit begins and ends to the byte, and what a gap is told of (B1, B2, B7). */
class BacklogTest {
    private static final int BYTES = 1024;
    private static final int MESSAGES = 9;
    private static final long EMPTY = Backlog.charge(0);

    private final Backlog backlog = new Backlog(bounds(BYTES, MESSAGES));
    private final Encoder line = new LineProtocol().encoder();

    private static Bounds bounds(int bytes, int messages) {
        return new Bounds(bytes, messages, Overflow.DROP, 64, 65_536);
    }

    private static Wire wire(int length) {
        return Wire.of(new byte[length]);
    }

    /** A message that is charged just so many bytes, 64 or more. */
    private static long bytes(int count) {
        return Backlog.charge(count);
    }

    // ---- charges and limits

    @Test
    void shouldChargeSixtyFourBytesAtLeast() {
        assertEquals(EMPTY, Backlog.charge(1));
        assertEquals(EMPTY, Backlog.charge(64));
        assertEquals(EMPTY + 1, Backlog.charge(65));
        assertEquals(1, Backlog.messages(Backlog.charge(1 << 30)));
        assertEquals(2, Backlog.messages(EMPTY + EMPTY));
        assertEquals(64, Backlog.controlCharge(0));
        assertEquals(64, Backlog.controlCharge(64));
        assertEquals(65, Backlog.controlCharge(65));
    }

    @Test
    void shouldReserveToTheByteAndReleaseIt() {
        assertTrue(backlog.reserve(bytes(1000)));
        assertFalse(backlog.reserveControl(64));
        assertTrue(backlog.reserveControl(24));
        assertFalse(backlog.reserve(EMPTY));
        assertEquals(BYTES, backlog.bytes());
        assertEquals(1, backlog.messages());

        backlog.release(bytes(1000));

        assertEquals(24, backlog.bytes());
        assertEquals(0, backlog.messages());
        assertTrue(backlog.reserve(bytes(1000)));
    }

    @Test
    void shouldReserveToTheLastMessage() {
        Backlog wide = new Backlog(bounds(1 << 20, 3));
        for (int i = 0; i < 3; i++) {
            assertTrue(wide.reserve(EMPTY));
        }

        assertFalse(wide.reserve(EMPTY));
        assertTrue(wide.reserveControl(64), "what is no message is bounded by its bytes alone");
        assertEquals(3, wide.messages());
        assertEquals(4 * 64, wide.bytes());
    }

    @Test
    void shouldHoldWhatIsAsLongAsItsLimit() {
        assertTrue(backlog.canEverHold(wire(0)));
        assertTrue(backlog.canEverHold(wire(BYTES)));
        assertFalse(backlog.canEverHold(wire(BYTES + 1)));
    }

    @Test
    void shouldFailWhenMoreIsReleasedThanWasReserved() {
        assertTrue(backlog.reserve(EMPTY));

        assertThrows(AssertionError.class, () -> backlog.release(bytes(65)));
    }

    // ---- congestion

    @Test
    void shouldBeCongestedFromHalfOfItsBytesOnAndNoMoreAtAQuarter() {
        assertTrue(backlog.reserve(bytes(511)));
        assertFalse(backlog.isCongested());
        assertFalse(backlog.relieve(), "there is nothing to relieve");

        assertTrue(backlog.reserveControl(1));
        assertTrue(backlog.isCongested());
        backlog.release(bytes(255));
        assertFalse(backlog.relieve(), "257 bytes are more than a quarter");
        assertTrue(backlog.isCongested());
        backlog.release(1);

        assertTrue(backlog.relieve());
        assertFalse(backlog.isCongested());
        assertFalse(backlog.relieve(), "once");
    }

    @Test
    void shouldBeCongestedFromHalfOfItsMessagesOnAndNoMoreAtAQuarter() {
        Backlog wide = new Backlog(bounds(1 << 20, MESSAGES));
        for (int i = 0; i < 4; i++) {
            assertTrue(wide.reserve(EMPTY));
        }
        assertFalse(wide.isCongested());

        assertTrue(wide.reserve(EMPTY));
        assertTrue(wide.isCongested());
        wide.release(EMPTY + EMPTY);
        assertFalse(wide.relieve(), "3 of 9 are more than a quarter");
        wide.release(EMPTY);

        assertTrue(wide.relieve());
    }

    @Test
    void shouldStayCongestedWhileAGapIsOpen() {
        backlog.refuse(1);

        assertTrue(backlog.isCongested());
        assertFalse(backlog.relieve());
        backlog.tellGap(line, 1);
        assertTrue(backlog.relieve());
    }

    // ---- gaps

    @Test
    @Tag("B2")
    @Tag("O3")
    void shouldTellNothingThatWasRefusedBehindAPlaceYetToCome() {
        backlog.refuse(5);
        // One more, behind something that was accepted at 6, while the loop was about to tell of the first.
        backlog.refuse(7);

        assertNull(backlog.tellGap(line, 5));
        assertTrue(backlog.hasGap());
        assertEquals(7, backlog.gapEnd(0));

        Wire marker = backlog.tellGap(line, 7);

        assertEquals("!missed 2\n", marker.text(0, marker.length()));
        assertFalse(backlog.hasGap());
        assertEquals(3, backlog.gapEnd(3));
        assertEquals(64, backlog.bytes(), "the marker is charged, and is no message");
        assertEquals(0, backlog.messages());
    }

    @Test
    @Tag("O3")
    void shouldRefuseWhatLiesBehindTheFirstThatWasRefused() {
        assertTrue(backlog.reserve(EMPTY, 9), "there is no gap");
        backlog.refuse(5);
        backlog.refuse(7);
        backlog.refuse(4);
        backlog.refuse(6);

        assertFalse(backlog.reserve(EMPTY));
        assertFalse(backlog.reserve(EMPTY, 4));
        assertTrue(backlog.reserve(EMPTY, 3));
        assertTrue(backlog.reserveControl(64), "it has no place among messages");
        assertEquals(7, backlog.gapEnd(0));
        assertNull(backlog.tellGap(line, 6));
        assertEquals("!missed 4\n", backlog.tellGap(line, 8).text(0, 10));
    }

    @Test
    void shouldTellAGapOnlyWhenThereIsOneAndMuchHasLeft() {
        assertNull(backlog.tellGap(line, 1));
        assertTrue(backlog.reserve(bytes(257)));
        backlog.refuse(1);

        assertNull(backlog.tellGap(line, 1), "257 bytes are more than a quarter");
        assertEquals(257, backlog.bytes());
        backlog.release(bytes(257));

        assertEquals(10, backlog.tellGap(line, 1).length());
    }

    /** A third party's encoder may make it as long as it likes. */
    @Test
    void shouldKeepTheGapOpenWhenItsMarkerFindsNoRoom() {
        Encoder wordy = (Encoder) Proxy.newProxyInstance(
                Encoder.class.getClassLoader(),
                new Class<?>[] {Encoder.class},
                (self, method, given) -> wire(BYTES + 1));
        backlog.refuse(1);

        assertNull(backlog.tellGap(wordy, 1));
        assertTrue(backlog.hasGap());
        assertEquals(0, backlog.bytes());
    }

    /** Refused while the marker is made: it would say too little. */
    @Test
    void shouldKeepTheGapOpenWhenItHasGrownMeanwhile() {
        Encoder slow = (Encoder) Proxy.newProxyInstance(
                Encoder.class.getClassLoader(), new Class<?>[] {Encoder.class}, (self, method, given) -> {
                    backlog.refuse(1);
                    return line.gap((Long) given[0]);
                });
        backlog.refuse(1);

        assertNull(backlog.tellGap(slow, 1));
        assertEquals(0, backlog.bytes());
        assertEquals("!missed 2\n", backlog.tellGap(line, 1).text(0, 10));
    }

    @Test
    void shouldJudgePlacesAcrossOverflow() {
        backlog.refuse(Long.MIN_VALUE);

        assertNull(backlog.tellGap(line, Long.MAX_VALUE));
        assertEquals(10, backlog.tellGap(line, Long.MIN_VALUE).length());
    }
}
