package io.hongyan.im.epoll;

import static java.lang.foreign.ValueLayout.JAVA_INT;

import java.io.IOException;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.net.InetSocketAddress;
import java.util.Map;

/**
 * The listening sockets that systemd has opened for this process, by its protocol (sd_listen_fds(3)): descriptors from 3 on, as many as
 * {@code LISTEN_FDS} says, if {@code LISTEN_PID} is this process. What no listener asks for is left alone. Any thread.
 *
 * <p>Each is taken once in the life of the process: once it is closed, its number may be another's. That is noted where every copy of this
 * class sees it, for a process may have loaded it more than once.
 */
final class ListenFds {
    private static final int FIRST = 3;

    /** More than that is no number of sockets. */
    private static final int MOST = 4096;

    private static final String TAKEN = "io.hongyan.im.epoll.taken.";

    private ListenFds() {}

    /** The descriptor of the socket that is bound to that address, or {@link InheritedSockets#NONE}. */
    static int take(InetSocketAddress wanted) throws IOException {
        int count = count(System.getenv(), ProcessHandle.current().pid());
        if (count == 0) {
            return InheritedSockets.NONE;
        }
        try (Arena arena = Arena.ofConfined()) {
            Scratch scratch = new Scratch(arena);
            for (int fd = FIRST; fd < FIRST + count; fd++) {
                if (isWanted(fd, wanted, scratch) && System.getProperties().putIfAbsent(TAKEN + fd, "yes") == null) {
                    return prepared(fd, scratch.state);
                }
            }
        }
        return InheritedSockets.NONE;
    }

    /** How many there are; what cannot be read counts as none. */
    static int count(Map<String, String> environment, long pid) {
        try {
            if (Long.parseLong(environment.getOrDefault("LISTEN_PID", "")) != pid) {
                return 0;
            }
            int count = Integer.parseInt(environment.getOrDefault("LISTEN_FDS", ""));
            return count < 0 || count > MOST ? 0 : count;
        } catch (NumberFormatException e) {
            return 0;
        }
    }

    private static boolean isWanted(int fd, InetSocketAddress wanted, Scratch scratch) {
        try {
            return System.getProperty(TAKEN + fd) == null
                    && isListening(fd, scratch.state)
                    && InheritedSockets.isAt(EpollAcceptor.nameOf(fd, scratch), wanted);
        } catch (IOException none) {
            return false;
        }
    }

    private static boolean isListening(int fd, MemorySegment state) {
        try (Arena arena = Arena.ofConfined()) {
            MemorySegment value = arena.allocate(JAVA_INT);
            MemorySegment length = arena.allocateFrom(JAVA_INT, Integer.BYTES);
            int result =
                    Libc.getsockopt(state, fd, Libc.SOL_SOCKET, Libc.SO_ACCEPTCONN, value.address(), length.address());
            return result == 0 && value.get(JAVA_INT, 0) != 0;
        }
    }

    /** systemd hands sockets out that block, and that children inherit. */
    private static int prepared(int fd, MemorySegment state) throws IOException {
        ErrnoException.check("fcntl", Libc.fcntl(state, fd, Libc.F_SETFD, Libc.FD_CLOEXEC));
        int flags = ErrnoException.check("fcntl", Libc.fcntl(state, fd, Libc.F_GETFL, 0));
        ErrnoException.check("fcntl", Libc.fcntl(state, fd, Libc.F_SETFL, flags | Libc.O_NONBLOCK));
        return fd;
    }
}
