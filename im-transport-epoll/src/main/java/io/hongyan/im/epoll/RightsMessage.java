package io.hongyan.im.epoll;

import static java.lang.foreign.ValueLayout.JAVA_BYTE;
import static java.lang.foreign.ValueLayout.JAVA_INT;
import static java.lang.foreign.ValueLayout.JAVA_LONG;

import java.io.IOException;
import java.lang.foreign.Arena;
import java.lang.foreign.MemoryLayout;
import java.lang.foreign.MemoryLayout.PathElement;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.StructLayout;
import java.nio.charset.StandardCharsets;

/**
 * A message between two processes: a word, and descriptors that the kernel copies from one to the other (sendmsg(2), cmsg(3),
 * SCM_RIGHTS of unix(7)). The structures are those of both architectures.
 *
 * @param word {@link #END} is the end of all messages
 * @param descriptors the receiver's own, closed in children
 */
@SuppressWarnings("ArrayRecordComponent") // handed on, never compared
record RightsMessage(String word, int... descriptors) {
    /** The kernel passes on no more at once (SCM_MAX_FD). */
    static final int MOST_DESCRIPTORS = 253;

    /** No message is empty. */
    static final String END = "";

    static final StructLayout IOVEC =
            MemoryLayout.structLayout(JAVA_LONG.withName("iov_base"), JAVA_LONG.withName("iov_len"));

    static final StructLayout MSGHDR = MemoryLayout.structLayout(
            JAVA_LONG.withName("msg_name"),
            JAVA_INT.withName("msg_namelen"),
            MemoryLayout.paddingLayout(Integer.BYTES),
            JAVA_LONG.withName("msg_iov"),
            JAVA_LONG.withName("msg_iovlen"),
            JAVA_LONG.withName("msg_control"),
            JAVA_LONG.withName("msg_controllen"),
            JAVA_INT.withName("msg_flags"),
            MemoryLayout.paddingLayout(Integer.BYTES));

    static final StructLayout CMSGHDR = MemoryLayout.structLayout(
            JAVA_LONG.withName("cmsg_len"), JAVA_INT.withName("cmsg_level"), JAVA_INT.withName("cmsg_type"));

    private static final long BASE = offset(IOVEC, "iov_base");
    private static final long LENGTH = offset(IOVEC, "iov_len");
    private static final long IOV = offset(MSGHDR, "msg_iov");
    private static final long IOV_COUNT = offset(MSGHDR, "msg_iovlen");
    private static final long CONTROL = offset(MSGHDR, "msg_control");
    private static final long CONTROL_LENGTH = offset(MSGHDR, "msg_controllen");
    private static final long FLAGS = offset(MSGHDR, "msg_flags");
    private static final long CMSG_LENGTH = offset(CMSGHDR, "cmsg_len");
    private static final long LEVEL = offset(CMSGHDR, "cmsg_level");
    private static final long TYPE = offset(CMSGHDR, "cmsg_type");
    private static final int MOST_BYTES = 64;

    private static long offset(StructLayout struct, String field) {
        return struct.byteOffset(PathElement.groupElement(field));
    }

    /** Answers what sendmsg does. */
    int send(MemorySegment state, int socket, int flags) {
        try (Arena arena = Arena.ofConfined()) {
            MemorySegment bytes = arena.allocateFrom(JAVA_BYTE, word.getBytes(StandardCharsets.US_ASCII));
            MemorySegment message = header(arena, bytes);
            if (descriptors.length > 0) {
                MemorySegment control = controlFor(arena, descriptors.length);
                long length = CMSGHDR.byteSize() + (long) Integer.BYTES * descriptors.length;
                control.set(JAVA_LONG, CMSG_LENGTH, length);
                control.set(JAVA_INT, LEVEL, Libc.SOL_SOCKET);
                control.set(JAVA_INT, TYPE, Libc.SCM_RIGHTS);
                MemorySegment.copy(descriptors, 0, control, JAVA_INT, CMSGHDR.byteSize(), descriptors.length);
                attach(message, control);
            }
            return Libc.sendmsg(state, socket, message.address(), flags);
        }
    }

    /**
     * Receives one.
     *
     * @throws ErrnoException whatever recvmsg says, EAGAIN too
     * @throws IOException if this process cannot have as many descriptors more as came; it has none of them then
     */
    static RightsMessage receive(MemorySegment state, int socket, int flags) throws IOException {
        try (Arena arena = Arena.ofConfined()) {
            MemorySegment bytes = arena.allocate(MOST_BYTES);
            MemorySegment control = controlFor(arena, MOST_DESCRIPTORS);
            MemorySegment message = header(arena, bytes);
            attach(message, control);
            int length = ErrnoException.check(
                    "recvmsg", Libc.recvmsg(state, socket, message.address(), flags | Libc.MSG_CMSG_CLOEXEC));
            int[] descriptors = descriptorsIn(control, message.get(JAVA_LONG, CONTROL_LENGTH));
            if ((message.get(JAVA_INT, FLAGS) & Libc.MSG_CTRUNC) != 0) {
                for (int fd : descriptors) {
                    Libc.close(fd);
                }
                throw new IOException("only " + descriptors.length
                        + " of the listening sockets could be taken over, for want of descriptors; raise ulimit -n");
            }
            byte[] word = bytes.asSlice(0, length).toArray(JAVA_BYTE);
            return new RightsMessage(new String(word, StandardCharsets.US_ASCII), descriptors);
        }
    }

    private static MemorySegment header(Arena arena, MemorySegment bytes) {
        MemorySegment vector = arena.allocate(IOVEC);
        vector.set(JAVA_LONG, BASE, bytes.address());
        vector.set(JAVA_LONG, LENGTH, bytes.byteSize());
        MemorySegment message = arena.allocate(MSGHDR);
        message.set(JAVA_LONG, IOV, vector.address());
        message.set(JAVA_LONG, IOV_COUNT, 1);
        return message;
    }

    /** Room for one block of so many (CMSG_SPACE). */
    private static MemorySegment controlFor(Arena arena, int descriptors) {
        long data = (long) Integer.BYTES * descriptors;
        return arena.allocate(CMSGHDR.byteSize() + (data + Long.BYTES - 1) / Long.BYTES * Long.BYTES, Long.BYTES);
    }

    private static void attach(MemorySegment message, MemorySegment control) {
        message.set(JAVA_LONG, CONTROL, control.address());
        message.set(JAVA_LONG, CONTROL_LENGTH, control.byteSize());
    }

    private static int[] descriptorsIn(MemorySegment control, long filled) {
        boolean isThere = filled >= CMSGHDR.byteSize()
                && control.get(JAVA_INT, LEVEL) == Libc.SOL_SOCKET
                && control.get(JAVA_INT, TYPE) == Libc.SCM_RIGHTS;
        return isThere
                ? control.asSlice(CMSGHDR.byteSize(), control.get(JAVA_LONG, CMSG_LENGTH) - CMSGHDR.byteSize())
                        .toArray(JAVA_INT)
                : new int[0];
    }
}
