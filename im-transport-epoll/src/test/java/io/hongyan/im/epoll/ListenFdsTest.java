package io.hongyan.im.epoll;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.hongyan.im.ImServer;
import io.hongyan.im.test.client.LineClient;
import io.hongyan.im.test.evidence.ChildJvm;
import java.io.IOException;
import java.net.BindException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

/** What systemd has opened is served, once (R4). */
@Tag("R4")
final class ListenFdsTest {
    private static final int O_NONBLOCK = 04000;
    private static final int O_CLOEXEC = 02000000;

    /** What systemd does: descriptors from 3 on, which block and are inherited, and the environment of this very process. */
    private static final String LIKE_SYSTEMD = """
            import fcntl, os, socket, sys
            wanted, other = (socket.create_server(("127.0.0.1", 0)) for _ in range(2))
            high = [fcntl.fcntl(fd, fcntl.F_DUPFD, 20) for fd in (os.open("/dev/null", os.O_RDONLY), other.fileno(),
                    wanted.fileno())]
            port = wanted.getsockname()[1]
            for at, fd in enumerate(high):
                os.dup2(fd, 3 + at)
            os.closerange(6, 100)
            os.environ.update(LISTEN_PID=str(os.getpid()), LISTEN_FDS="3")
            os.execv(sys.argv[1], sys.argv[1:] + [str(port)])
            """;

    @Test
    void shouldCountNothingThatIsNotForThisProcess() {
        assertEquals(2, ListenFds.count(Map.of("LISTEN_PID", "12", "LISTEN_FDS", "2"), 12));
        assertEquals(0, ListenFds.count(Map.of("LISTEN_PID", "12", "LISTEN_FDS", "2"), 13));
        assertEquals(0, ListenFds.count(Map.of(), 12));
        assertEquals(0, ListenFds.count(Map.of("LISTEN_PID", "12"), 12));
        assertEquals(0, ListenFds.count(Map.of("LISTEN_FDS", "2"), 12));
        assertEquals(0, ListenFds.count(Map.of("LISTEN_PID", "12", "LISTEN_FDS", "many"), 12));
        assertEquals(0, ListenFds.count(Map.of("LISTEN_PID", "12", "LISTEN_FDS", "-1"), 12));
        assertEquals(0, ListenFds.count(Map.of("LISTEN_PID", "12", "LISTEN_FDS", "2000000000"), 12));
    }

    @Test
    void shouldServeTheSocketThatIsThere() throws Exception {
        ProcessBuilder java = ChildJvm.of(ChildJvm.QUICK_FLAGS, Activated.class);
        java.command().addAll(0, List.of("python3", "-c", LIKE_SYSTEMD));

        ChildJvm child = ChildJvm.run(java);

        assertEquals(new ChildJvm(0, """
                        nio: Address already in use
                        epoll serves on 5, which blocks: false, is inherited: false
                        4 blocks: true, is inherited: true
                        a second one: Address already in use
                        a later one binds"""), child);
    }

    static final class Activated {
        private Activated() {}

        public static void main(String[] arguments) throws IOException {
            int port = Integer.parseInt(arguments[0]);
            System.out.println("nio: " + failure("nio", port));
            try (ImServer server = start("epoll", port);
                    LineClient client = new LineClient(server.address())) {
                client.echo("hi");
                int flags = flags(5);
                System.out.println("epoll serves on 5, which blocks: " + ((flags & O_NONBLOCK) == 0)
                        + ", is inherited: " + ((flags & O_CLOEXEC) == 0));
                flags = flags(4);
                System.out.println(
                        "4 blocks: " + ((flags & O_NONBLOCK) == 0) + ", is inherited: " + ((flags & O_CLOEXEC) == 0));
                System.out.println("a second one: " + failure("epoll", port));
            }
            start("epoll", port).close();
            System.out.println("a later one binds");
        }

        private static ImServer start(String transport, int port) throws IOException {
            return ImServer.builder()
                    .host("127.0.0.1")
                    .port(port)
                    .protocols("line")
                    .transport(transport)
                    .discoverPlugins(false)
                    .handler((session, message) -> session.send(message))
                    .start();
        }

        private static String failure(String transport, int port) throws IOException {
            try (ImServer server = start(transport, port)) {
                return "serves on " + server.address();
            } catch (BindException e) {
                assertTrue(e.getMessage().contains(": "), e.getMessage());
                return e.getMessage().replaceFirst(".*\\d: ([^;]*);.*", "$1");
            }
        }

        private static int flags(int fd) throws IOException {
            return Files.readAllLines(Path.of("/proc/self/fdinfo/" + fd)).stream()
                    .filter(line -> line.startsWith("flags:"))
                    .map(line ->
                            Integer.parseInt(line.substring("flags:".length()).strip(), 8))
                    .findFirst()
                    .orElseThrow();
        }
    }
}
