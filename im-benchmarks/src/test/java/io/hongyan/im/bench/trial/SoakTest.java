package io.hongyan.im.bench.trial;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import javax.imageio.ImageIO;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import picocli.CommandLine;

/** A soak of seconds; it is too short to judge the server by, for the JVM still grows. */
final class SoakTest {
    private static final SoakSample BASELINE = new SoakSample(1, 0, 10 << 20, 1 << 20, 100 << 20, 40, 12, 1000, 3);

    @Test
    void shouldSampleAndDraw(@TempDir Path folder) throws Exception {
        Path csv = folder.resolve("soak.csv");
        Path plot = folder.resolve("soak.png");

        new CommandLine(new Soak())
                .execute(
                        "--transport=nio",
                        "--minutes=0.02",
                        "--settle=1",
                        "--scale=0.1",
                        "--csv=" + csv,
                        "--plot=" + plot);

        List<String> lines = Files.readAllLines(csv);
        assertEquals(SoakSample.HEAD, lines.getFirst());
        assertTrue(lines.size() > 3, lines::toString);
        assertEquals("0", lines.getLast().split(",", -1)[1], "sessions at the end");
        assertTrue(ImageIO.read(plot.toFile()).getHeight() > 100, "no picture");
    }

    @Test
    void shouldFindNoLeakInLittle() {
        assertEquals(List.of(), Leaks.between(BASELINE, BASELINE));
        assertEquals(
                List.of(),
                Leaks.between(
                        BASELINE, new SoakSample(2, 0, (10 << 20) + 5000, 1 << 20, 101 << 20, 41, 11, 90_000, 3)));
    }

    @Test
    void shouldNameEachLeakAndHowMuchItIs() {
        List<String> leaks =
                Leaks.between(BASELINE, new SoakSample(2, 1, 11 << 20, 2 << 20, 200 << 20, 50, 20, 90_000, 4));

        assertEquals(7, leaks.size(), leaks::toString);
        assertEquals("sessions: 1, 1 more than the 0 before (0 allowed)", leaks.getFirst());
        assertEquals(
                "heap bytes: 11,534,336, 1,048,576 more than the 10,485,760 before (524,288 allowed)", leaks.get(3));
    }
}
