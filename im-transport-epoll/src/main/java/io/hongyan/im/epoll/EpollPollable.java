package io.hongyan.im.epoll;

import io.hongyan.im.engine.Pollable;
import java.io.IOException;
import java.nio.channels.ClosedChannelException;
import org.jspecify.annotations.Nullable;

/**
 * What an {@link EpollPoller} can watch: one open socket, its place in an epoll instance, and its end. Only the loop's
 * thread, once it has begun. There is one for each connection, so it holds no more than it must.
 *
 * <p>The kernel reports EPOLLERR and EPOLLHUP of whatever it watches, asked for or not: with an interest of 0 it must
 * not watch at all.
 */
abstract sealed class EpollPollable implements Pollable permits EpollAcceptor, EpollConnection, LocalSocket {
    private static final int CLOSED = -1;

    private int fd;
    private long key;

    /** What the kernel watches for; 0 when the descriptor is in no epoll instance. */
    private int interest;

    private @Nullable EpollPoller poller;
    private Scratch scratch;

    /**
     * Takes a descriptor over.
     *
     * @param scratch for calls before it has begun
     */
    EpollPollable(int fd, Scratch scratch) {
        this.fd = fd;
        this.scratch = scratch;
    }

    final void begin(EpollPoller with, long eventKey, int firstInterest) throws IOException {
        poller = with;
        scratch = with.scratch();
        key = eventKey;
        interest(firstInterest);
    }

    @Override
    public final void interest(int wanted) throws IOException {
        int open = fd();
        EpollPoller watcher = poller;
        if (watcher == null) {
            throw new IllegalStateException("a pollable must be registered before its interest changes");
        }
        if (wanted == interest) {
            return;
        }
        int operation = interest == 0 ? Libc.EPOLL_CTL_ADD : wanted == 0 ? Libc.EPOLL_CTL_DEL : Libc.EPOLL_CTL_MOD;
        watcher.watch(operation, open, wanted, key);
        interest = wanted;
    }

    /** Takes it out of its epoll instance, if it is in one. */
    final void stopWatching() throws IOException {
        if (interest != 0) {
            interest(0);
        }
    }

    /** The number to make calls with; there is none after {@link #close}, when it may be another's already. */
    final int fd() throws ClosedChannelException {
        if (fd == CLOSED) {
            throw new ClosedChannelException();
        }
        return fd;
    }

    final Scratch scratch() {
        return scratch;
    }

    /**
     * Closing the last descriptor of a socket takes it out of epoll too (epoll(7)); a child process inherits none,
     * see SOCK_CLOEXEC.
     */
    @Override
    public void close() {
        if (fd != CLOSED) {
            int open = fd;
            fd = CLOSED;
            Libc.close(open);
        }
    }
}
