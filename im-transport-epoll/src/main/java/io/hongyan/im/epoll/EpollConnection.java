package io.hongyan.im.epoll;

import io.hongyan.im.engine.Connection;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.nio.ByteBuffer;

/**
 * An accepted stream socket: recv and send. A send that takes less than there was means that the kernel's buffer is
 * full.
 */
final class EpollConnection implements Connection, EpollPollable {
    private final Descriptor descriptor;
    private final InetSocketAddress remoteAddress;

    EpollConnection(Descriptor descriptor, InetSocketAddress remoteAddress) {
        this.descriptor = descriptor;
        this.remoteAddress = remoteAddress;
    }

    @Override
    public InetSocketAddress remoteAddress() {
        return remoteAddress;
    }

    @Override
    public int read(ByteBuffer target) throws IOException {
        assert target.hasRemaining() : "recv(2) of no bytes is 0, as is the end of input";
        int fd = descriptor.fd();
        Scratch scratch = descriptor.scratch();
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
        int fd = descriptor.fd();
        Scratch scratch = descriptor.scratch();
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
        int done = Libc.shutdown(descriptor.scratch().state, descriptor.fd(), Libc.SHUT_WR);
        if (done != -Errno.ENOTCONN) {
            ErrnoException.check("shutdown", done);
        }
    }

    @Override
    public Descriptor descriptor() {
        return descriptor;
    }

    @Override
    public void interest(int interest) throws IOException {
        descriptor.interest(interest);
    }

    @Override
    public void close() {
        descriptor.close();
    }
}
