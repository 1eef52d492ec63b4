package io.hongyan.im.websocket.conformance;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertTrue;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import io.hongyan.im.test.evidence.ChildJvm;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Deflate as Debian's python3-websockets sees it: runs {@code .ci/deflate}, which says what is sent. */
@Timeout(value = PythonClientTest.PATIENCE_SECONDS)
class PythonClientTest {
    static final int PATIENCE_SECONDS = 300;
    private static final Path SCRIPT = Path.of(".ci", "deflate");

    /** The one on the PATH, or, where that is none of Debian's, Debian's. */
    private static final List<String> PYTHONS = List.of("python3", "/usr/bin/python3");

    private static String python = "none";

    @BeforeAll
    static void findPython() {
        Optional<String> found =
                PYTHONS.stream().filter(PythonClientTest::hasWebsockets).findFirst();
        if (found.isEmpty()) {
            assertNull(System.getenv("CI"), "python3-websockets is missing, and CI must not go without");
        }
        assumeTrue(found.isPresent(), "python3-websockets is not installed");
        python = found.orElseThrow();
    }

    @ParameterizedTest
    @ValueSource(strings = {"on", "off"})
    void shouldEchoToPython(String deflate) throws Exception {
        Path log = Files.createTempFile("echo", ".log");
        Process server = ChildJvm.of(ChildJvm.QUICK_FLAGS, EchoMain.class, "nio", deflate)
                .redirectError(log.toFile())
                .start();
        try (BufferedReader out = server.inputReader(UTF_8)) {
            String port = out.readLine();
            assertTrue(port != null, () -> "the server has not started: " + text(log));

            Process client = new ProcessBuilder(python, script().toString(), "ws://127.0.0.1:" + port + "/", deflate)
                    .redirectErrorStream(true)
                    .start();
            String said = output(client);

            assertEquals(0, client.exitValue(), said + text(log));
        } finally {
            server.destroyForcibly();
            Files.delete(log);
        }
    }

    private static boolean hasWebsockets(String command) {
        try {
            Process asked = new ProcessBuilder(command, "-c", "import websockets")
                    .redirectErrorStream(true)
                    .start();
            output(asked);
            return asked.exitValue() == 0;
        } catch (IOException e) {
            return false;
        }
    }

    /** All that a process says; it has ended then. */
    private static String output(Process process) throws IOException {
        process.getOutputStream().close();
        try (InputStream out = process.getInputStream()) {
            String said = new String(out.readAllBytes(), UTF_8);
            assertTrue(process.waitFor(PATIENCE_SECONDS, TimeUnit.SECONDS), "does not end");
            return said;
        } catch (InterruptedException e) {
            throw new IOException(e);
        } finally {
            process.destroyForcibly();
        }
    }

    /** In this directory, as when Maven is started at the root, or in one above it. */
    private static Path script() {
        Path directory = Path.of("").toAbsolutePath();
        while (!Files.exists(directory.resolve(SCRIPT))) {
            directory = directory.getParent();
            assertTrue(directory != null, SCRIPT + " is in no directory above");
        }
        return directory.resolve(SCRIPT);
    }

    private static String text(Path file) {
        try {
            return Files.readString(file);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
