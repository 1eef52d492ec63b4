package io.hongyan.im.examples;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

import com.fasterxml.jackson.core.io.JsonStringEncoder;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class JsonCommandsTest {
    @Test
    void shouldReadEveryCommand() throws Exception {
        assertEquals(new ChatCommand.Say("lobby", "a b"), parse("{'type':'say','room':'lobby','text':'a b'}"));
        assertEquals(new ChatCommand.Say("", ""), parse("{'type':'say'}"));
        assertEquals(new ChatCommand.Direct("bob", "hi"), parse("{'text':'hi','to':'bob','type':'direct'}"));
        assertEquals(new ChatCommand.Nick("alice"), parse(" {'type' : 'nick', 'name' : 'alice'}\n"));
        assertEquals(new ChatCommand.Join("java"), parse("{'type':'join','room':'java','since':'0.2'}"));
        assertEquals(new ChatCommand.Leave("java"), parse("{'type':'leave','room':'java'}"));
        assertEquals(new ChatCommand.Who("java"), parse("{'type':'who','room':'java'}"));
        assertEquals(new ChatCommand.Rooms(), parse("{'type':'rooms'}"));
        assertEquals(new ChatCommand.Help(), parse("{'type':'help'}"));
        assertEquals(new ChatCommand.Quit(), parse("{'type':'quit'}"));
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "",
                "hello",
                "{}",
                "[]",
                "null",
                "{'type':'dance'}",
                "{'type':'Say'}",
                "{'type':1}",
                "{'type':null}",
                "{'type':'say','text':['a']}",
                "{'type':'say','text':{'a':'b'}}",
                "{'type':'say','type':'quit'}",
                "{'type':'rooms'} {'type':'rooms'}",
                "{'type':'rooms'}x",
                "{'type':'rooms'",
                "{'type':'rooms',}",
                "{'type':'say','text':'\\ud83e'}",
                "{'type':'say','text':'\\udebf\\ud83e'}",
                "{'type':'rooms','a-name-that-is-longer-than-any-that-a-command-has':''}"
            })
    void shouldRefuseWhatIsNoCommand(String json) {
        assertThrows(Refusal.class, () -> parse(json));
    }

    @Test
    void shouldRefuseWhatHasNoBound() {
        assertThrows(Refusal.class, () -> parse("[".repeat(100_000)));
        assertThrows(Refusal.class, () -> parse("{'a':".repeat(100_000)));
        assertThrows(Refusal.class, () -> parse("{'n':" + "9".repeat(100_000) + "}"));
        StringBuilder many = new StringBuilder("{'type':'rooms'");
        for (int i = 0; i < 1000; i++) {
            many.append(",'f").append(i).append("':''");
        }
        assertThrows(Refusal.class, () -> parse(many + "}"));
    }

    @Property
    void anyTextThatCanBeSentIsReadAsItWasWritten(@ForAll String text) throws Exception {
        String sendable = text.replaceAll("[\\uD800-\\uDFFF]", "?");
        String json = "{\"type\":\"say\",\"text\":\""
                + new String(JsonStringEncoder.getInstance().quoteAsString(sendable)) + "\"}";

        assertEquals(new ChatCommand.Say("", sendable), JsonCommands.parse(json));
    }

    @Property
    void anythingIsACommandOrRefused(@ForAll String text) {
        try {
            JsonCommands.parse(text);
        } catch (Refusal expected) {
            assertEquals(false, expected.sentence().isEmpty());
        }
    }

    private static ChatCommand parse(String json) throws Refusal {
        return JsonCommands.parse(json.replace('\'', '"'));
    }
}
