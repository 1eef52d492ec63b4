package io.hongyan.im.nio;

import io.hongyan.im.engine.Acceptor;
import io.hongyan.im.engine.BindFailure;
import io.hongyan.im.engine.Connection;
import io.hongyan.im.engine.KeepAlive;
import java.io.IOException;
import java.net.ConnectException;
import java.net.InetSocketAddress;
import java.net.NoRouteToHostException;
import java.net.ProtocolException;
import java.net.StandardSocketOptions;
import java.nio.channels.SelectionKey;
import java.nio.channels.ServerSocketChannel;
import java.nio.channels.SocketChannel;
import org.jspecify.annotations.Nullable;

/**
 * A listening {@link ServerSocketChannel}. The JDK makes it an IPv6 socket that serves IPv4 too where the machine has
 * IPv6, so the wildcard is both.
 */
final class NioAcceptor extends NioPollable<ServerSocketChannel> implements Acceptor {
    /** The kernel takes as much of it as the system allows (Linux: net.core.somaxconn, listen(2)). */
    private static final int BACKLOG = Integer.MAX_VALUE;

    private final InetSocketAddress address;
    private final NioKeepAlive keepAlive;

    /** A socket that is nobody's, for its descriptor; null while there is none to be had. */
    private @Nullable SocketChannel spare;

    private NioAcceptor(ServerSocketChannel channel, KeepAlive keepAlive) throws IOException {
        super(channel, SelectionKey.OP_ACCEPT);
        this.address = (InetSocketAddress) channel.getLocalAddress();
        this.keepAlive = new NioKeepAlive(keepAlive);
        takeSpare();
    }

    static NioAcceptor bind(InetSocketAddress address, KeepAlive keepAlive) throws IOException {
        if (address.isUnresolved()) {
            throw BindFailure.unresolved(address);
        }
        ServerSocketChannel channel;
        try {
            channel = ServerSocketChannel.open();
        } catch (IOException e) {
            throw BindFailure.of(address, String.valueOf(e.getMessage()), e);
        }
        try {
            // A port whose old connections are in TIME_WAIT can be listened on; one that another socket listens on
            // cannot.
            channel.setOption(StandardSocketOptions.SO_REUSEADDR, true);
            channel.configureBlocking(false);
            channel.bind(address, BACKLOG);
            return new NioAcceptor(channel, keepAlive);
        } catch (IOException e) {
            channel.close();
            throw BindFailure.of(address, String.valueOf(e.getMessage()), e);
        } catch (RuntimeException e) {
            channel.close();
            throw e;
        }
    }

    @Override
    public InetSocketAddress address() {
        return address;
    }

    @Override
    public @Nullable Connection accept() throws IOException {
        takeSpare();
        SocketChannel accepted;
        try {
            accepted = channel.accept();
        } catch (ConnectException | NoRouteToHostException | ProtocolException e) {
            // accept(2) hands over what has already gone wrong on the connection that waited: it counts as none.
            return null;
        } catch (IOException e) {
            if (!freesDescriptors()) {
                throw e;
            }
            // It may have been for want of one of those.
            accepted = channel.accept();
        }
        return accepted == null ? null : NioConnection.open(accepted, keepAlive);
    }

    @Override
    public boolean shed() {
        giveUpSpare();
        try (SocketChannel accepted = channel.accept()) {
            return accepted != null;
        } catch (IOException none) {
            return false;
        } finally {
            takeSpare();
        }
    }

    private void takeSpare() {
        if (spare == null && channel.isOpen()) {
            try {
                spare = SocketChannel.open();
            } catch (IOException none) {
                // The next accept tries again.
            }
        }
    }

    /** Never registered, its descriptor is free at once. */
    private void giveUpSpare() {
        if (spare != null) {
            closeQuietly(spare);
            spare = null;
        }
    }

    /** The port is free when this returns. */
    @Override
    public void close() {
        super.close();
        giveUpSpare();
        freesDescriptors();
    }
}
