package io.hongyan.im.spi;

import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;

/**
 * What UTF-8 is, by the JDK's word alone: every code point is encoded by it once, and the encodings are kept as a tree. Bytes have a
 * valid completion for as long as they are a way down that tree; each leaf leads back to the root.
 */
public final class Utf8Reference {
    /** Where a text begins, and where each code point ends. */
    public static final int ROOT = 0;

    /** No valid text has this byte here. */
    public static final int IMPOSSIBLE = -1;

    private static final int[][] NEXT = tree();

    private Utf8Reference() {}

    /** Where a byte leads from a place in the tree. */
    public static int next(int place, byte b) {
        return NEXT[place][b & 0xFF];
    }

    /** The index of the first byte that no valid text can have there; the length if there is none. */
    public static int firstImpossible(byte[] bytes) {
        int place = ROOT;
        for (int i = 0; i < bytes.length; i++) {
            place = next(place, bytes[i]);
            if (place == IMPOSSIBLE) {
                return i;
            }
        }
        return bytes.length;
    }

    private static int[][] tree() {
        List<int[]> places = new ArrayList<>();
        places.add(leadingNowhere());
        for (int c = 0; c <= Character.MAX_CODE_POINT; c++) {
            if (c < Character.MIN_SURROGATE || c > Character.MAX_SURROGATE) {
                add(places, Character.toString(c).getBytes(StandardCharsets.UTF_8));
            }
        }
        return places.toArray(int[][]::new);
    }

    private static void add(List<int[]> places, byte[] utf8) {
        int place = ROOT;
        for (int i = 0; i < utf8.length - 1; i++) {
            int[] from = places.get(place);
            if (from[utf8[i] & 0xFF] == IMPOSSIBLE) {
                from[utf8[i] & 0xFF] = places.size();
                places.add(leadingNowhere());
            }
            place = from[utf8[i] & 0xFF];
        }
        places.get(place)[utf8[utf8.length - 1] & 0xFF] = ROOT;
    }

    private static int[] leadingNowhere() {
        int[] next = new int[256];
        Arrays.fill(next, IMPOSSIBLE);
        return next;
    }
}
