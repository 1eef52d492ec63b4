package io.hongyan.im.epoll;

import java.io.IOException;
import java.lang.foreign.Arena;
import java.net.InetSocketAddress;
import java.util.Iterator;
import java.util.LinkedHashMap;
import java.util.Map;

/** Descriptors of listening sockets that another process has bound, until they are taken. One thread at a time. */
final class InheritedSockets {
    /** No descriptor. */
    static final int NONE = -1;

    private final Map<Integer, InetSocketAddress> bound = new LinkedHashMap<>();

    /** Takes over all of these, also if it throws: then they are closed. */
    void addAll(int... fds) throws IOException {
        Scratch scratch = new Scratch(Arena.ofAuto());
        for (int i = 0; i < fds.length; i++) {
            try {
                bound.put(fds[i], EpollAcceptor.nameOf(fds[i], scratch));
            } catch (IOException | RuntimeException e) {
                for (int left = i; left < fds.length; left++) {
                    Libc.close(fds[left]);
                }
                closeAll();
                throw e;
            }
        }
    }

    /** Gives away the socket that is bound to that address, or {@link #NONE}. */
    int take(InetSocketAddress wanted) {
        for (Iterator<Map.Entry<Integer, InetSocketAddress>> all =
                        bound.entrySet().iterator();
                all.hasNext(); ) {
            Map.Entry<Integer, InetSocketAddress> next = all.next();
            if (isAt(next.getValue(), wanted)) {
                all.remove();
                return next.getKey();
            }
        }
        return NONE;
    }

    /** Closes those that nobody has taken. */
    void closeAll() {
        bound.keySet().forEach(Libc::close);
        bound.clear();
    }

    /** Whether a socket with that name is what a listener asks for. A wildcard is one, of whichever family; port 0 asks for a new one. */
    static boolean isAt(InetSocketAddress name, InetSocketAddress wanted) {
        if (wanted.isUnresolved() || name.getPort() != wanted.getPort()) {
            return false;
        }
        return wanted.getAddress().isAnyLocalAddress()
                ? name.getAddress().isAnyLocalAddress()
                : name.getAddress().equals(wanted.getAddress());
    }
}
