package io.hongyan.im.engine;

import io.hongyan.im.CloseReason;
import io.hongyan.im.spi.Encoder;
import io.hongyan.im.spi.Protocol;
import io.hongyan.im.spi.Wire;
import java.net.InetSocketAddress;
import org.jspecify.annotations.Nullable;

/** A connection as its {@link Input} sees it. Loop thread only. */
interface Front {
    Station station();

    Stream stream();

    Interest interest();

    InetSocketAddress remoteAddress();

    /** The peer is known to speak its protocol. */
    void open(Protocol spoken, Encoder encoder, @Nullable Belongings belongings);

    /** From {@link #open} on. */
    Session session();

    /** Whether what is decoded is still wanted. */
    boolean isTaking();

    boolean isClosing();

    /** Whether the socket is read at all now. */
    boolean isReading();

    /** Nothing can be written any more. */
    boolean isBroken();

    /** Reading stops for a reason of {@link Interest}, or for that reason no longer. */
    void hold(int reason, boolean held);

    /** Whether the handler and the peer let more be decoded; if not now, {@link Input#orderTurn} is called when they do. */
    boolean mayDecode();

    /** What the protocol says by itself; answers whether there was room for it. */
    boolean reply(Wire wire);

    /** {@link Input#takeTurn} is to be called in the next iteration. */
    void takeTurnAgain();

    /** All that came before the end has been passed on. */
    void ended(CloseReason reason);

    void onFailure(Throwable cause);
}
