package io.hongyan.im.epoll;

import io.hongyan.im.engine.Pollable;
import io.hongyan.im.engine.Poller;
import io.hongyan.im.engine.Readiness;
import java.io.IOException;
import java.lang.foreign.Arena;
import java.nio.channels.ClosedChannelException;
import java.util.concurrent.atomic.AtomicInteger;

/**
 * An epoll instance and the eventfd that ends its waits. The engine's key is the event's data, so that what is told
 * of a closed socket cannot be taken for news of another that has its number now.
 *
 * <p>All is level-triggered but the eventfd: each write to it is one event (epoll(7), EPOLLET) and nobody needs to
 * read it, which saves a system call for each wake-up. Its counter would be full after 2^64 - 2 of them.
 */
final class EpollPoller implements Poller {
    private static final int MAX_EVENTS = 1024;
    private static final long NANOS_PER_MILLI = 1_000_000;

    /** Of {@link #wakers}. */
    private static final int CLOSED = Integer.MIN_VALUE;

    /** The eventfd's key; none of the engine's. */
    private static final long WAKE_UP = -1;

    private final Scratch scratch;
    private final EpollEvents ready;

    /** The argument of epoll_ctl. */
    private final EpollEvents change;

    private final int epoll;
    private final int eventfd;

    /** Only the loop's thread sets it, and reads it. */
    private boolean closed;

    /**
     * Wake-ups under way, and {@link #CLOSED} from the close on: a wake-up that came too late would write to whatever has the eventfd's
     * number now. Whoever leaves the latter alone frees the descriptors, once. No lock: a virtual thread that waited for one would give its
     * processor to handlers that do not give it back, with the wake-up still to be done, and a loop would wait for it.
     */
    private final AtomicInteger wakers = new AtomicInteger();

    private EpollPoller(Arena arena, Scratch scratch, int epoll, int eventfd) {
        EpollEvents.Layout layout = EpollEvents.Layout.ofThisMachine();
        this.scratch = scratch;
        this.ready = new EpollEvents(layout, MAX_EVENTS, arena);
        this.change = new EpollEvents(layout, 1, arena);
        this.epoll = epoll;
        this.eventfd = eventfd;
    }

    static EpollPoller open() throws IOException {
        Arena arena = Arena.ofAuto();
        Scratch scratch = new Scratch(arena);
        int epoll = ErrnoException.check("epoll_create1", Libc.epoll_create1(scratch.state, Libc.EPOLL_CLOEXEC));
        int eventfd = Libc.eventfd(scratch.state, 0, Libc.EFD_NONBLOCK | Libc.EFD_CLOEXEC);
        if (eventfd < 0) {
            Libc.close(epoll);
            throw new ErrnoException("eventfd", -eventfd);
        }
        EpollPoller poller = new EpollPoller(arena, scratch, epoll, eventfd);
        try {
            poller.control(Libc.EPOLL_CTL_ADD, eventfd, Libc.EPOLLIN | Libc.EPOLLET, WAKE_UP);
            return poller;
        } catch (IOException e) {
            poller.close();
            throw e;
        }
    }

    Scratch scratch() {
        return scratch;
    }

    @Override
    public void register(Pollable what, long key, int interest) throws IOException {
        ((EpollPollable) what).begin(this, key, interest);
    }

    /** No signal and no interrupt breaks a wait that matters: EINTR is a wait that found nothing. */
    @Override
    public void poll(long timeoutNanos, Events events) throws IOException {
        requireOpen();
        // Nothing here heeds an interrupt; taken off, it cannot reach a callback that would.
        boolean interrupted = Thread.interrupted();
        int timeoutMillis = interrupted ? 0 : millisRoundedUp(timeoutNanos);
        int found = Libc.epoll_wait(scratch.state, epoll, ready.address(), ready.capacity(), timeoutMillis);
        if (found == -Errno.EINTR) {
            return;
        }
        ErrnoException.check("epoll_wait", found);
        for (int i = 0; i < found; i++) {
            long key = ready.data(i);
            if (key != WAKE_UP) {
                events.ready(key, readiness(ready.events(i)));
            }
        }
    }

    @Override
    public void wakeUp() {
        int under;
        do {
            under = wakers.get();
            if (under < 0) {
                return;
            }
        } while (!wakers.compareAndSet(under, under + 1));
        try {
            Libc.eventfd_write(eventfd, 1);
        } finally {
            if (wakers.decrementAndGet() == CLOSED) {
                free();
            }
        }
    }

    @Override
    public void close() {
        if (!closed) {
            closed = true;
            if (wakers.getAndAdd(CLOSED) == 0) {
                free();
            }
        }
    }

    private void free() {
        Libc.close(eventfd);
        Libc.close(epoll);
    }

    /**
     * Tells the kernel what to watch for.
     *
     * @param operation one of epoll_ctl(2)
     */
    void watch(int operation, int fd, int interest, long key) throws IOException {
        int events = ((interest & Readiness.READ) != 0 ? Libc.EPOLLIN | Libc.EPOLLRDHUP : 0)
                | ((interest & Readiness.WRITE) != 0 ? Libc.EPOLLOUT : 0);
        control(operation, fd, events, key);
    }

    private void control(int operation, int fd, int events, long key) throws IOException {
        requireOpen();
        change.set(0, events, key);
        ErrnoException.check("epoll_ctl", Libc.epoll_ctl(scratch.state, epoll, operation, fd, change.address()));
    }

    private void requireOpen() throws ClosedChannelException {
        if (closed) {
            throw new ClosedChannelException();
        }
    }

    private static int readiness(int events) {
        return ((events & Libc.EPOLLIN) != 0 ? Readiness.READ : 0)
                | ((events & Libc.EPOLLOUT) != 0 ? Readiness.WRITE : 0)
                | ((events & Libc.EPOLLRDHUP) != 0 ? Readiness.PEER_CLOSED : 0)
                | ((events & Libc.EPOLLHUP) != 0 ? Readiness.HANG_UP : 0)
                | ((events & Libc.EPOLLERR) != 0 ? Readiness.ERROR : 0);
    }

    /**
     * Rounded up: a wait that ends early, before a deadline, would only be repeated until it is there. -1 is no
     * limit.
     */
    static int millisRoundedUp(long nanos) {
        if (nanos == Long.MAX_VALUE) {
            return -1;
        }
        long millis = nanos / NANOS_PER_MILLI + (nanos % NANOS_PER_MILLI == 0 ? 0 : 1);
        return (int) Math.min(millis, Integer.MAX_VALUE);
    }
}
