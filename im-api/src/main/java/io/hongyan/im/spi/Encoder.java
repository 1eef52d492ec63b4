package io.hongyan.im.spi;

import io.hongyan.im.CloseReason;
import io.hongyan.im.Message;

/**
 * Puts messages on the wire in one protocol's form. Stateless and shared: one object serves all sessions that speak the
 * same, since a group message is encoded once for each encoder. Called from any thread.
 */
public interface Encoder {
    /**
     * Encodes one message.
     *
     * @param message the message
     * @return its bytes, whole
     * @throws IllegalArgumentException if the protocol cannot carry it; says why. Anything thrown here reaches the caller of {@code send}
     */
    Wire encode(Message message);

    /**
     * What tells the peer that messages are missing at this place.
     *
     * @param missed how many, 1 or more
     * @return the marker
     */
    Wire gap(long missed);

    /**
     * What tells the peer why its session ends; the last bytes it gets.
     *
     * @param reason the reason
     * @return at most 256 bytes; {@link Wire#EMPTY} to say nothing
     */
    Wire closing(CloseReason reason);

    /**
     * What asks a silent peer whether it is still there; any answer will do.
     *
     * @return the ping; {@link Wire#EMPTY} if the protocol has none, then there is no heartbeat
     */
    default Wire ping() {
        return Wire.EMPTY;
    }
}
