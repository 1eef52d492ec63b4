package io.hongyan.im.protocol;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.hongyan.im.CloseReason;
import io.hongyan.im.spi.Encoder;
import io.hongyan.im.spi.Utf8Reference;
import java.nio.ByteBuffer;
import java.time.Duration;
import java.util.Arrays;
import java.util.EnumSet;
import java.util.Set;
import net.jqwik.api.Arbitraries;
import net.jqwik.api.Arbitrary;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.Provide;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** What line and frame tell the peer by themselves: the same words, short and printable (G2). */
class ControlTest {
    private static final Set<CloseReason.Code> SILENT =
            EnumSet.of(CloseReason.Code.NORMAL, CloseReason.Code.PEER_CLOSED, CloseReason.Code.CONNECTION_LOST);

    private static final String GOOSE = "\uD83E\uDEBF";

    private static final Encoder LINE = new LineProtocol().encoder();
    private static final Encoder FRAME = new FrameProtocol().encoder();

    /** The text inside a line, without its mark and its end. */
    private static byte[] onLine(CloseReason reason) {
        byte[] wire = Feeding.bytesOf(LINE.closing(reason));
        assertTrue(wire.length <= 256, "a line of " + wire.length + " bytes");
        assertEquals('!', wire[0]);
        assertEquals('\n', wire[wire.length - 1]);
        return Arrays.copyOfRange(wire, 1, wire.length - 1);
    }

    /** The text inside a frame, without its header. */
    private static byte[] inFrame(CloseReason reason) {
        ByteBuffer wire = ByteBuffer.wrap(Feeding.bytesOf(FRAME.closing(reason)));
        assertTrue(wire.remaining() <= 256, "a frame of " + wire.remaining() + " bytes");
        assertEquals(wire.remaining() - Integer.BYTES, wire.getInt() & Integer.MAX_VALUE);
        byte[] text = new byte[wire.remaining()];
        wire.get(text);
        return text;
    }

    @ParameterizedTest
    @EnumSource
    void shouldNameTheCodeWhenThePeerCanUseIt(CloseReason.Code code) {
        CloseReason reason = CloseReason.of(code, "why");
        if (SILENT.contains(code)) {
            assertEquals(0, LINE.closing(reason).length());
            assertEquals(0, FRAME.closing(reason).length());
        } else {
            String told = "closing " + code.name() + " why" + when(reason);
            assertEquals(told, new String(onLine(reason), UTF_8));
            assertEquals(told, new String(inFrame(reason), UTF_8));
        }
    }

    /** What is never cut. */
    private static String when(CloseReason reason) {
        long millis = reason.retryAfter().map(Duration::toMillis).orElse(0L);
        return millis == 0 ? "" : "; retry-after=" + millis + "ms";
    }

    /** Of four bytes each; the last of them would go over the 240 that there are. */
    @Test
    void shouldLeaveOutTheCharacterThatDoesNotFit() {
        int beginning = "closing POLICY ".length();

        for (int shift = 0; shift < 4; shift++) {
            byte[] told = inFrame(CloseReason.of(CloseReason.Code.POLICY, "x".repeat(shift) + GOOSE.repeat(100)));

            int length = beginning + shift + (240 - beginning - shift) / 4 * 4;
            assertEquals(length, told.length, "shifted by " + shift);
        }
    }

    @Property
    void theTextIsPrintableAndCutBetweenCodePoints(
            @ForAll("codes") CloseReason.Code code, @ForAll("texts") String text) {
        CloseReason reason = CloseReason.of(code, text);
        String replaced = printable("closing " + code.name() + " " + text);

        for (byte[] told : new byte[][] {onLine(reason), inFrame(reason)}) {
            String all = new String(told, UTF_8);
            assertTrue(all.endsWith(when(reason)), all);
            String words = all.substring(0, all.length() - when(reason).length());

            assertEquals(told.length, Utf8Reference.firstImpossible(told));
            assertTrue(replaced.startsWith(words), () -> "\"" + words + "\" does not begin \"" + replaced + "\"");
            assertTrue(words.length() == replaced.length() || told.length > 200, "cut at " + told.length + " bytes");
        }
    }

    private static String printable(String text) {
        return text.codePoints()
                .map(c -> Character.isISOControl(c) ? ' ' : c)
                .collect(StringBuilder::new, StringBuilder::appendCodePoint, StringBuilder::append)
                .toString();
    }

    @Provide
    Arbitrary<CloseReason.Code> codes() {
        return Arbitraries.of(CloseReason.Code.class).filter(code -> !SILENT.contains(code));
    }

    @Provide
    Arbitrary<String> texts() {
        return Arbitraries.of(
                        "a", "é", "\u20AC", "\uD83E\uDEBF", "\n", "\r", "\0", "\u001B[31m", "\u007F", "\u0085", "word ")
                .list()
                .ofMaxSize(120)
                .map(parts -> String.join("", parts));
    }
}
