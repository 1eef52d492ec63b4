package io.hongyan.im.examples;

import com.fasterxml.jackson.core.JsonFactory;
import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.core.JsonToken;
import com.fasterxml.jackson.core.StreamReadConstraints;
import com.fasterxml.jackson.core.StreamReadFeature;
import io.hongyan.im.examples.ChatCommand.Direct;
import io.hongyan.im.examples.ChatCommand.Help;
import io.hongyan.im.examples.ChatCommand.Join;
import io.hongyan.im.examples.ChatCommand.Leave;
import io.hongyan.im.examples.ChatCommand.Nick;
import io.hongyan.im.examples.ChatCommand.Quit;
import io.hongyan.im.examples.ChatCommand.Rooms;
import io.hongyan.im.examples.ChatCommand.Say;
import io.hongyan.im.examples.ChatCommand.Who;
import java.io.IOException;
import java.util.HashMap;
import java.util.Map;

/**
 * The words of the page: one flat JSON object per message, its values strings, such as
 * {@code {"type": "say", "room": "lobby", "text": "hello"}}. Fields that no command has are passed over.
 */
final class JsonCommands {
    private static final String RULE = "a command is one JSON object of strings, such as {\"type\": \"rooms\"}";

    /** A string is bounded by its message, which the server's limits bound; the rest is bounded here. */
    private static final JsonFactory JSON = JsonFactory.builder()
            .enable(StreamReadFeature.STRICT_DUPLICATE_DETECTION)
            .streamReadConstraints(StreamReadConstraints.builder()
                    .maxNestingDepth(1)
                    .maxNameLength(32)
                    .maxNumberLength(32)
                    .maxStringLength(Integer.MAX_VALUE)
                    .maxTokenCount(32)
                    .build())
            .build();

    private JsonCommands() {}

    static ChatCommand parse(String json) throws Refusal {
        Map<String, String> fields = fields(json);
        String room = fields.getOrDefault("room", "");
        String text = fields.getOrDefault("text", "");
        return switch (fields.getOrDefault("type", "")) {
            case "say" -> new Say(room, text);
            case "direct" -> new Direct(fields.getOrDefault("to", ""), text);
            case "nick" -> new Nick(fields.getOrDefault("name", ""));
            case "join" -> new Join(room);
            case "leave" -> new Leave(room);
            case "who" -> new Who(room);
            case "rooms" -> new Rooms();
            case "help" -> new Help();
            case "quit" -> new Quit();
            default -> throw new Refusal("there is no command of this \"type\"");
        };
    }

    private static Map<String, String> fields(String json) throws Refusal {
        try (JsonParser parser = JSON.createParser(json)) {
            Map<String, String> fields = new HashMap<>();
            require(parser.nextToken() == JsonToken.START_OBJECT);
            while (parser.nextToken() != JsonToken.END_OBJECT) {
                String name = parser.currentName();
                require(parser.nextToken() == JsonToken.VALUE_STRING);
                fields.put(name, whole(parser.getText()));
            }
            require(parser.nextToken() == null);
            return fields;
        } catch (IOException e) {
            throw new Refusal(RULE);
        }
    }

    private static void require(boolean kept) throws Refusal {
        if (!kept) {
            throw new Refusal(RULE);
        }
    }

    /** JSON can write half a character ({@code "\ud83e"}), UTF-8 cannot. */
    private static String whole(String text) throws Refusal {
        if (text.codePoints().anyMatch(c -> c >= Character.MIN_SURROGATE && c <= Character.MAX_SURROGATE)) {
            throw new Refusal("a text must not have half a character (an unpaired surrogate)");
        }
        return text;
    }
}
