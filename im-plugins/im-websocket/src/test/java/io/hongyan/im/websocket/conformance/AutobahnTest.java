package io.hongyan.im.websocket.conformance;

import static java.util.concurrent.TimeUnit.SECONDS;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;
import static org.junit.jupiter.api.Assertions.fail;

import io.hongyan.im.test.evidence.ChildJvm;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.FieldSource;

/**
 * The Autobahn|Testsuite, groups 1 to 7 and 10, on each transport: every case strictly right. Most of its time is spent
 * waiting, so the transports are judged at the same time, each in a JVM of its own.
 */
@Tag("autobahn")
@Tag("W4")
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
@Timeout(value = AutobahnTest.PATIENCE_SECONDS + 30)
class AutobahnTest {
    private static final int CASES = 247;
    static final int PATIENCE_SECONDS = 300;
    private static final int LOG_LINES = 30;
    private static final Path REPORTS = Path.of("target", "autobahn");

    /** Epoll is Linux's. */
    static final List<String> TRANSPORTS =
            System.getProperty("os.name").equals("Linux") ? List.of("nio", "epoll") : List.of("nio");

    private final Map<String, Process> judges = new HashMap<>();

    @BeforeAll
    void startJudges() throws IOException {
        Files.createDirectories(REPORTS);
        for (String transport : TRANSPORTS) {
            Files.deleteIfExists(REPORTS.resolve(transport).resolve("index.json"));
            Process judge = ChildJvm.of(
                            ChildJvm.QUICK_FLAGS,
                            AutobahnMain.class,
                            transport,
                            REPORTS.resolve(transport).toString())
                    .redirectErrorStream(true)
                    .redirectOutput(log(transport).toFile())
                    .start();
            judges.put(transport, judge);
        }
    }

    @AfterAll
    void endJudges() {
        judges.values().forEach(Process::destroyForcibly);
    }

    @ParameterizedTest
    @FieldSource("TRANSPORTS")
    void shouldPassEveryCaseStrictly(String transport) throws Exception {
        Process judge = judges.get(transport);

        if (!judge.waitFor(PATIENCE_SECONDS, SECONDS)) {
            fail("does not end; its log ends with\n" + logEnd(transport));
        }
        assertEquals(0, judge.exitValue(), () -> logEnd(transport));
        AutobahnReport report = AutobahnReport.read(REPORTS.resolve(transport));

        List<String> failures = report.failures();
        assertTrue(failures.isEmpty(), () -> failures.size() + " cases:\n" + String.join("\n", failures));
        assertEquals(CASES, report.cases().size(), () -> logEnd(transport));
    }

    private static Path log(String transport) {
        return REPORTS.resolve(transport + ".log");
    }

    private static String logEnd(String transport) {
        try {
            List<String> lines = Files.readAllLines(log(transport));
            return String.join("\n", lines.subList(Math.max(0, lines.size() - LOG_LINES), lines.size()));
        } catch (IOException e) {
            return e.toString();
        }
    }
}
