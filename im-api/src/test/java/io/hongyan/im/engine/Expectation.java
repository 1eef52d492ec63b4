package io.hongyan.im.engine;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.ArrayList;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** The lines that one peer should get, in this order; what is not accepted is counted by gap markers. */
final class Expectation {
    private static final Pattern MARKER = Pattern.compile("!missed (\\d+)");

    private enum Fate {
        ARRIVES,
        IS_MISSED,
        EITHER
    }

    private record Line(String text, Fate fate) {}

    /** What a peer got explains so many lines, and tells of so many that are missing but not yet told where. */
    private record Reading(int next, int owed) {}

    private final List<Line> lines = new ArrayList<>();

    void arrives(String text) {
        lines.add(new Line(text, Fate.ARRIVES));
    }

    void isMissed(String text) {
        lines.add(new Line(text, Fate.IS_MISSED));
    }

    /** Whether it arrives is known to the loop alone. */
    void arrivesOrIsMissed(String text) {
        lines.add(new Line(text, Fate.EITHER));
    }

    int size() {
        return lines.size();
    }

    /** What came is all of this, each marker at the very place of its gap. */
    void requireMetInPlaceBy(String output) {
        int next = 0;
        for (String line : wholeLinesOf(output)) {
            Matcher marker = MARKER.matcher(line);
            if (marker.matches()) {
                next = skip(next, next + Integer.parseInt(marker.group(1)), line);
            } else {
                require(next < lines.size(), line, "came unexpected");
                assertEquals(lines.get(next).text(), line, () -> "of " + lines + ", got " + output);
                next = pass(next, line);
            }
        }
        assertEquals(lines.size(), next, () -> "expected " + lines + ", got " + output);
    }

    /** What came is all of this, and the markers, wherever they stand, count what did not come. */
    void requireMetBy(String output) {
        Reading reading = read(output);
        assertEquals(lines.size(), skip(reading.next(), lines.size(), "the end"));
        assertEquals(
                0, reading.owed() - (lines.size() - reading.next()), () -> "gaps are told wrong: " + lines + output);
    }

    /** What came is all of this that was accepted; at the end of a session there may be no marker for the rest. */
    void requireAcceptedMetBy(String output) {
        skip(read(output).next(), lines.size(), "the end");
    }

    /** What came is a beginning of this, up to any place. */
    void requireBegunBy(String output) {
        read(output);
    }

    private Reading read(String output) {
        int next = 0;
        int owed = 0;
        for (String line : wholeLinesOf(output)) {
            Matcher marker = MARKER.matcher(line);
            if (marker.matches()) {
                owed += Integer.parseInt(marker.group(1));
            } else {
                int found = next;
                while (found < lines.size() && !lines.get(found).text().equals(line)) {
                    found++;
                }
                require(found < lines.size(), line, "came unexpected, or twice, or out of order");
                owed -= found - next;
                next = pass(skip(next, found, line), line);
            }
        }
        return new Reading(next, owed);
    }

    private static List<String> wholeLinesOf(String output) {
        return output.substring(0, output.lastIndexOf('\n') + 1)
                .lines()
                .filter(line -> !line.startsWith("!closing "))
                .toList();
    }

    private int pass(int index, String line) {
        require(lines.get(index).fate() != Fate.IS_MISSED, line, "was refused, and came");
        return index + 1;
    }

    private int skip(int from, int to, String at) {
        require(to <= lines.size(), at, "counts more than there were");
        for (int i = from; i < to; i++) {
            require(
                    lines.get(i).fate() != Fate.ARRIVES,
                    at,
                    lines.get(i).text() + " was accepted, and is missing before");
        }
        return to;
    }

    private void require(boolean condition, String line, String what) {
        assertTrue(condition, () -> what + ": " + line + ", of " + lines);
    }
}
