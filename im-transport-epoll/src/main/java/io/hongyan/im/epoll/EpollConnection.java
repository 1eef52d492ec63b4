package io.hongyan.im.epoll;

import io.hongyan.im.engine.Connection;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.nio.ByteBuffer;
import org.jspecify.annotations.Nullable;

/**
 * An accepted stream socket: recv and send. A send that takes less than there was means that the kernel's buffer is
 * full.
 */
final class EpollConnection extends EpollPollable implements Connection {
    /** The peer's address, as numbers: the JDK's objects for it weigh 96 bytes, and few ask for them. */
    private final int host;

    /** Null if {@code host} says it. */
    private final @Nullable In6 host6;

    private final int port;

    /**
     * Takes a descriptor over, if it does not throw.
     *
     * @param scratch for calls before it has begun
     * @param peer what accept4 told
     * @throws IOException if the peer's address is of a strange family
     */
    EpollConnection(int fd, Scratch scratch, Sockaddr peer) throws IOException {
        super(fd, scratch);
        host = peer.in();
        host6 = peer.in6();
        port = peer.port();
    }

    /** Made anew each time. */
    @Override
    public InetSocketAddress remoteAddress() {
        return Sockaddr.toSocketAddress(host, host6, port);
    }

    @Override
    public int read(ByteBuffer target) throws IOException {
        assert target.hasRemaining() : "recv(2) of no bytes is 0, as is the end of input";
        int fd = fd();
        Scratch scratch = scratch();
        long address = scratch.received.atPosition(target);
        int received;
        do {
            received = Libc.recv(scratch.state, fd, address, target.remaining(), 0);
        } while (received == -Errno.EINTR);
        if (received == 0) {
            return -1;
        }
        if (received == -Errno.EAGAIN) {
            return 0;
        }
        ErrnoException.check("recv", received);
        target.position(target.position() + received);
        return received;
    }

    @Override
    public int write(ByteBuffer source) throws IOException {
        int fd = fd();
        Scratch scratch = scratch();
        long address = scratch.sent.atPosition(source);
        int sent;
        do {
            sent = Libc.send(scratch.state, fd, address, source.remaining(), Libc.MSG_NOSIGNAL);
        } while (sent == -Errno.EINTR);
        if (sent == -Errno.EAGAIN) {
            return 0;
        }
        ErrnoException.check("send", sent);
        source.position(source.position() + sent);
        return sent;
    }

    /** ENOTCONN counts as done: a reset has ended output already, and the next read or write tells of it. */
    @Override
    public void shutdownOutput() throws IOException {
        int done = Libc.shutdown(scratch().state, fd(), Libc.SHUT_WR);
        if (done != -Errno.ENOTCONN) {
            ErrnoException.check("shutdown", done);
        }
    }
}
