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
final class NioConnection implements Connection, NioPollable {
    private final SocketChannel channel;
    private final InetSocketAddress remoteAddress;
    private final Watch watch;

    private NioConnection(SocketChannel channel) throws IOException {
        this.channel = channel;
        this.remoteAddress = (InetSocketAddress) channel.getRemoteAddress();
        this.watch = new Watch(channel, SelectionKey.OP_READ);
    }

    /**
     * Makes an accepted channel ready.
     *
     * @return null if it has failed already, which leaves nothing behind
     */
    static @Nullable NioConnection open(SocketChannel accepted) throws IOException {
        try {
            accepted.configureBlocking(false);
            accepted.setOption(StandardSocketOptions.TCP_NODELAY, true);
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

    @Override
    public Watch watch() {
        return watch;
    }

    @Override
    public void interest(int interest) throws IOException {
        watch.interest(interest);
    }

    @Override
    public void close() {
        watch.close();
    }
}
