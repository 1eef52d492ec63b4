package io.hongyan.im.nio;

import io.hongyan.im.engine.Pollable;
import io.hongyan.im.engine.Readiness;
import java.io.IOException;
import java.nio.channels.Channel;
import java.nio.channels.ClosedChannelException;
import java.nio.channels.SelectableChannel;
import java.nio.channels.SelectionKey;
import org.jspecify.annotations.Nullable;

/**
 * What a {@link NioPoller} can watch: one channel, its place in a selector, and its end. Only the loop's thread, once it
 * has begun. There is one for each connection, so it holds no more than it must.
 *
 * @param <C> the channel's kind
 */
abstract sealed class NioPollable<C extends SelectableChannel> implements Pollable permits NioAcceptor, NioConnection {
    final C channel;

    /** What {@link Readiness#READ} is for this channel: OP_READ or OP_ACCEPT. */
    private final int readOperation;

    private long key;
    private @Nullable NioPoller poller;
    private @Nullable SelectionKey selectionKey;

    NioPollable(C channel, int readOperation) {
        this.channel = channel;
        this.readOperation = readOperation;
    }

    final void begin(NioPoller with, long eventKey, int interest) throws IOException {
        key = eventKey;
        poller = with;
        selectionKey = channel.register(with.selector(), operations(interest), this);
    }

    /** It is watched by another selector of the same poller now. */
    final void moved(SelectionKey to) {
        selectionKey = to;
    }

    /** What the engine knows it by. */
    final long key() {
        return key;
    }

    @Override
    public final void interest(int interest) throws IOException {
        SelectionKey watched = selectionKey;
        if (watched == null || !watched.isValid()) {
            throw new ClosedChannelException();
        }
        watched.interestOps(operations(interest));
    }

    /**
     * Closes the channel. The JDK sends the FIN at once, but keeps the descriptor of a registered channel, and with it the
     * port of a listening one, until its cancelled key has left the selector: the next selection sees to that before it
     * waits.
     */
    @Override
    public void close() {
        if (!channel.isOpen()) {
            return;
        }
        closeQuietly(channel);
        if (poller != null) {
            poller.onClose();
        }
    }

    /** close(2) frees the descriptor whatever it answers, and nobody waits for the answer. */
    static void closeQuietly(Channel closed) {
        try {
            closed.close();
        } catch (IOException e) {
            NioTransport.LOG.log(System.Logger.Level.DEBUG, "closing a channel", e);
        }
    }

    /** Frees, now, the descriptors of all that was closed beside this one; false if there was none. */
    final boolean freesDescriptors() {
        return poller != null && poller.flush();
    }

    private int operations(int interest) {
        return ((interest & Readiness.READ) != 0 ? readOperation : 0)
                | ((interest & Readiness.WRITE) != 0 ? SelectionKey.OP_WRITE : 0);
    }
}
