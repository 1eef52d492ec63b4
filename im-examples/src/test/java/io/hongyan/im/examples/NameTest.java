package io.hongyan.im.examples;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class NameTest {
    @ParameterizedTest
    @ValueSource(
            strings = {"alice", "a-b_9", "鸿雁", "हिन्दी", "น้ำฝน", "தமிழ்", "עִבְרִית", "Zoe\u0308", "\uD835\uDC00"})
    void shouldWelcomeLettersOfAllScripts(String name) throws Refusal {
        assertEquals(Name.of(name).key(), Name.of("/nick NAME", name).key());
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "a b",
                "a\u200Bb",
                "\u0301a", // a mark on nothing
                "a\u034F", // and those that nobody sees
                "a\uFE0F",
                "a\uDB40\uDD00",
                "a\u3164",
                "\u115F",
                "q\u0308\u0308\u0308\u0308",
                "1\u20E3",
                "a2345678901234567890b"
            })
    void shouldRefuseWhatIsNotSeenOrTooMuch(String name) {
        assertThrows(Refusal.class, () -> Name.of("/nick NAME", name));
    }

    @Test
    void shouldTakeOneNameInTwoFormsForTheSame() throws Refusal {
        Name composed = Name.of("/nick NAME", "Zo\u00EB");
        Name decomposed = Name.of("/nick NAME", "Zoe\u0308");

        assertEquals(composed, decomposed);
        assertEquals("Zo\u00EB", decomposed.shown());
        assertEquals(
                Name.of("/nick NAME", "ＡＬＩＣＥ").key(),
                Name.of("/nick NAME", "alice").key());
    }

    @Test
    void shouldCountLettersWithTheirMarksAsOne() throws Refusal {
        String name = "q\u0308\u0323\u0302".repeat(20);

        assertEquals(
                20,
                Name.of("/nick NAME", name)
                        .shown()
                        .codePoints()
                        .filter(c -> c == 'q')
                        .count());
        assertThrows(Refusal.class, () -> Name.of("/nick NAME", name + "q"));
    }
}
