package io.hongyan.im.epoll;

import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;

/**
 * The native memory that one thread's calls need: an acceptor's, or a poller's and with it that of all that it
 * watches. Made once, so that no call allocates; the collector frees it, so that it cannot be freed too early or
 * twice.
 */
final class Scratch {
    /** Where a call leaves errno. */
    final MemorySegment state;

    final Sockaddr sockaddr;

    /** The address of the buffer that the loop reads into, and of that it writes from. */
    final BufferAddress received = new BufferAddress();

    final BufferAddress sent = new BufferAddress();

    Scratch(Arena arena) {
        state = arena.allocate(Libc.STATE);
        sockaddr = new Sockaddr(arena);
    }
}
