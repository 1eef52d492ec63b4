package io.hongyan.im.epoll;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

import io.hongyan.im.engine.Acceptor;
import io.hongyan.im.engine.KeepAlive;
import io.hongyan.im.engine.Poller;
import io.hongyan.im.engine.Readiness;
import java.io.IOException;
import java.net.BindException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

/** What is opened is closed, and what fails half-way leaves nothing. */
final class DescriptorLeakTest {
    @Test
    void shouldHoldNothingWhenClosed() throws IOException {
        List<String> before = sockets();

        for (int i = 0; i < 50; i++) {
            Poller poller = EpollPoller.open();
            Acceptor acceptor =
                    EpollAcceptor.bind(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), KeepAlive.OFF);
            poller.register(acceptor, 0, Readiness.READ);
            acceptor.close();
            poller.close();
        }

        assertEquals(List.of(), since(before));
    }

    @Test
    void shouldHoldNothingWhenBindFails() throws IOException {
        Acceptor first = EpollAcceptor.bind(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), KeepAlive.OFF);
        List<String> before = sockets();

        for (int i = 0; i < 50; i++) {
            assertThrows(BindException.class, () -> EpollAcceptor.bind(first.address(), KeepAlive.OFF));
        }

        assertEquals(List.of(), since(before));
        first.close();
    }

    private static List<String> since(List<String> before) throws IOException {
        List<String> now = sockets();
        now.removeAll(before);
        return now;
    }

    /** Also epoll instances and eventfds. */
    private static List<String> sockets() throws IOException {
        List<String> all = new ArrayList<>();
        try (DirectoryStream<Path> descriptors = Files.newDirectoryStream(Path.of("/proc/self/fd"))) {
            for (Path descriptor : descriptors) {
                String target = Files.exists(descriptor, LinkOption.NOFOLLOW_LINKS)
                        ? Files.readSymbolicLink(descriptor).toString()
                        : "";
                if (target.startsWith("socket:") || target.startsWith("anon_inode:")) {
                    all.add(descriptor.getFileName() + " " + target);
                }
            }
        }
        return all;
    }
}
