package io.hongyan.im.epoll;

import static java.lang.foreign.ValueLayout.JAVA_BYTE;
import static java.lang.foreign.ValueLayout.JAVA_INT;
import static java.lang.foreign.ValueLayout.JAVA_LONG;
import static java.lang.foreign.ValueLayout.JAVA_SHORT;

import java.io.IOException;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.nio.charset.Charset;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.HexFormat;
import java.util.concurrent.ThreadLocalRandom;
import org.jspecify.annotations.Nullable;

/**
 * A Unix socket between the servers of one machine (unix(7)). Of SOCK_SEQPACKET: a message comes whole, and no stray program that speaks to a
 * stream gets in.
 */
final class LocalSocket extends EpollPollable {
    /** That of the longest path that can be listened on; sun_path has 108 bytes, with a NUL, and {@link #listen} needs some of them. */
    static final int MOST_PATH_BYTES = 100;

    private static final int SUN_PATH = Short.BYTES;
    private static final int BACKLOG = 16;

    /**
     * Who is at the other end, at the time that it connected or began to listen.
     *
     * @param pid its process
     * @param uid its effective user
     */
    record Peer(int pid, int uid) {}

    private LocalSocket(int fd, Scratch scratch) {
        super(fd, scratch);
    }

    private static LocalSocket open(int flags) throws IOException {
        Scratch scratch = new Scratch(Arena.ofAuto());
        int type = Libc.SOCK_SEQPACKET | Libc.SOCK_CLOEXEC | flags;
        int fd = ErrnoException.check("socket", Libc.socket(scratch.state, Libc.AF_UNIX, type, 0));
        return new LocalSocket(fd, scratch);
    }

    /**
     * Listens, for this user alone, without blocking. The file appears in one step, ready to be connected to; one that was there is
     * replaced.
     */
    static LocalSocket listen(Path path) throws IOException {
        String suffix = "."
                + HexFormat.of().toHexDigits((short) ThreadLocalRandom.current().nextInt());
        Path born = Path.of(path + suffix);
        LocalSocket socket = open(Libc.SOCK_NONBLOCK);
        try (Arena arena = Arena.ofConfined()) {
            MemorySegment name = name(arena, born);
            int fd = socket.fd();
            MemorySegment state = socket.scratch().state;
            ErrnoException.check("bind", Libc.bind(state, fd, name.address(), (int) name.byteSize()));
            Files.setPosixFilePermissions(born, PosixFilePermissions.fromString("rw-------"));
            ErrnoException.check("listen", Libc.listen(state, fd, BACKLOG));
            Files.move(born, path, StandardCopyOption.ATOMIC_MOVE);
            return socket;
        } catch (IOException | RuntimeException | Error e) {
            socket.close();
            Files.deleteIfExists(born);
            throw e;
        }
    }

    /**
     * Connects to who listens there; then no call waits for longer than that.
     *
     * @throws ErrnoException ENOENT if there is no file, ECONNREFUSED if nobody listens on it, EAGAIN if it takes too long
     */
    static LocalSocket connect(Path path, int seconds) throws IOException {
        LocalSocket socket = open(0);
        try (Arena arena = Arena.ofConfined()) {
            MemorySegment time = arena.allocateFrom(JAVA_LONG, seconds, 0);
            MemorySegment name = name(arena, path);
            int fd = socket.fd();
            MemorySegment state = socket.scratch().state;
            for (int option : new int[] {Libc.SO_RCVTIMEO, Libc.SO_SNDTIMEO}) {
                ErrnoException.check(
                        "setsockopt",
                        Libc.setsockopt(state, fd, Libc.SOL_SOCKET, option, time.address(), (int) time.byteSize()));
            }
            ErrnoException.check("connect", Libc.connect(state, fd, name.address(), (int) name.byteSize()));
            return socket;
        } catch (IOException | RuntimeException | Error e) {
            socket.close();
            throw e;
        }
    }

    /** The struct sockaddr_un of a path. */
    private static MemorySegment name(Arena arena, Path path) {
        byte[] bytes = bytes(path);
        MemorySegment name = arena.allocate(SUN_PATH + bytes.length + 1L, Short.BYTES);
        name.set(JAVA_SHORT, 0, (short) Libc.AF_UNIX);
        MemorySegment.copy(bytes, 0, name, JAVA_BYTE, SUN_PATH, bytes.length);
        return name;
    }

    /** As the JDK gives a path to the kernel. */
    static byte[] bytes(Path path) {
        return path.toString().getBytes(Charset.forName(System.getProperty("sun.jnu.encoding", "UTF-8")));
    }

    /** Null if nobody waits. */
    @Nullable
    LocalSocket accept() throws IOException {
        int fd = Libc.accept4(scratch().state, fd(), 0, 0, Libc.SOCK_NONBLOCK | Libc.SOCK_CLOEXEC);
        if (fd == -Errno.EAGAIN || fd == -Errno.EINTR || fd == -Errno.ECONNABORTED) {
            return null;
        }
        return new LocalSocket(ErrnoException.check("accept4", fd), new Scratch(Arena.ofAuto()));
    }

    Peer peer() throws IOException {
        try (Arena arena = Arena.ofConfined()) {
            // struct ucred: pid, uid, gid
            MemorySegment who = arena.allocate(JAVA_INT, 3);
            MemorySegment length = arena.allocateFrom(JAVA_INT, (int) who.byteSize());
            ErrnoException.check(
                    "getsockopt",
                    Libc.getsockopt(
                            scratch().state, fd(), Libc.SOL_SOCKET, Libc.SO_PEERCRED, who.address(), length.address()));
            return new Peer(who.get(JAVA_INT, 0), who.getAtIndex(JAVA_INT, 1));
        }
    }

    /** Says a word, at once or not at all. */
    void say(String word, int... descriptors) throws IOException {
        RightsMessage message = new RightsMessage(word, descriptors);
        ErrnoException.check("sendmsg", message.send(scratch().state, fd(), Libc.MSG_DONTWAIT | Libc.MSG_NOSIGNAL));
    }

    /**
     * What the other end says.
     *
     * @param flags {@link Libc#MSG_DONTWAIT}, or 0
     * @return null if it says nothing yet; {@link RightsMessage#END} also if it has vanished
     */
    @Nullable
    RightsMessage hear(int flags) throws IOException {
        try {
            return RightsMessage.receive(scratch().state, fd(), flags);
        } catch (ErrnoException e) {
            return switch (e.errno()) {
                case Errno.EAGAIN, Errno.EINTR -> null;
                case Errno.ECONNRESET -> new RightsMessage(RightsMessage.END);
                default -> throw e;
            };
        }
    }
}
