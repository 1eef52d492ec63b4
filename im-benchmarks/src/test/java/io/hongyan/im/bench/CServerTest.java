package io.hongyan.im.bench;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.File;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.EnabledIf;
import org.junit.jupiter.api.condition.EnabledOnOs;
import org.junit.jupiter.api.condition.OS;
import org.junit.jupiter.api.io.TempDir;

/** The peer in C, in miniature; a generator fails where a line is lost. */
final class CServerTest {
    private static final Duration SHORT = Duration.ofMillis(200);
    private static final Contender C = new Contender(CServer.NAME, null, null);
    private static final int PAYLOAD = 64;

    static boolean gccIsHere() {
        return Stream.of(System.getenv("PATH").split(File.pathSeparator, -1))
                .anyMatch(folder -> Files.isExecutable(Path.of(folder, "gcc")));
    }

    @Test
    @EnabledOnOs(OS.LINUX)
    @EnabledIf("gccIsHere")
    void shouldEchoEveryLineWhenItEchoes() throws Exception {
        try (ServerProcess server = ServerProcess.start(C, Workload.ECHO, 1, List.of());
                Generator generator = new EchoGenerator(10, 3, PAYLOAD)) {
            Measurement measured = generator.run(server.port(), SHORT, SHORT, server::usage);

            assertTrue(measured.messages() > 0, "nothing came back");
            assertTrue(measured.server().cpuNanos() > 0, "it used no processor");
        }
    }

    /** Lines of 9,000 bytes end in the midst of a read, and 50 of them fill a socket's buffers. */
    @Test
    @EnabledOnOs(OS.LINUX)
    @EnabledIf("gccIsHere")
    void shouldSendEveryLineToAllMembersWhenItIsARoom() throws Exception {
        try (ServerProcess server = ServerProcess.start(C, Workload.ROOM, 1, List.of());
                Generator generator = new RoomGenerator(20, 3, 50, 9000)) {
            Measurement measured = generator.run(server.port(), SHORT, SHORT, server::usage);

            assertTrue(measured.messages() > 0, "nothing came");
            for (int i = 0; i < generator.size(); i++) {
                assertEquals(generator.client(0).received(), generator.client(i).received(), "member " + i);
            }
        }
    }

    @Test
    void shouldNameTheCompilerWhenItIsMissing(@TempDir Path folder) {
        IllegalStateException e =
                assertThrows(IllegalStateException.class, () -> CServer.compile("no-such-compiler", folder));

        assertTrue(e.getMessage().contains("no-such-compiler"), e.getMessage());
    }
}
