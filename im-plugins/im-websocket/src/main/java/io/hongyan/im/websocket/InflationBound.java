package io.hongyan.im.websocket;

import io.hongyan.im.spi.ProtocolException;

/**
 * How long one message may become as it is inflated: as long as any message, and, where that is more than
 * {@link #FREE_BYTES}, a number of times as long as it came.
 *
 * @param maxMessageBytes the limit of all messages
 * @param maxRatio bytes of the message for each byte it came in
 * @param compressedBytes what it came in
 */
record InflationBound(int maxMessageBytes, int maxRatio, int compressedBytes) {
    /** Up to this length a message may be as dense as it likes: a bomb of this size is none. */
    static final int FREE_BYTES = 64 * 1024;

    /** More than this deflate cannot do: 258 bytes of two bits. */
    static final int MOST_RATIO = 1032;

    static final int DEFAULT_RATIO = 200;

    int bytes() {
        return (int) Math.min(maxMessageBytes, denseBytes());
    }

    private long denseBytes() {
        return Math.max(FREE_BYTES, (long) maxRatio * compressedBytes);
    }

    /** Status 1009, by the lower of the two bounds. */
    ProtocolException exceeded() {
        return denseBytes() < maxMessageBytes
                ? Violation.tooDense(FREE_BYTES, maxRatio, bytes())
                : Violation.tooBig("message that inflates to one", maxMessageBytes);
    }
}
