package io.hongyan.im.epoll;

import static java.lang.foreign.ValueLayout.JAVA_INT;

import io.hongyan.im.engine.Acceptor;
import io.hongyan.im.engine.BindFailure;
import io.hongyan.im.engine.Connection;
import io.hongyan.im.engine.KeepAlive;
import java.io.IOException;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.net.Inet6Address;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.channels.ClosedChannelException;
import org.jspecify.annotations.Nullable;

/**
 * A listening socket. What it accepts has TCP_NODELAY and keep-alive from it (Linux hands these options on), so that
 * accept4 is the only call for a connection.
 */
final class EpollAcceptor extends EpollPollable implements Acceptor {
    /** The kernel takes as much of it as the system allows (net.core.somaxconn, listen(2)). */
    private static final int BACKLOG = Integer.MAX_VALUE;

    private static final int FLAGS = Libc.SOCK_NONBLOCK | Libc.SOCK_CLOEXEC;

    private static final int NONE = -1;

    private final InetSocketAddress address;

    /** An eventfd that is nobody's, for its descriptor; {@link #NONE} while there is none to be had. */
    private int spare = NONE;

    private EpollAcceptor(int fd, Scratch scratch, InetSocketAddress address) {
        super(fd, scratch);
        this.address = address;
        takeSpare();
    }

    /** Takes over a descriptor of a socket that listens already. */
    static EpollAcceptor over(int fd, KeepAlive keepAlive) throws IOException {
        Scratch scratch = new Scratch(Arena.ofAuto());
        try {
            option(scratch, fd, Libc.IPPROTO_TCP, Libc.TCP_NODELAY, 1);
            keepAlive(scratch, fd, keepAlive);
            return new EpollAcceptor(fd, scratch, nameOf(fd, scratch));
        } catch (IOException | RuntimeException | Error e) {
            Libc.close(fd);
            throw e;
        }
    }

    static EpollAcceptor bind(InetSocketAddress address, KeepAlive keepAlive) throws IOException {
        if (address.isUnresolved()) {
            throw BindFailure.unresolved(address);
        }
        Scratch scratch = new Scratch(Arena.ofAuto());
        try {
            int family = family(address.getAddress());
            int fd = Libc.socket(scratch.state, family, Libc.SOCK_STREAM | FLAGS, 0);
            if (fd == -Errno.EAFNOSUPPORT && address.getAddress().isAnyLocalAddress()) {
                // A machine without IPv6: its wildcard is that of IPv4.
                family = Libc.AF_INET;
                fd = Libc.socket(scratch.state, family, Libc.SOCK_STREAM | FLAGS, 0);
            }
            ErrnoException.check("socket", fd);
            return listen(fd, scratch, address, family, keepAlive);
        } catch (ErrnoException e) {
            throw BindFailure.of(address, Errno.text(e.errno()), e);
        }
    }

    private static EpollAcceptor listen(
            int fd, Scratch scratch, InetSocketAddress address, int family, KeepAlive keepAlive) throws IOException {
        try {
            // A port whose old connections are in TIME_WAIT can be listened on; one that another socket listens on
            // cannot.
            option(scratch, fd, Libc.SOL_SOCKET, Libc.SO_REUSEADDR, 1);
            option(scratch, fd, Libc.IPPROTO_TCP, Libc.TCP_NODELAY, 1);
            keepAlive(scratch, fd, keepAlive);
            if (family == Libc.AF_INET6 && address.getAddress().isAnyLocalAddress()) {
                option(scratch, fd, Libc.IPPROTO_IPV6, Libc.IPV6_V6ONLY, 0);
            }
            Sockaddr name = scratch.sockaddr;
            name.encode(address.getAddress(), address.getPort(), family);
            ErrnoException.check("bind", Libc.bind(scratch.state, fd, name.address(), name.length()));
            ErrnoException.check("listen", Libc.listen(scratch.state, fd, BACKLOG));
            return new EpollAcceptor(fd, scratch, nameOf(fd, scratch));
        } catch (IOException | RuntimeException | Error e) {
            Libc.close(fd);
            throw e;
        }
    }

    /**
     * What a socket is bound to.
     *
     * @throws IOException also if it is none of TCP's families
     */
    static InetSocketAddress nameOf(int fd, Scratch scratch) throws IOException {
        Sockaddr name = scratch.sockaddr;
        name.clear();
        ErrnoException.check("getsockname", Libc.getsockname(scratch.state, fd, name.address(), name.lengthAddress()));
        return name.decode();
    }

    @Override
    public InetSocketAddress address() {
        return address;
    }

    /**
     * A successor, or systemd, may have the socket too. Then it lives on, and an epoll instance that still watched it would report what the
     * others are to accept, for ever (epoll(7), question 6).
     */
    @Override
    public void close() {
        try {
            stopWatching();
        } catch (IOException e) {
            // The poller is closed, and watches nothing.
        }
        super.close();
        giveUpSpare();
    }

    @Override
    public @Nullable Connection accept() throws IOException {
        int listening = fd();
        if (spare == NONE) {
            takeSpare();
        }
        Scratch scratch = scratch();
        Sockaddr peer = scratch.sockaddr;
        int fd = accept4(listening, scratch);
        if (fd < 0 && Errno.countsAsNone(-fd)) {
            return null;
        }
        ErrnoException.check("accept4", fd);
        try {
            return new EpollConnection(fd, scratch, peer);
        } catch (IOException | RuntimeException | Error e) {
            Libc.close(fd);
            throw e;
        }
    }

    @Override
    public boolean shed() {
        try {
            int listening = fd();
            giveUpSpare();
            int fd = accept4(listening, scratch());
            if (fd >= 0) {
                Libc.close(fd);
            }
            takeSpare();
            return fd >= 0;
        } catch (ClosedChannelException none) {
            return false;
        }
    }

    private static int accept4(int listening, Scratch scratch) {
        Sockaddr peer = scratch.sockaddr;
        int fd;
        do {
            peer.clear();
            fd = Libc.accept4(scratch.state, listening, peer.address(), peer.lengthAddress(), FLAGS);
        } while (fd == -Errno.EINTR);
        return fd;
    }

    /** In vain if there is none; the next accept tries again. */
    private void takeSpare() {
        spare = Math.max(NONE, Libc.eventfd(scratch().state, 0, Libc.EFD_CLOEXEC));
    }

    private void giveUpSpare() {
        if (spare != NONE) {
            Libc.close(spare);
            spare = NONE;
        }
    }

    /** The wildcard is IPv6's, which serves IPv4 too. */
    private static int family(InetAddress address) {
        return address instanceof Inet6Address || address.isAnyLocalAddress() ? Libc.AF_INET6 : Libc.AF_INET;
    }

    /**
     * While output waits for an answer Linux asks no questions, and would send it again for a quarter of an hour: TCP_USER_TIMEOUT ends that.
     * It ends a peer, too, that is there and takes nothing of what waits in the kernel for so long (tcp_probe_timer).
     */
    private static void keepAlive(Scratch scratch, int fd, KeepAlive wanted) throws IOException {
        // A socket that is taken over may have what is not wanted.
        option(scratch, fd, Libc.SOL_SOCKET, Libc.SO_KEEPALIVE, wanted.isOn() ? 1 : 0);
        option(scratch, fd, Libc.IPPROTO_TCP, Libc.TCP_USER_TIMEOUT, wanted.totalSeconds() * 1000);
        if (wanted.isOn()) {
            option(scratch, fd, Libc.IPPROTO_TCP, Libc.TCP_KEEPIDLE, wanted.idleSeconds());
            option(scratch, fd, Libc.IPPROTO_TCP, Libc.TCP_KEEPINTVL, wanted.intervalSeconds());
            option(scratch, fd, Libc.IPPROTO_TCP, Libc.TCP_KEEPCNT, wanted.probes());
        }
    }

    private static void option(Scratch scratch, int fd, int level, int option, int value) throws IOException {
        try (Arena arena = Arena.ofConfined()) {
            MemorySegment argument = arena.allocateFrom(JAVA_INT, value);
            ErrnoException.check(
                    "setsockopt", Libc.setsockopt(scratch.state, fd, level, option, argument.address(), Integer.BYTES));
        }
    }
}
