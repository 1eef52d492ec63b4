package io.hongyan.im.websocket.conformance;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import io.hongyan.im.ImServer;
import io.hongyan.im.websocket.WebSocketProtocol;
import java.io.File;
import java.io.IOException;
import java.net.URISyntaxException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;
import javax.tools.ToolProvider;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** A host that is a module itself, on a real module path, in a JVM of its own: on this Java, and on Java 17. */
class ModulePathTest {
    private static final String FOUND = "module smoke { requires io.hongyan.im; }\n";
    private static final String BUILT = "module smoke { requires io.hongyan.im.websocket; }\n";

    /** The plugin is found, or described by the host; then a handshake and a message, byte by byte. */
    private static final String MAIN = """
            package smoke;

            import io.hongyan.im.ImServer;
            import java.io.DataInputStream;
            import java.net.Socket;

            @SuppressWarnings("deprecation")
            public class Main {
                public static void main(String[] args) throws Exception {
                    try (ImServer server = ImServer.builder()
                            .host("127.0.0.1").port(0)%s
                            .handler((session, message) -> session.send(message)).start();
                            Socket client = new Socket("127.0.0.1", server.port())) {
                        client.getOutputStream().write(("GET / HTTP/1.1\\r\\nHost: localhost\\r\\nUpgrade: websocket\\r\\n"
                                + "Connection: Upgrade\\r\\nSec-WebSocket-Version: 13\\r\\n"
                                + "Sec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==\\r\\n\\r\\n").getBytes());
                        DataInputStream in = new DataInputStream(client.getInputStream());
                        String first = in.readLine();
                        while (!in.readLine().isEmpty()) {}
                        client.getOutputStream().write(new byte[] {(byte) 0x81, (byte) 0x82, 0, 0, 0, 0, 'h', 'i'});
                        in.readShort();
                        System.out.println(first + ", " + (char) in.read() + (char) in.read()
                                + " from " + server.transport());
                    }
                }
            }
            """;

    @TempDir
    private Path folder;

    @Test
    void shouldBeFoundOnTheModulePath() throws Exception {
        assertServes(run(Path.of(System.getProperty("java.home")), FOUND, ""));
    }

    @Test
    void shouldBeDescribedByAHostThatIsAModule() throws Exception {
        String described = ".protocol(io.hongyan.im.websocket.WebSocketProtocol.builder().paths(\"/\").build())";

        assertServes(run(Path.of(System.getProperty("java.home")), BUILT, described));
    }

    @Test
    void shouldServeOnTheModulePathOfJava17() throws Exception {
        Optional<Path> java17 = java17();
        assumeTrue(java17.isPresent() || System.getenv("CI") != null, "no JDK 17 beside this one");

        assertServes(run(java17.orElseThrow(), FOUND, ""));
    }

    private static void assertServes(String said) {
        assertTrue(said.startsWith("HTTP/1.1 101 Switching Protocols, hi from nio ("), said);
    }

    private String run(Path javaHome, String module, String builderCalls) throws Exception {
        Path classes = compiled(module, String.format(MAIN, builderCalls));
        Path output = folder.resolve("output");
        Process process = new ProcessBuilder(
                        javaHome.resolve("bin/java").toString(),
                        "--module-path",
                        modulePath() + File.pathSeparator + classes,
                        "-m",
                        "smoke/smoke.Main")
                .redirectErrorStream(true)
                .redirectOutput(output.toFile())
                .start();
        boolean ended = process.waitFor(50, TimeUnit.SECONDS);
        process.destroyForcibly();
        String said = Files.readString(output);
        assertTrue(ended, () -> "it does not end: " + said);
        assertEquals(0, process.exitValue(), said);
        return said;
    }

    private Path compiled(String module, String main) throws IOException, URISyntaxException {
        Path sources = Files.createDirectories(folder.resolve("sources/smoke"));
        Path classes = folder.resolve("classes");
        List<String> arguments = List.of(
                "--release",
                "17",
                "--module-path",
                modulePath(),
                "-d",
                classes.toString(),
                Files.writeString(folder.resolve("sources/module-info.java"), module)
                        .toString(),
                Files.writeString(sources.resolve("Main.java"), main).toString());
        int errors = ToolProvider.getSystemJavaCompiler().run(null, null, null, arguments.toArray(new String[0]));
        assertEquals(0, errors);
        return classes;
    }

    private static String modulePath() throws URISyntaxException {
        List<String> places = new ArrayList<>();
        for (Class<?> type : List.of(ImServer.class, nio(), WebSocketProtocol.class)) {
            places.add(Path.of(type.getProtectionDomain()
                            .getCodeSource()
                            .getLocation()
                            .toURI())
                    .toString());
        }
        return String.join(File.pathSeparator, places);
    }

    private static Class<?> nio() {
        try {
            return Class.forName("io.hongyan.im.nio.NioTransportProvider");
        } catch (ClassNotFoundException e) {
            throw new AssertionError(e);
        }
    }

    /** Where JDKs stand side by side, as they do on most machines. */
    private static Optional<Path> java17() throws IOException {
        Path siblings = Path.of(System.getProperty("java.home")).toRealPath().getParent();
        try (Stream<Path> homes = Files.list(siblings)) {
            return homes.filter(ModulePathTest::isJava17).findFirst();
        }
    }

    private static boolean isJava17(Path home) {
        try {
            return Files.readString(home.resolve("release")).contains("JAVA_VERSION=\"17");
        } catch (IOException e) {
            return false;
        }
    }
}
