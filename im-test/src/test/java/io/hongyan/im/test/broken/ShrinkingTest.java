package io.hongyan.im.test.broken;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.hongyan.im.Message;
import io.hongyan.im.test.HongyanDomain;
import io.hongyan.im.test.client.Cuts;
import io.hongyan.im.test.virtual.ClientScript;
import io.hongyan.im.test.virtual.Faults;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.atomic.AtomicReference;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.domains.Domain;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** What fails shrinks to what matters. */
class ShrinkingTest {
    /** The last that a property failed with; jqwik shrinks on a thread of its own. */
    private static final AtomicReference<List<Object>> LAST = new AtomicReference<>();

    @BeforeEach
    void forget() {
        LAST.set(List.of());
    }

    @Test
    void shouldShrinkToTheStepThatFailsAndNoFaults() {
        Launched run = Launched.shrunk(Properties.class, "nobodyResets");

        assertEquals(Set.of("nobodyResets"), run.red());
        assertEquals(List.of("[RESET]", Faults.none()), LAST.get());
    }

    @Test
    void shouldShrinkMessagesAndCuts() {
        Launched run = Launched.shrunk(Properties.class, "allIsShort");

        assertTrue(run.red().contains("allIsShort"));
        assertEquals(List.of(5, new Cuts(List.of(1))), LAST.get());
    }

    /** jqwik makes lists longer by elements of each other, whatever they are of. */
    @Test
    void shouldShrinkWhateverElseIsAnArgument() {
        Launched messages = Launched.shrunk(Properties.class, "allMessagesAreShort");
        Launched scripts = Launched.shrunk(Properties.class, "allScriptsAreShort");

        assertEquals(Map.of("allMessagesAreShort", "java.lang.AssertionError: too long"), messages.reasons());
        assertEquals(Map.of("allScriptsAreShort", "java.lang.AssertionError: too many"), scripts.reasons());
    }

    @Domain(HongyanDomain.class)
    static final class Properties {
        @Property
        void allMessagesAreShort(
                @ForAll Message message, @ForAll ClientScript script, @ForAll Cuts cuts, @ForAll Faults faults) {
            if (message.length() >= 5) {
                throw new AssertionError("too long");
            }
        }

        @Property
        void allScriptsAreShort(
                @ForAll Message message, @ForAll ClientScript script, @ForAll Cuts cuts, @ForAll Faults faults) {
            if (script.steps().size() >= 2) {
                throw new AssertionError("too many");
            }
        }

        @Property
        void nobodyResets(@ForAll ClientScript script, @ForAll Faults faults) {
            if (script.steps().contains(ClientScript.Simple.RESET)) {
                LAST.set(List.of(script.toString(), faults));
                throw new AssertionError("somebody has reset");
            }
        }

        @Property
        void allIsShort(@ForAll Message message, @ForAll Cuts cuts) {
            if (message.length() >= 5) {
                LAST.set(List.of(message.length(), cuts));
                throw new AssertionError("too long");
            }
        }
    }
}
