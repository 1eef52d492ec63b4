package io.hongyan.im.spi;

import io.hongyan.im.Limits;
import java.nio.ByteBuffer;

/**
 * A wire protocol: how a message is put into bytes and found in them again. Found by {@link java.util.ServiceLoader}, or given
 * to the builder. One object serves all sessions.
 */
public interface Protocol {
    /** What the first bytes of a connection say. */
    enum Detection {
        /** They are this protocol's. */
        MATCH,
        /** They are not, whatever follows. */
        NO_MATCH,
        /** They may be; more are needed. */
        NEED_MORE
    }

    /**
     * The name that listeners, sessions and logs know it by.
     *
     * @return lower-case letters and digits, such as {@code line}
     */
    String name();

    /**
     * Judges the first bytes of a connection on a listener that serves several protocols. Must decide within 1,024 bytes.
     *
     * @param first all bytes that have come so far; the position is not to be changed
     * @return the verdict; by default {@link Detection#NO_MATCH}: only served by a listener that is pinned to it
     */
    default Detection detect(ByteBuffer first) {
        return Detection.NO_MATCH;
    }

    /**
     * Whether a client that says nothing is taken for one of this protocol's, see {@link Limits#silenceTimeout()}.
     *
     * @return by default false: its clients speak first
     */
    default boolean servesSilent() {
        return false;
    }

    /**
     * Whether its encoder can carry text messages.
     *
     * @return by default true
     */
    default boolean carriesText() {
        return true;
    }

    /**
     * Whether its encoder can carry binary messages.
     *
     * @return by default true
     */
    default boolean carriesBinary() {
        return true;
    }

    /**
     * How this protocol writes.
     *
     * @return always the same object
     */
    Encoder encoder();

    /**
     * How this protocol reads, for one connection.
     *
     * @param limits the listener's limits; {@link Limits#maxMessageBytes()} is the decoder's to keep
     * @return a new decoder
     */
    Decoder newDecoder(Limits limits);
}
