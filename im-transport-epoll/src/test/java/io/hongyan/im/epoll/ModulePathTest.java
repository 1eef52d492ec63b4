package io.hongyan.im.epoll;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import io.hongyan.im.ImServer;
import java.io.File;
import java.io.IOException;
import java.net.URISyntaxException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;
import javax.tools.ToolProvider;
import org.agrona.concurrent.UnsafeBuffer;
import org.jctools.queues.MessagePassingQueue;
import org.jctools.queues.varhandle.MpscUnboundedVarHandleArrayQueue;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** A host that is a module itself, on a real module path, in a JVM of its own: on this Java, and on Java 17. */
class ModulePathTest {
    private static final String MODULE = "module smoke { requires io.hongyan.im; }\n";

    private static final String MAIN = """
            package smoke;

            import io.hongyan.im.ImServer;
            import java.io.BufferedReader;
            import java.io.InputStreamReader;
            import java.net.Socket;

            public class Main {
                public static void main(String[] args) throws Exception {
                    try (ImServer server = ImServer.builder()
                            .host("127.0.0.1").port(0).protocols("line")
                            .handler((session, message) -> session.send(message)).start();
                            Socket client = new Socket("127.0.0.1", server.port())) {
                        client.getOutputStream().write("hello\\n".getBytes());
                        String answer = new BufferedReader(new InputStreamReader(client.getInputStream())).readLine();
                        System.out.println(answer + " from " + server.transport());
                    }
                }
            }
            """;

    @TempDir
    private Path folder;

    @Test
    void shouldServeByEpollWhenTheModulesHaveTheirFlags() throws Exception {
        String said = run(
                Path.of(System.getProperty("java.home")),
                "--add-opens=java.base/jdk.internal.misc=org.agrona",
                "--enable-native-access=io.hongyan.im.epoll");

        assertTrue(said.startsWith("hello from epoll ("), said);
    }

    @Test
    void shouldServeByNioAndSayWhyWhenTheModulesHaveNoFlags() throws Exception {
        String said = run(Path.of(System.getProperty("java.home")));

        assertTrue(said.startsWith("hello from nio ("), said);
        assertTrue(said.contains("--enable-native-access=io.hongyan.im.epoll"), said);
    }

    @Test
    void shouldServeByNioAndSayWhyWhenJavaIsTooOld() throws Exception {
        Optional<Path> java17 = java17();
        assumeTrue(java17.isPresent() || System.getenv("CI") != null, "no JDK 17 beside this one");

        String said = run(java17.orElseThrow());

        assertTrue(said.startsWith("hello from nio ("), said);
        assertTrue(said.contains("needs Java 25, this is 17"), said);
    }

    private String run(Path javaHome, String... flags) throws Exception {
        List<String> command =
                new ArrayList<>(List.of(javaHome.resolve("bin/java").toString()));
        command.addAll(List.of(flags));
        command.addAll(
                List.of("--module-path", modulePath() + File.pathSeparator + compiled(), "-m", "smoke/smoke.Main"));
        Path output = folder.resolve("output");
        Process process = new ProcessBuilder(command)
                .redirectErrorStream(true)
                .redirectOutput(output.toFile())
                .start();
        assertTrue(process.waitFor(60, TimeUnit.SECONDS), "it does not end");
        String said = Files.readString(output);
        assertEquals(0, process.exitValue(), said);
        return said;
    }

    private Path compiled() throws IOException, URISyntaxException {
        Path sources = Files.createDirectories(folder.resolve("sources/smoke"));
        Path module = Files.writeString(folder.resolve("sources/module-info.java"), MODULE);
        Path main = Files.writeString(sources.resolve("Main.java"), MAIN);
        Path classes = folder.resolve("classes");
        int errors = ToolProvider.getSystemJavaCompiler()
                .run(
                        null,
                        null,
                        null,
                        "--release",
                        "17",
                        "--module-path",
                        modulePath(),
                        "-d",
                        classes.toString(),
                        module.toString(),
                        main.toString());
        assertEquals(0, errors);
        return classes;
    }

    private static String modulePath() throws URISyntaxException {
        List<String> places = new ArrayList<>();
        for (Class<?> type : List.of(
                ImServer.class,
                nio(),
                EpollTransportProvider.class,
                UnsafeBuffer.class,
                MessagePassingQueue.class,
                MpscUnboundedVarHandleArrayQueue.class)) {
            places.add(Path.of(type.getProtectionDomain()
                            .getCodeSource()
                            .getLocation()
                            .toURI())
                    .toString());
        }
        return String.join(File.pathSeparator, new LinkedHashSet<>(places));
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
