package io.hongyan.im.spi;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.nio.ByteBuffer;
import java.nio.CharBuffer;
import java.nio.charset.CharsetDecoder;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.List;
import java.util.stream.IntStream;
import net.jqwik.api.Arbitraries;
import net.jqwik.api.Arbitrary;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.Provide;
import org.junit.jupiter.api.Test;

/** The validator says what the JDK says, and says no at the first byte that makes a yes impossible (U2, U3, U5). */
class Utf8ValidatorTest {
    /** Asks the JDK's decoder; of one thread. */
    private static final class Jdk {
        private final CharsetDecoder decoder = StandardCharsets.UTF_8.newDecoder();
        private CharBuffer chars = CharBuffer.allocate(16);
        private ByteBuffer input = ByteBuffer.allocate(0);

        boolean accepts(byte[] bytes) {
            if (input.array() != bytes) {
                input = ByteBuffer.wrap(bytes);
            }
            if (chars.capacity() < bytes.length) {
                chars = CharBuffer.allocate(bytes.length);
            }
            decoder.reset();
            return !decoder.decode(input.clear(), chars.clear(), true).isError();
        }
    }

    private static boolean accepts(byte[] bytes) {
        Utf8Validator validator = new Utf8Validator();
        return validator.update(bytes, 0, bytes.length) && validator.isComplete();
    }

    /** The index of the byte at which it says no when fed byte by byte; the length if it never does. */
    private static int failsAt(byte[] bytes, Utf8Validator validator) {
        for (int i = 0; i < bytes.length; i++) {
            if (!validator.update(bytes, i, i + 1)) {
                return i;
            }
        }
        return bytes.length;
    }

    @Test
    void shouldAgreeWithTheJdkWhenGivenAnySequenceOfUpToThreeBytes() {
        for (int length = 0; length <= 3; length++) {
            int bytesEach = length;
            IntStream.range(0, length == 0 ? 1 : 256)
                    .parallel()
                    .forEach(first -> agreeOnAllThatBeginWith((byte) first, bytesEach));
        }
    }

    private static void agreeOnAllThatBeginWith(byte first, int length) {
        Jdk jdk = new Jdk();
        Utf8Validator whole = new Utf8Validator();
        Utf8Validator single = new Utf8Validator();
        byte[] bytes = new byte[length];
        int rest = 1 << Byte.SIZE * Math.max(0, length - 1);
        for (int number = 0; number < rest; number++) {
            for (int i = 0; i < length; i++) {
                bytes[i] = i == 0 ? first : (byte) (number >> Byte.SIZE * (i - 1));
            }
            whole.reset();
            single.reset();
            boolean accepted = whole.update(bytes, 0, length) && whole.isComplete();
            if (accepted != jdk.accepts(bytes) || failsAt(bytes, single) != Utf8Reference.firstImpossible(bytes)) {
                throw new AssertionError("disagrees on " + Arrays.toString(bytes));
            }
        }
    }

    /** Four bytes: each lead byte and each second byte, with third and fourth ones at the borders of every range. */
    @Test
    void shouldAgreeWithTheJdkWhenFourBytesStandAtTheBordersOfTheirRanges() {
        Jdk jdk = new Jdk();
        int[] borders = {0x00, 0x0A, 0x7F, 0x80, 0x8F, 0x90, 0x9F, 0xA0, 0xBF, 0xC0, 0xC2, 0xE0, 0xF0, 0xF4, 0xF5, 0xFF
        };
        for (int first = 0xE0; first <= 0xFF; first++) {
            for (int second = 0; second <= 0xFF; second++) {
                for (int third : borders) {
                    for (int fourth : borders) {
                        byte[] bytes = {(byte) first, (byte) second, (byte) third, (byte) fourth};
                        assertEquals(jdk.accepts(bytes), accepts(bytes), () -> Arrays.toString(bytes));
                        assertEquals(
                                Utf8Reference.firstImpossible(bytes),
                                failsAt(bytes, new Utf8Validator()),
                                () -> Arrays.toString(bytes));
                    }
                }
            }
        }
    }

    @Property(tries = 2000)
    void agreesWithTheJdk(@ForAll("nearlyText") byte[] bytes) {
        assertEquals(new Jdk().accepts(bytes), accepts(bytes));
    }

    @Property(tries = 2000)
    void failsAtTheFirstImpossibleByteWhateverTheCut(
            @ForAll("nearlyText") byte[] bytes, @ForAll("sizes") List<Integer> sizes) {
        int impossible = Utf8Reference.firstImpossible(bytes);
        Utf8Validator validator = new Utf8Validator();
        int from = 0;
        for (int i = 0; from < bytes.length; i++) {
            int to = i < sizes.size() ? Math.min(bytes.length, from + sizes.get(i)) : bytes.length;

            boolean possible = validator.update(bytes, from, to);

            assertEquals(to <= impossible, possible, "bytes " + from + " to " + to);
            if (!possible) {
                return;
            }
            from = to;
        }
        assertEquals(new Jdk().accepts(bytes), validator.isComplete());
    }

    @Property
    void bytesOutsideTheRangeDoNotMatter(@ForAll("nearlyText") byte[] bytes, @ForAll byte around) {
        byte[] wider = new byte[bytes.length + 16];
        Arrays.fill(wider, around);
        System.arraycopy(bytes, 0, wider, 8, bytes.length);
        Utf8Validator validator = new Utf8Validator();

        boolean possible = validator.update(wider, 8, 8 + bytes.length);

        assertEquals(new Jdk().accepts(bytes), possible && validator.isComplete());
    }

    @Test
    void shouldBeginAnewWhenReset() {
        Utf8Validator validator = new Utf8Validator();
        byte[] narrowed = {(byte) 0xE0};
        byte[] twoBytes = "é".getBytes(StandardCharsets.UTF_8);
        validator.update(narrowed, 0, 1);

        assertFalse(validator.isComplete());
        validator.reset();

        assertTrue(validator.isComplete());
        assertTrue(validator.update(twoBytes, 0, 2));
        assertTrue(validator.isComplete());
    }

    /** Texts long enough for the step over eight ASCII bytes, some with a byte or two changed. */
    @Provide
    Arbitrary<byte[]> nearlyText() {
        Arbitrary<String> runs = Arbitraries.strings().ascii().ofMaxLength(20);
        Arbitrary<String> others =
                Arbitraries.of("é", "\u07FF", "\u0800", "\uD7FF", "\uE000", "\uFFFD", "\uD800\uDC00", "\uDBFF\uDFFF");
        Arbitrary<byte[]> text = Arbitraries.oneOf(runs, others)
                .list()
                .ofMaxSize(8)
                .map(parts -> String.join("", parts).getBytes(StandardCharsets.UTF_8));
        Arbitrary<byte[]> changed = text.filter(t -> t.length > 0)
                .flatMap(t -> Arbitraries.integers()
                        .between(0, t.length - 1)
                        .flatMap(at -> Arbitraries.bytes().map(b -> {
                            byte[] copy = t.clone();
                            copy[at] = b;
                            return copy;
                        })));
        Arbitrary<byte[]> any = Arbitraries.bytes().array(byte[].class).ofMaxSize(12);
        Arbitrary<byte[]> highBytes = Arbitraries.bytes()
                .between((byte) -128, (byte) -1)
                .array(byte[].class)
                .ofMaxSize(4);
        return Arbitraries.oneOf(text, changed, any, highBytes);
    }

    @Provide
    Arbitrary<List<Integer>> sizes() {
        return Arbitraries.integers().between(0, 11).list().ofMaxSize(20);
    }
}
