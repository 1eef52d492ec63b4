package io.hongyan.im.epoll;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;

/**
 * A program that runs in a JVM of its own, with this one's class path and flags of its own.
 *
 * @param output what it has printed to stdout and stderr
 */
record ChildJvm(int exitCode, String output) {
    static final List<String> ALL_FLAGS = List.of(
            "--enable-native-access=ALL-UNNAMED", "--add-opens", "java.base/jdk.internal.misc=ALL-UNNAMED");

    private static final int PATIENCE_SECONDS = 50;

    static ChildJvm run(List<String> flags, Class<?> main) throws IOException, InterruptedException {
        return run(List.of(), flags, main);
    }

    /** Runs it behind some command that executes what follows. */
    static ChildJvm run(List<String> wrapper, List<String> flags, Class<?> main)
            throws IOException, InterruptedException {
        List<String> command = new ArrayList<>(wrapper);
        command.add(Path.of(System.getProperty("java.home"), "bin", "java").toString());
        command.addAll(flags);
        command.addAll(List.of("-cp", System.getProperty("java.class.path"), main.getName()));
        Process process = new ProcessBuilder(command).redirectErrorStream(true).start();
        try (var output = process.getInputStream()) {
            String text = new String(output.readAllBytes(), UTF_8).strip();
            assertTrue(process.waitFor(PATIENCE_SECONDS, TimeUnit.SECONDS), "does not end: " + command);
            return new ChildJvm(process.exitValue(), text);
        } finally {
            process.destroyForcibly();
        }
    }
}
