package io.hongyan.im.engine;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;

import io.hongyan.im.test.evidence.ChildJvm;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.TreeSet;
import java.util.concurrent.TimeUnit;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.openjdk.jcstress.Main;
import org.openjdk.jcstress.infra.runners.TestList;

/**
 * Runs the tests of jcstress in this module, each in a JVM of its own: the engine's parts that threads share, on this processor and under
 * its memory model. With {@code -Dhongyan.full=true} each runs interpreted and compiled by each compiler, for each of its threads; else
 * once, for a second. {@code -Dstress.tests=WakeUp} picks some by a regular expression.
 */
class StressTest {
    private static final boolean FULL = Boolean.getBoolean("hongyan.full");
    private static final Path RESULTS = Path.of("target", "jcstress");

    /** What epoll's queues ask for; and jcstress cannot find out about the last one where classes lie in folders. */
    private static final String FLAGS = "--add-opens java.base/jdk.internal.misc=ALL-UNNAMED"
            + " --enable-native-access=ALL-UNNAMED --sun-misc-unsafe-memory-access=allow -XX:-RestrictContended";

    private static final Pattern PASSED = Pattern.compile("\\[OK] (io\\.hongyan\\.\\S+)");
    private static final String PICKED = System.getProperty("stress.tests", ".");

    /** Small strides keep the threads close together; who waits yields, since the processors are shared with others. */
    private static List<String> arguments() {
        List<String> arguments =
                new ArrayList<>(List.of("-v", "-r", "report", "-f", "1", "-spinStyle", "THREAD_YIELD"));
        arguments.addAll(List.of("-strideSize", "32", "-strideCount", "8", "-t", PICKED));
        if (FULL) {
            arguments.addAll(List.of("-jvmArgsPrepend", FLAGS, "-fsm", "2", "-iters", "2", "-time", "500"));
        } else {
            arguments.addAll(List.of("-jvmArgs", FLAGS, "-iters", "1", "-time", "1000", "-sc", "false", "-af", "NONE"));
        }
        return arguments;
    }

    @Test
    @Tag("J1")
    @Timeout(value = 110, unit = TimeUnit.MINUTES)
    void shouldSeeNothingForbiddenWhenThreadsRace() throws Exception {
        Files.createDirectories(RESULTS);
        Path output = RESULTS.resolve("output.txt").toAbsolutePath();
        Process jcstress = ChildJvm.of(
                        List.of("--enable-native-access=ALL-UNNAMED", "--sun-misc-unsafe-memory-access=allow"),
                        Main.class,
                        arguments().toArray(String[]::new))
                .directory(RESULTS.toFile())
                .redirectErrorStream(true)
                .redirectOutput(output.toFile())
                .start();
        int exitCode;
        try {
            exitCode = jcstress.waitFor();
        } finally {
            jcstress.descendants().forEach(ProcessHandle::destroyForcibly);
            jcstress.destroyForcibly();
        }

        String said = Files.readString(output);
        String verdict = said.substring(Math.max(0, said.indexOf("RUN RESULTS:")));
        assertEquals(0, exitCode, verdict);
        // One that cannot run is left out, and jcstress is content.
        TreeSet<String> missing = new TreeSet<>(TestList.tests());
        missing.removeIf(name -> !Pattern.compile(PICKED).matcher(name).find());
        assertFalse(missing.isEmpty(), "there is no test " + PICKED);
        PASSED.matcher(verdict).results().map(passed -> passed.group(1)).forEach(missing::remove);
        assertEquals(new TreeSet<>(), missing, "not run: " + verdict);
    }
}
