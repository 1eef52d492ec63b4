package io.hongyan.im.test.client;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import net.jqwik.api.Arbitraries;
import net.jqwik.api.Arbitrary;
import net.jqwik.api.Tuple;

/**
 * A way to cut any sequence of bytes into pieces, as a network may.
 *
 * @param lengths the lengths of the pieces, 1 or more each, over and over again until the bytes are used up
 */
public record Cuts(List<Integer> lengths) {
    /** Checks and copies the lengths. */
    public Cuts {
        lengths = List.copyOf(lengths);
        if (lengths.isEmpty() || lengths.stream().anyMatch(l -> l < 1)) {
            throw new IllegalArgumentException("lengths must be at least one, and 1 or more each, were " + lengths);
        }
    }

    /**
     * All kinds of cuts, with many short pieces.
     *
     * @return cuts
     */
    public static Arbitrary<Cuts> any() {
        return Shrinking.byItself(Arbitraries.frequencyOf(
                        Tuple.of(3, Arbitraries.integers().between(1, 3)),
                        Tuple.of(2, Arbitraries.integers().between(4, 40)),
                        Tuple.of(1, Arbitraries.integers().between(41, 2_000)))
                .list()
                .ofMinSize(1)
                .ofMaxSize(10)
                .map(Cuts::new));
    }

    /**
     * Every byte by itself.
     *
     * @return the cut
     */
    public static Cuts everywhere() {
        return new Cuts(List.of(1));
    }

    /**
     * Nowhere at all.
     *
     * @return the cut
     */
    public static Cuts nowhere() {
        return new Cuts(List.of(Integer.MAX_VALUE));
    }

    /**
     * Cuts.
     *
     * @param whole the bytes
     * @return the pieces, in order; together the whole
     */
    public List<byte[]> pieces(byte[] whole) {
        List<byte[]> pieces = new ArrayList<>();
        int from = 0;
        for (int i = 0; from < whole.length; i++) {
            int length = Math.min(lengths.get(i % lengths.size()), whole.length - from);
            pieces.add(Arrays.copyOfRange(whole, from, from + length));
            from += length;
        }
        return pieces;
    }
}
