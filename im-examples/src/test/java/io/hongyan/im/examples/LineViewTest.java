package io.hongyan.im.examples;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.hongyan.im.examples.ChatEvent.Notice;
import io.hongyan.im.examples.ChatEvent.Rooms;
import io.hongyan.im.examples.ChatEvent.Said;
import java.util.Map;
import java.util.TreeMap;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import org.junit.jupiter.api.Test;

class LineViewTest {
    @Property
    void anyTextIsShownInOneLineWithoutControlCharacters(@ForAll String text) {
        String line = LineView.line(new Said("lobby", "alice", text));

        assertTrue(line.startsWith("[lobby] alice: "));
        assertTrue(line.chars().noneMatch(c -> Character.isISOControl(c) && c != '\t'));
        assertTrue(line.chars().noneMatch(c -> c == '\u2028' || c == '\u2029'));
        assertEquals("[lobby] alice: ".length() + text.length(), line.length());
    }

    @Test
    void shouldLeaveWhatIsHarmlessAsItIs() {
        assertEquals("* tab\t鸿雁 é 🪿 [x] *", LineView.line(new Notice("tab\t鸿雁 é 🪿 [x] *")));
    }

    @Test
    void shouldShowRoomsInTheOrderOfTheirNames() {
        TreeMap<String, Integer> sizes = new TreeMap<>(Map.of("b", 1, "a", 2));

        assertEquals("* rooms: a (2), b (1)", LineView.line(new Rooms(sizes, 0)));
        assertEquals("* rooms: a (2), b (1), and 7 more", LineView.line(new Rooms(sizes, 7)));
    }
}
