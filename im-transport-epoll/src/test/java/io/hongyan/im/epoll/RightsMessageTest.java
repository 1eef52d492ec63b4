package io.hongyan.im.epoll;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.hongyan.im.engine.Connection;
import io.hongyan.im.engine.KeepAlive;
import io.hongyan.im.engine.Readiness;
import java.io.IOException;
import java.lang.foreign.MemoryLayout.PathElement;
import java.lang.foreign.StructLayout;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Words and descriptors between two ends of a Unix socket, and what the kernel makes of a descriptor that two have. */
final class RightsMessageTest {
    private static final int O_CLOEXEC = 02000000;

    @TempDir
    private Path folder;

    /** As the headers of x86_64 and aarch64 have them. */
    @Test
    void shouldBeLaidOutAsTheKernelWantsIt() {
        expectOffsets(RightsMessage.IOVEC, 16, "iov_base", 0, "iov_len", 8);
        expectOffsets(
                RightsMessage.MSGHDR,
                56,
                "msg_name",
                0,
                "msg_namelen",
                8,
                "msg_iov",
                16,
                "msg_iovlen",
                24,
                "msg_control",
                32,
                "msg_controllen",
                40,
                "msg_flags",
                48);
        expectOffsets(RightsMessage.CMSGHDR, 16, "cmsg_len", 0, "cmsg_level", 8, "cmsg_type", 12);
    }

    private static void expectOffsets(StructLayout struct, long size, Object... offsets) {
        assertEquals(size, struct.byteSize());
        for (int i = 0; i < offsets.length; i += 2) {
            String field = (String) offsets[i];
            assertEquals((int) offsets[i + 1], struct.byteOffset(PathElement.groupElement(field)), field);
        }
    }

    @Test
    void shouldBringWordsAndDescriptorsOver() throws IOException {
        try (Ends ends = new Ends(folder.resolve("s"));
                Listening listening = new Listening()) {
            int fd = listening.acceptor.fd();
            assertNull(ends.accepted.hear(Libc.MSG_DONTWAIT));

            ends.connected.say("two", fd, fd);
            ends.connected.say("none");
            RightsMessage two = ends.accepted.hear(0);
            RightsMessage none = ends.accepted.hear(0);

            assertEquals("two", two.word());
            assertEquals(2, two.descriptors().length);
            for (int other : two.descriptors()) {
                assertEquals(O_CLOEXEC, O_CLOEXEC & flags(other), "a child would inherit it");
                EpollAcceptor same = EpollAcceptor.over(other, KeepAlive.OFF);
                assertEquals(listening.acceptor.address(), same.address());
                same.close();
            }
            assertEquals("none", none.word());
            assertEquals(0, none.descriptors().length);
        }
    }

    /** As many as go at once, and of the padding between. */
    @Test
    void shouldBringAnyNumberOver() throws IOException {
        try (Ends ends = new Ends(folder.resolve("s"));
                Listening listening = new Listening()) {
            for (int count : new int[] {1, 2, 3, RightsMessage.MOST_DESCRIPTORS}) {
                int[] all = new int[count];
                Arrays.fill(all, listening.acceptor.fd());

                ends.connected.say("many", all);
                int[] received = ends.accepted.hear(0).descriptors();

                assertEquals(count, received.length);
                for (int fd : received) {
                    assertEquals(0, Libc.close(fd));
                }
            }
        }
    }

    @Test
    void shouldHearTheEndWhenTheOtherHasClosed() throws IOException {
        try (Ends ends = new Ends(folder.resolve("s"))) {
            ends.connected.say("last");
            ends.connected.close();

            assertEquals("last", ends.accepted.hear(0).word());
            assertEquals(RightsMessage.END, ends.accepted.hear(0).word());
            assertEquals(
                    RightsMessage.END, ends.accepted.hear(Libc.MSG_DONTWAIT).word());
        }
    }

    @Test
    void shouldHearTheEndWhenNobodyHasAccepted() throws IOException {
        Path path = folder.resolve("s");
        LocalSocket listening = LocalSocket.listen(path);
        LocalSocket connected = LocalSocket.connect(path, 10);
        listening.close();

        assertEquals(RightsMessage.END, connected.hear(0).word());
        connected.close();
    }

    @Test
    void shouldKnowWhoIsThere() throws IOException {
        try (Ends ends = new Ends(folder.resolve("s"))) {
            int pid = (int) ProcessHandle.current().pid();

            assertEquals(new LocalSocket.Peer(pid, Libc.geteuid()), ends.accepted.peer());
            assertEquals(new LocalSocket.Peer(pid, Libc.geteuid()), ends.connected.peer());
        }
    }

    /** The socket lives on, and with it what an epoll instance was told of it: a predecessor's loop would spin. */
    @Test
    @Tag("R4")
    void shouldTellNothingOfASocketThatOnlyAnotherHas() throws IOException {
        try (Ends ends = new Ends(folder.resolve("s"));
                Listening listening = new Listening()) {
            EpollPoller poller = EpollPoller.open();
            poller.register(listening.acceptor, 7, Readiness.READ);
            ends.connected.say("yours", listening.acceptor.fd());
            int fd = ends.accepted.hear(0).descriptors()[0];
            List<Long> told = new ArrayList<>();

            listening.acceptor.close();
            try (Socket waits = new Socket(
                    InetAddress.getLoopbackAddress(),
                    listening.acceptor.address().getPort())) {
                poller.poll(0, (key, readiness) -> told.add(key));

                assertEquals(List.of(), told);
                EpollAcceptor other = EpollAcceptor.over(fd, KeepAlive.OFF);
                Connection accepted = other.accept();
                assertTrue(waits.isConnected() && accepted != null, "who waits is lost");
                accepted.close();
                other.close();
            }
            poller.close();
        }
    }

    private static int flags(int fd) throws IOException {
        return Files.readAllLines(Path.of("/proc/self/fdinfo/" + fd)).stream()
                .filter(line -> line.startsWith("flags:"))
                .map(line -> Integer.parseInt(line.substring("flags:".length()).strip(), 8))
                .findFirst()
                .orElseThrow();
    }

    private static final class Listening implements AutoCloseable {
        final EpollAcceptor acceptor =
                EpollAcceptor.bind(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), KeepAlive.OFF);

        Listening() throws IOException {}

        @Override
        public void close() {
            acceptor.close();
        }
    }

    private static final class Ends implements AutoCloseable {
        final LocalSocket connected;
        final LocalSocket accepted;

        Ends(Path path) throws IOException {
            LocalSocket listening = LocalSocket.listen(path);
            connected = LocalSocket.connect(path, 10);
            accepted = listening.accept();
            listening.close();
        }

        @Override
        public void close() {
            connected.close();
            accepted.close();
        }
    }
}
