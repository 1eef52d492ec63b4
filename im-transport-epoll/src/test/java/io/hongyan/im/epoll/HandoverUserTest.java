package io.hongyan.im.epoll;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import io.hongyan.im.ImServer;
import io.hongyan.im.test.evidence.Await;
import io.hongyan.im.test.evidence.ChildJvm;
import io.hongyan.im.test.evidence.LogCapture;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.time.Duration;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Listening sockets are for processes of the same user alone (R4). Only root can play another user. */
@Tag("R4")
final class HandoverUserTest {
    private static final String NOBODY = """
            import os, socket, sys
            os.setgid(65534)
            os.setuid(65534)
            end = socket.socket(socket.AF_UNIX, socket.SOCK_SEQPACKET)
            """;

    private static final String ASKS = NOBODY + """
            end.settimeout(30)
            try:
                end.connect(sys.argv[1])
                print("heard", end.recv(100))
            except OSError as error:
                print(type(error).__name__)
            """;

    private static final String LISTENS = NOBODY + """
            end.bind(sys.argv[1] + ".born")
            end.listen()
            os.rename(sys.argv[1] + ".born", sys.argv[1])
            other, _ = end.accept()
            other.recv(100)
            """;

    @TempDir
    private Path folder;

    private Path path;

    @BeforeEach
    void openTheFolder() throws IOException {
        assumeTrue(Libc.geteuid() == 0, "not root");
        Files.setPosixFilePermissions(folder, PosixFilePermissions.fromString("rwxrwxrwx"));
        path = folder.resolve("next");
    }

    @Test
    void shouldGiveNothingToAnother() throws Exception {
        try (LogCapture log = LogCapture.begin();
                ImServer server = server().start()) {
            assertEquals(new ChildJvm(0, "PermissionError"), ChildJvm.run(python(ASKS)));

            Files.setPosixFilePermissions(path, PosixFilePermissions.fromString("rw-rw-rw-"));

            ChildJvm asked = ChildJvm.run(python(ASKS));
            assertTrue(
                    asked.output().equals("heard b''") || asked.output().equals("ConnectionResetError"),
                    asked.output());
            assertTrue(
                    log.text()
                            .contains("of user 65534 has asked for the listening sockets and was refused: they are for"
                                    + " user 0 alone"),
                    log.text());
            server().port(server.port()).start().close();
        }
    }

    @Test
    void shouldTakeNothingFromAnother() throws Exception {
        Process other = python(LISTENS).inheritIO().start();
        try {
            Await.until("the other listens", () -> Files.exists(path));

            IOException refusal = assertThrows(IOException.class, () -> server().start());

            assertEquals(
                    "handover(" + path + "): who listens there must be of the same user, 0, was process " + other.pid()
                            + " of user 65534; name a path where only this user may write",
                    refusal.getMessage());
        } finally {
            other.destroyForcibly();
        }
    }

    private ImServer.Builder server() {
        return ImServer.builder()
                .host("127.0.0.1")
                .port(0)
                .protocols("line")
                .transport("epoll")
                .discoverPlugins(false)
                .handover(path, Duration.ZERO)
                .handler((session, message) -> {});
    }

    private ProcessBuilder python(String program) {
        return new ProcessBuilder("python3", "-c", program, path.toString());
    }
}
