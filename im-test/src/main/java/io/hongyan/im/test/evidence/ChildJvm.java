package io.hongyan.im.test.evidence;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;

/**
 * A program that has run in a JVM of its own.
 *
 * @param exitCode what it ended with
 * @param output what it has printed to stdout and stderr, without the blanks around it
 */
public record ChildJvm(int exitCode, String output) {
    /** All that a transport may ask of the {@code java} command of a host on the class path. */
    public static final List<String> ALL_FLAGS =
            List.of("--enable-native-access=ALL-UNNAMED", "--add-opens", "java.base/jdk.internal.misc=ALL-UNNAMED");

    /** The same for one that lives for seconds: the quick compiler alone halves its time. */
    public static final List<String> QUICK_FLAGS = List.of(
            ALL_FLAGS.get(0), ALL_FLAGS.get(1), ALL_FLAGS.get(2), "-XX:TieredStopAtLevel=1", "-XX:+UseSerialGC");

    private static final int PATIENCE_SECONDS = 60;

    /**
     * A program of this class path, on this Java, that is ready to be started.
     *
     * @param flags of the {@code java} command
     * @param main its class, which need not be public
     * @param arguments its arguments
     * @return the process to be
     */
    public static ProcessBuilder of(List<String> flags, Class<?> main, String... arguments) {
        List<String> command = new ArrayList<>();
        command.add(java(thisJava()));
        command.addAll(flags);
        command.addAll(List.of("-cp", System.getProperty("java.class.path"), main.getName()));
        command.addAll(List.of(arguments));
        return new ProcessBuilder(command);
    }

    /**
     * Runs a program to its end; fails if it does not end within a minute.
     *
     * @param child what is to be started
     * @return how it ended
     * @throws IOException if it cannot be started
     * @throws InterruptedException if the waiting thread is interrupted; the program is ended
     */
    public static ChildJvm run(ProcessBuilder child) throws IOException, InterruptedException {
        Path output = Files.createTempFile("child", ".out");
        Process process =
                child.redirectErrorStream(true).redirectOutput(output.toFile()).start();
        try {
            boolean ended = process.waitFor(PATIENCE_SECONDS, TimeUnit.SECONDS);
            String said = Files.readString(output).strip();
            if (!ended) {
                throw new AssertionError("does not end: " + child.command() + "; it said: " + said);
            }
            return new ChildJvm(process.exitValue(), said);
        } finally {
            process.destroyForcibly();
            Files.delete(output);
        }
    }

    /**
     * The Java that runs this.
     *
     * @return its home
     */
    public static Path thisJava() {
        return Path.of(System.getProperty("java.home"));
    }

    static String java(Path home) {
        return home.resolve("bin").resolve("java").toString();
    }
}
