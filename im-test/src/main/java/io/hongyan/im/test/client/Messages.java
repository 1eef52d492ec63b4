package io.hongyan.im.test.client;

import io.hongyan.im.Message;
import java.util.List;
import net.jqwik.api.Arbitraries;
import net.jqwik.api.Arbitrary;
import net.jqwik.api.Tuple;

/** Messages of every kind, with more of the awkward ones than chance would give. */
public final class Messages {
    /** Code points at which some implementation has failed: control, joining, the ends of each length of UTF-8, noncharacters. */
    private static final Integer[] AWKWARD = {
        0, 0x1B, 0x0D, 0x21, 0x23, 0x7F, 0x80, 0x85, 0x301, 0x7FF, 0x800, 0x200D, 0x2028, 0xD7FF, 0xE000, 0xFEFF,
        0xFFFD, 0xFFFF, 0x10000, 0x1F600, 0x10FFFF
    };

    private Messages() {}

    /**
     * Text without {@code \n}: what one line can carry.
     *
     * @return texts of 0 to 60 code points
     */
    public static Arbitrary<String> lines() {
        return codePoints().filter(c -> c != '\n').list().ofMaxSize(60).map(Messages::text);
    }

    /**
     * Any text that UTF-8 can carry.
     *
     * @return texts of 0 to 60 code points
     */
    public static Arbitrary<String> texts() {
        return Arbitraries.frequencyOf(Tuple.of(9, codePoints()), Tuple.of(1, Arbitraries.just((int) '\n')))
                .list()
                .ofMaxSize(60)
                .map(Messages::text);
    }

    /**
     * Any bytes.
     *
     * @return arrays of 0 to 200 bytes
     */
    public static Arbitrary<byte[]> bytes() {
        return Arbitraries.bytes().array(byte[].class).ofMaxSize(200);
    }

    /**
     * Text messages that one line can carry.
     *
     * @return messages of {@link #lines()}
     */
    public static Arbitrary<Message> ofLines() {
        return lines().map(Message::text);
    }

    /**
     * Binary messages.
     *
     * @return messages of {@link #bytes()}
     */
    public static Arbitrary<Message> ofBytes() {
        return bytes().map(Message::binary);
    }

    private static Arbitrary<Integer> codePoints() {
        return Arbitraries.frequencyOf(
                Tuple.of(5, Arbitraries.integers().between(' ', '~')),
                Tuple.of(2, Arbitraries.of(AWKWARD)),
                Tuple.of(
                        1,
                        Arbitraries.integers()
                                .between(0, Character.MAX_CODE_POINT)
                                .filter(Messages::isScalar)));
    }

    /** Surrogates are no characters. */
    private static boolean isScalar(int codePoint) {
        return codePoint < Character.MIN_SURROGATE || codePoint > Character.MAX_SURROGATE;
    }

    private static String text(List<Integer> codePoints) {
        StringBuilder text = new StringBuilder();
        codePoints.forEach(text::appendCodePoint);
        return text.toString();
    }
}
