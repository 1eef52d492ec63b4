package io.hongyan.im.epoll;

import static java.lang.foreign.ValueLayout.JAVA_INT;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.hongyan.im.engine.Acceptor;
import io.hongyan.im.engine.KeepAlive;
import io.hongyan.im.test.client.RawClient;
import io.hongyan.im.test.evidence.Await;
import java.io.IOException;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

/** The calls that the contracts do not show, and what Linux does where this transport builds on it. */
final class LibcTest {
    private static final int EBADF = 9;
    private static final int ENOTSOCK = 88;
    private static final int O_CLOEXEC = 02000000;
    private static final int O_NONBLOCK = 04000;

    private static final KeepAlive KEEP_ALIVE = new KeepAlive(500, 100, 4);

    private final Scratch scratch = new Scratch(Arena.ofAuto());
    private final MemorySegment state = scratch.state;
    private final MemorySegment argument = Arena.ofAuto().allocate(JAVA_INT, 2);

    private Acceptor acceptor;
    private RawClient client;
    private EpollConnection connection;

    @BeforeEach
    void connectOne() throws IOException {
        acceptor = EpollAcceptor.bind(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), KEEP_ALIVE);
        client = new RawClient(acceptor.address(), 0);
        EpollConnection[] accepted = new EpollConnection[1];
        Await.until("the connection is accepted", () -> {
            try {
                accepted[0] = (EpollConnection) acceptor.accept();
            } catch (IOException e) {
                throw new AssertionError(e);
            }
            return accepted[0] != null;
        });
        connection = accepted[0];
    }

    @AfterEach
    void closeAll() throws IOException {
        client.close();
        connection.close();
        acceptor.close();
    }

    @Test
    @Tag("X9")
    void shouldGiveErrnoOfEachCallWhenItFails() {
        int eventfd = Libc.eventfd(state, 0, Libc.EFD_CLOEXEC | Libc.EFD_NONBLOCK);

        assertEquals(-EBADF, Libc.recv(state, -1, 0, 0, 0));
        assertEquals(-ENOTSOCK, Libc.shutdown(state, eventfd, Libc.SHUT_WR));
        assertEquals(-EBADF, Libc.listen(state, -1, 1));
        assertEquals(-Errno.EAFNOSUPPORT, Libc.socket(state, 12345, Libc.SOCK_STREAM, 0));

        assertEquals(0, Libc.close(eventfd));
    }

    @Test
    void shouldNameCallAndErrnoWhenAnExceptionIsMade() {
        assertEquals("accept4: EMFILE (Too many open files)", new ErrnoException("accept4", 24).getMessage());
        assertEquals("send: errno 1234 (errno 1234)", new ErrnoException("send", 1234).getMessage());
    }

    /** Linux hands the option on from the listener: no call for each connection. */
    @Test
    void shouldHaveNoDelayWhenAccepted() throws IOException {
        assertTrue(option(Libc.IPPROTO_TCP, Libc.TCP_NODELAY) != 0, "TCP_NODELAY is off");
    }

    /** As above. */
    @Test
    @Tag("S1")
    void shouldBeAskedForASignOfLifeWhenAccepted() throws IOException {
        assertTrue(option(Libc.SOL_SOCKET, Libc.SO_KEEPALIVE) != 0, "SO_KEEPALIVE is off");
        assertEquals(KEEP_ALIVE.idleSeconds(), option(Libc.IPPROTO_TCP, Libc.TCP_KEEPIDLE));
        assertEquals(KEEP_ALIVE.intervalSeconds(), option(Libc.IPPROTO_TCP, Libc.TCP_KEEPINTVL));
        assertEquals(KEEP_ALIVE.probes(), option(Libc.IPPROTO_TCP, Libc.TCP_KEEPCNT));
        assertEquals(KEEP_ALIVE.totalSeconds() * 1000, option(Libc.IPPROTO_TCP, Libc.TCP_USER_TIMEOUT));
    }

    private int option(int level, int name) throws IOException {
        argument.setAtIndex(JAVA_INT, 1, Integer.BYTES);
        long value = argument.address();
        assertEquals(0, Libc.getsockopt(state, fd(connection), level, name, value, value + Integer.BYTES));
        return argument.get(JAVA_INT, 0);
    }

    @Test
    void shouldBeClosedInChildrenAndNeverBlockWhenOpened() throws IOException {
        assertEquals(O_CLOEXEC | O_NONBLOCK, flags(fd(connection)) & (O_CLOEXEC | O_NONBLOCK));
        assertEquals(O_CLOEXEC | O_NONBLOCK, flags(fd((EpollAcceptor) acceptor)) & (O_CLOEXEC | O_NONBLOCK));
    }

    @Test
    void shouldKnowBothEndsWhenConnected() throws IOException {
        Sockaddr name = scratch.sockaddr;
        name.clear();
        assertEquals(0, Libc.getpeername(state, fd(connection), name.address(), name.lengthAddress()));
        assertEquals(client.localAddress(), name.decode());

        name.clear();
        assertEquals(0, Libc.getsockname(state, fd(connection), name.address(), name.lengthAddress()));
        assertEquals(acceptor.address(), name.decode());
    }

    private static int fd(EpollPollable pollable) throws IOException {
        return pollable.fd();
    }

    /** As fcntl(2) would tell them. */
    private static int flags(int fd) throws IOException {
        return Files.readAllLines(Path.of("/proc/self/fdinfo/" + fd)).stream()
                .filter(line -> line.startsWith("flags:"))
                .map(line -> Integer.parseInt(line.substring("flags:".length()).strip(), 8))
                .findFirst()
                .orElseThrow();
    }
}
