package io.hongyan.im.epoll;

import static java.lang.foreign.ValueLayout.JAVA_INT;
import static java.lang.foreign.ValueLayout.JAVA_LONG;

import java.lang.foreign.FunctionDescriptor;
import java.lang.foreign.Linker;
import java.lang.foreign.MemoryLayout;
import java.lang.foreign.MemoryLayout.PathElement;
import java.lang.foreign.MemorySegment;
import java.lang.invoke.MethodHandle;

/**
 * All system calls, each by the name and the argument order of its man page. A result is the call's, or -errno if it
 * failed, as the kernel itself has it. Pointers are {@code long}: the C ABI of both architectures passes them alike.
 *
 * <p>errno is a thread's, and any work of the JVM may change it before Java code could ask: so the call itself leaves
 * it in {@code state}, which no other thread may use meanwhile. Nothing here allocates. No call is {@code critical}:
 * that would keep safepoints waiting, and epoll_wait blocks.
 */
@SuppressWarnings("restricted")
final class Libc {
    static final int AF_UNIX = 1;
    static final int AF_INET = 2;
    static final int AF_INET6 = 10;
    static final int SOCK_STREAM = 1;
    static final int SOCK_SEQPACKET = 5;
    static final int SOCK_NONBLOCK = 0x800;
    static final int SOCK_CLOEXEC = 0x80000;
    static final int SOL_SOCKET = 1;
    static final int SO_REUSEADDR = 2;
    static final int SO_KEEPALIVE = 9;
    static final int SO_PEERCRED = 17;
    static final int SO_RCVTIMEO = 20;
    static final int SO_SNDTIMEO = 21;
    static final int SO_ACCEPTCONN = 30;
    static final int SCM_RIGHTS = 1;
    static final int IPPROTO_TCP = 6;
    static final int TCP_NODELAY = 1;
    static final int TCP_KEEPIDLE = 4;
    static final int TCP_KEEPINTVL = 5;
    static final int TCP_KEEPCNT = 6;
    static final int TCP_USER_TIMEOUT = 18;
    static final int IPPROTO_IPV6 = 41;
    static final int IPV6_V6ONLY = 26;
    static final int MSG_CTRUNC = 0x8;
    static final int MSG_DONTWAIT = 0x40;
    static final int MSG_NOSIGNAL = 0x4000;
    static final int MSG_CMSG_CLOEXEC = 0x40000000;
    static final int F_SETFD = 2;
    static final int F_GETFL = 3;
    static final int F_SETFL = 4;
    static final int FD_CLOEXEC = 1;
    static final int O_NONBLOCK = 0x800;
    static final int SHUT_WR = 1;
    static final int EPOLL_CLOEXEC = 0x80000;
    static final int EPOLL_CTL_ADD = 1;
    static final int EPOLL_CTL_DEL = 2;
    static final int EPOLL_CTL_MOD = 3;
    static final int EPOLLIN = 0x1;
    static final int EPOLLOUT = 0x4;
    static final int EPOLLERR = 0x8;
    static final int EPOLLHUP = 0x10;
    static final int EPOLLRDHUP = 0x2000;
    static final int EPOLLET = 1 << 31;
    static final int EFD_NONBLOCK = 0x800;
    static final int EFD_CLOEXEC = 0x80000;

    /** What {@code state} must be. */
    static final MemoryLayout STATE = Linker.Option.captureStateLayout();

    private static final long ERRNO = STATE.byteOffset(PathElement.groupElement("errno"));
    private static final Linker.Option CAPTURE = Linker.Option.captureCallState("errno");

    private static final MethodHandle socket$mh = capturing("socket", JAVA_INT, JAVA_INT, JAVA_INT, JAVA_INT);
    private static final MethodHandle bind$mh = capturing("bind", JAVA_INT, JAVA_INT, JAVA_LONG, JAVA_INT);
    private static final MethodHandle listen$mh = capturing("listen", JAVA_INT, JAVA_INT, JAVA_INT);
    private static final MethodHandle connect$mh = capturing("connect", JAVA_INT, JAVA_INT, JAVA_LONG, JAVA_INT);
    private static final MethodHandle accept4$mh =
            capturing("accept4", JAVA_INT, JAVA_INT, JAVA_LONG, JAVA_LONG, JAVA_INT);
    private static final MethodHandle recv$mh = capturing("recv", JAVA_LONG, JAVA_INT, JAVA_LONG, JAVA_LONG, JAVA_INT);
    private static final MethodHandle send$mh = capturing("send", JAVA_LONG, JAVA_INT, JAVA_LONG, JAVA_LONG, JAVA_INT);
    private static final MethodHandle recvmsg$mh = capturing("recvmsg", JAVA_LONG, JAVA_INT, JAVA_LONG, JAVA_INT);
    private static final MethodHandle sendmsg$mh = capturing("sendmsg", JAVA_LONG, JAVA_INT, JAVA_LONG, JAVA_INT);
    private static final MethodHandle fcntl$mh = link(
            "fcntl",
            FunctionDescriptor.of(JAVA_INT, JAVA_INT, JAVA_INT, JAVA_INT),
            CAPTURE,
            Linker.Option.firstVariadicArg(2));
    private static final MethodHandle geteuid$mh = plain("geteuid", JAVA_INT);
    private static final MethodHandle shutdown$mh = capturing("shutdown", JAVA_INT, JAVA_INT, JAVA_INT);
    private static final MethodHandle setsockopt$mh =
            capturing("setsockopt", JAVA_INT, JAVA_INT, JAVA_INT, JAVA_INT, JAVA_LONG, JAVA_INT);
    private static final MethodHandle getsockopt$mh =
            capturing("getsockopt", JAVA_INT, JAVA_INT, JAVA_INT, JAVA_INT, JAVA_LONG, JAVA_LONG);
    private static final MethodHandle getsockname$mh =
            capturing("getsockname", JAVA_INT, JAVA_INT, JAVA_LONG, JAVA_LONG);
    private static final MethodHandle getpeername$mh =
            capturing("getpeername", JAVA_INT, JAVA_INT, JAVA_LONG, JAVA_LONG);
    private static final MethodHandle epoll_create1$mh = capturing("epoll_create1", JAVA_INT, JAVA_INT);
    private static final MethodHandle epoll_ctl$mh =
            capturing("epoll_ctl", JAVA_INT, JAVA_INT, JAVA_INT, JAVA_INT, JAVA_LONG);
    private static final MethodHandle epoll_wait$mh =
            capturing("epoll_wait", JAVA_INT, JAVA_INT, JAVA_LONG, JAVA_INT, JAVA_INT);
    private static final MethodHandle eventfd$mh = capturing("eventfd", JAVA_INT, JAVA_INT, JAVA_INT);
    private static final MethodHandle eventfd_write$mh = plain("eventfd_write", JAVA_INT, JAVA_INT, JAVA_LONG);
    private static final MethodHandle close$mh = plain("close", JAVA_INT, JAVA_INT);

    private Libc() {}

    static int socket(MemorySegment state, int domain, int type, int protocol) {
        try {
            return result(state, (int) socket$mh.invokeExact(state, domain, type, protocol));
        } catch (Throwable t) {
            throw unexpected(t);
        }
    }

    static int bind(MemorySegment state, int fd, long address, int length) {
        try {
            return result(state, (int) bind$mh.invokeExact(state, fd, address, length));
        } catch (Throwable t) {
            throw unexpected(t);
        }
    }

    static int listen(MemorySegment state, int fd, int backlog) {
        try {
            return result(state, (int) listen$mh.invokeExact(state, fd, backlog));
        } catch (Throwable t) {
            throw unexpected(t);
        }
    }

    static int connect(MemorySegment state, int fd, long address, int length) {
        try {
            return result(state, (int) connect$mh.invokeExact(state, fd, address, length));
        } catch (Throwable t) {
            throw unexpected(t);
        }
    }

    static int accept4(MemorySegment state, int fd, long address, long length, int flags) {
        try {
            return result(state, (int) accept4$mh.invokeExact(state, fd, address, length, flags));
        } catch (Throwable t) {
            throw unexpected(t);
        }
    }

    /** The length is a ByteBuffer's, so that the result is an int. */
    static int recv(MemorySegment state, int fd, long buffer, int length, int flags) {
        try {
            return result(state, (int) (long) recv$mh.invokeExact(state, fd, buffer, (long) length, flags));
        } catch (Throwable t) {
            throw unexpected(t);
        }
    }

    /** The length is a ByteBuffer's, so that the result is an int. */
    static int send(MemorySegment state, int fd, long buffer, int length, int flags) {
        try {
            return result(state, (int) (long) send$mh.invokeExact(state, fd, buffer, (long) length, flags));
        } catch (Throwable t) {
            throw unexpected(t);
        }
    }

    /** What comes is short, so that the result is an int. */
    static int recvmsg(MemorySegment state, int fd, long message, int flags) {
        try {
            return result(state, (int) (long) recvmsg$mh.invokeExact(state, fd, message, flags));
        } catch (Throwable t) {
            throw unexpected(t);
        }
    }

    /** What goes is short, so that the result is an int. */
    static int sendmsg(MemorySegment state, int fd, long message, int flags) {
        try {
            return result(state, (int) (long) sendmsg$mh.invokeExact(state, fd, message, flags));
        } catch (Throwable t) {
            throw unexpected(t);
        }
    }

    /** For the commands whose argument is a number. */
    static int fcntl(MemorySegment state, int fd, int command, int argument) {
        try {
            return result(state, (int) fcntl$mh.invokeExact(state, fd, command, argument));
        } catch (Throwable t) {
            throw unexpected(t);
        }
    }

    /** Cannot fail. */
    static int geteuid() {
        try {
            return (int) geteuid$mh.invokeExact();
        } catch (Throwable t) {
            throw unexpected(t);
        }
    }

    static int shutdown(MemorySegment state, int fd, int how) {
        try {
            return result(state, (int) shutdown$mh.invokeExact(state, fd, how));
        } catch (Throwable t) {
            throw unexpected(t);
        }
    }

    static int setsockopt(MemorySegment state, int fd, int level, int option, long value, int length) {
        try {
            return result(state, (int) setsockopt$mh.invokeExact(state, fd, level, option, value, length));
        } catch (Throwable t) {
            throw unexpected(t);
        }
    }

    static int getsockopt(MemorySegment state, int fd, int level, int option, long value, long length) {
        try {
            return result(state, (int) getsockopt$mh.invokeExact(state, fd, level, option, value, length));
        } catch (Throwable t) {
            throw unexpected(t);
        }
    }

    static int getsockname(MemorySegment state, int fd, long address, long length) {
        try {
            return result(state, (int) getsockname$mh.invokeExact(state, fd, address, length));
        } catch (Throwable t) {
            throw unexpected(t);
        }
    }

    static int getpeername(MemorySegment state, int fd, long address, long length) {
        try {
            return result(state, (int) getpeername$mh.invokeExact(state, fd, address, length));
        } catch (Throwable t) {
            throw unexpected(t);
        }
    }

    static int epoll_create1(MemorySegment state, int flags) {
        try {
            return result(state, (int) epoll_create1$mh.invokeExact(state, flags));
        } catch (Throwable t) {
            throw unexpected(t);
        }
    }

    static int epoll_ctl(MemorySegment state, int epfd, int op, int fd, long event) {
        try {
            return result(state, (int) epoll_ctl$mh.invokeExact(state, epfd, op, fd, event));
        } catch (Throwable t) {
            throw unexpected(t);
        }
    }

    static int epoll_wait(MemorySegment state, int epfd, long events, int maxEvents, int timeoutMillis) {
        try {
            return result(state, (int) epoll_wait$mh.invokeExact(state, epfd, events, maxEvents, timeoutMillis));
        } catch (Throwable t) {
            throw unexpected(t);
        }
    }

    static int eventfd(MemorySegment state, int initial, int flags) {
        try {
            return result(state, (int) eventfd$mh.invokeExact(state, initial, flags));
        } catch (Throwable t) {
            throw unexpected(t);
        }
    }

    /**
     * Adds to the counter. glibc's and musl's form of write(2) for an eventfd takes the value in a register: a
     * wake-up needs no memory, so any thread may call.
     *
     * @return 0, or -1 for whatever error
     */
    static int eventfd_write(int fd, long value) {
        try {
            return (int) eventfd_write$mh.invokeExact(fd, value);
        } catch (Throwable t) {
            throw unexpected(t);
        }
    }

    /**
     * Frees the descriptor, whatever the result (close(2): Linux does so even on EINTR, and a second try may hit
     * another's). Any thread.
     */
    static int close(int fd) {
        try {
            return (int) close$mh.invokeExact(fd);
        } catch (Throwable t) {
            throw unexpected(t);
        }
    }

    private static int result(MemorySegment state, int result) {
        return result >= 0 ? result : -state.get(JAVA_INT, ERRNO);
    }

    private static MethodHandle capturing(String name, MemoryLayout result, MemoryLayout... arguments) {
        return link(name, FunctionDescriptor.of(result, arguments), CAPTURE);
    }

    private static MethodHandle plain(String name, MemoryLayout result, MemoryLayout... arguments) {
        return link(name, FunctionDescriptor.of(result, arguments));
    }

    private static MethodHandle link(String name, FunctionDescriptor function, Linker.Option... options) {
        Linker linker = Linker.nativeLinker();
        return linker.downcallHandle(linker.defaultLookup().findOrThrow(name), function, options);
    }

    /** A downcall declares Throwable; what it can throw is unchecked. */
    private static RuntimeException unexpected(Throwable t) {
        if (t instanceof Error e) {
            throw e;
        }
        return t instanceof RuntimeException e ? e : new IllegalStateException(t);
    }
}
