package io.hongyan.im.nio;

import io.hongyan.im.engine.Connection;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.net.StandardSocketOptions;
import java.nio.ByteBuffer;
import java.nio.channels.SelectionKey;
import java.nio.channels.SocketChannel;
import org.jspecify.annotations.Nullable;

/** An accepted {@link SocketChannel}. A write that takes less than there was means that the kernel's buffer is full. */
final class NioConnection extends NioPollable<SocketChannel> implements Connection {
    /** The channel's own object, which it does not tell once it is closed. */
    private final InetSocketAddress remoteAddress;

    private NioConnection(SocketChannel channel) throws IOException {
        super(channel, SelectionKey.OP_READ);
        this.remoteAddress = (InetSocketAddress) channel.getRemoteAddress();
    }

    /**
     * Makes an accepted channel ready.
     *
     * @return null if it has failed already, which leaves nothing behind
     */
    static @Nullable NioConnection open(SocketChannel accepted, NioKeepAlive keepAlive) throws IOException {
        try {
            accepted.configureBlocking(false);
            accepted.setOption(StandardSocketOptions.TCP_NODELAY, true);
            keepAlive.set(accepted);
            return new NioConnection(accepted);
        } catch (IOException e) {
            accepted.close();
            return null;
        } catch (RuntimeException | Error e) {
            accepted.close();
            throw e;
        }
    }

    @Override
    public InetSocketAddress remoteAddress() {
        return remoteAddress;
    }

    @Override
    public int read(ByteBuffer target) throws IOException {
        return channel.read(target);
    }

    @Override
    public int write(ByteBuffer source) throws IOException {
        return channel.write(source);
    }

    @Override
    public void shutdownOutput() throws IOException {
        channel.shutdownOutput();
    }
}
