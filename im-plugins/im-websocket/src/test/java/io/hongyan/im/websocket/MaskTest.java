package io.hongyan.im.websocket;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;

import net.jqwik.api.EdgeCasesMode;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.constraints.IntRange;
import net.jqwik.api.constraints.Size;

class MaskTest {
    /** Word by word or byte by byte, whole or in two parts: the same. */
    @Property(tries = 500, edgeCases = EdgeCasesMode.NONE)
    void maskingIsIndependentOfCuts(
            @ForAll @Size(max = 70) byte[] payload,
            @ForAll int key,
            @ForAll @IntRange(max = 70) int cut,
            @ForAll @IntRange(max = 9) int offset) {
        int middle = Math.min(cut, payload.length);
        byte[] bytes = ClientFrame.join(new byte[offset], payload, new byte[9]);

        Mask.apply(bytes, offset, offset + middle, key, 0);
        Mask.apply(bytes, offset + middle, offset + payload.length, key, middle);

        byte[] expected = ClientFrame.join(new byte[offset], ClientFrame.masked(payload, key), new byte[9]);
        assertArrayEquals(expected, bytes);
    }
}
