package io.hongyan.im.epoll;

import static org.junit.jupiter.api.Assertions.assertEquals;

import io.hongyan.im.engine.Acceptor;
import io.hongyan.im.engine.Connection;
import io.hongyan.im.engine.KeepAlive;
import io.hongyan.im.engine.Poller;
import io.hongyan.im.engine.Readiness;
import io.hongyan.im.test.evidence.ChildJvm;
import java.io.FileInputStream;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

/** Out of descriptors, what waits is neither lost nor taken for nothing (X1). */
final class DescriptorLimitTest {
    private static final List<String> FEW_DESCRIPTORS = List.of("/bin/sh", "-c", "ulimit -n 128 && exec \"$@\"", "sh");

    @Test
    void shouldThrowAndAcceptLaterWhenDescriptorsRunOut() throws Exception {
        ProcessBuilder program = ChildJvm.of(ChildJvm.ALL_FLAGS, Exhaustion.class);
        program.command().addAll(0, FEW_DESCRIPTORS);

        ChildJvm child = ChildJvm.run(program);

        assertEquals(new ChildJvm(0, "accept4: EMFILE (Too many open files)\naccepted"), child);
    }

    static final class Exhaustion {
        private Exhaustion() {}

        public static void main(String[] arguments) throws IOException {
            Poller poller = EpollPoller.open();
            Acceptor acceptor =
                    EpollAcceptor.bind(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), KeepAlive.OFF);
            poller.register(acceptor, 0, Readiness.READ);
            // Once in peace, so that all classes are there.
            Socket first = connect(acceptor);
            accept(poller, acceptor).close();
            first.close();
            ErrnoException loaded = new ErrnoException("accept4", 24);

            Socket second = connect(acceptor);
            List<FileInputStream> all = takeAll();
            try {
                accept(poller, acceptor);
            } catch (ErrnoException e) {
                all.getLast().close();
                System.out.println(e.errno() == loaded.errno() ? e.getMessage() : "another error: " + e);
            }
            accept(poller, acceptor).close();
            System.out.println("accepted");
            second.close();
        }

        private static Socket connect(Acceptor acceptor) throws IOException {
            return new Socket(
                    acceptor.address().getAddress(), acceptor.address().getPort());
        }

        private static Connection accept(Poller poller, Acceptor acceptor) throws IOException {
            poller.poll(Long.MAX_VALUE, (key, readiness) -> {});
            Connection accepted = acceptor.accept();
            if (accepted == null) {
                throw new IOException("nobody waits");
            }
            return accepted;
        }

        private static List<FileInputStream> takeAll() {
            List<FileInputStream> all = new ArrayList<>();
            while (true) {
                try {
                    all.add(new FileInputStream("/dev/null"));
                } catch (IOException none) {
                    return all;
                }
            }
        }
    }
}
