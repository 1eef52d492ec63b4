package io.hongyan.im.examples;

import com.fasterxml.jackson.core.JsonFactory;
import com.fasterxml.jackson.core.JsonGenerator;
import io.hongyan.im.examples.ChatEvent.Direct;
import io.hongyan.im.examples.ChatEvent.Joined;
import io.hongyan.im.examples.ChatEvent.Left;
import io.hongyan.im.examples.ChatEvent.Members;
import io.hongyan.im.examples.ChatEvent.Notice;
import io.hongyan.im.examples.ChatEvent.Refused;
import io.hongyan.im.examples.ChatEvent.Renamed;
import io.hongyan.im.examples.ChatEvent.Rooms;
import io.hongyan.im.examples.ChatEvent.Said;
import io.hongyan.im.examples.ChatEvent.Welcome;
import java.io.IOException;
import java.io.StringWriter;
import java.io.UncheckedIOException;
import java.time.Instant;
import java.util.Map;

/**
 * Shows an event as one JSON object, for the page: its {@code type}, its {@code time} in milliseconds since 1970, and
 * the event's own fields. Texts are as people wrote them; to show them safely is the page's duty.
 */
final class JsonView {
    private static final JsonFactory JSON = new JsonFactory();

    private JsonView() {}

    static String json(ChatEvent event, Instant when) {
        StringWriter text = new StringWriter();
        try (JsonGenerator json = JSON.createGenerator(text)) {
            json.writeStartObject();
            json.writeStringField("type", type(event));
            json.writeNumberField("time", when.toEpochMilli());
            writeFields(json, event);
            json.writeEndObject();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        return text.toString();
    }

    private static String type(ChatEvent event) {
        return switch (event) {
            case Welcome e -> "welcome";
            case Said e -> "said";
            case Direct e -> "direct";
            case Joined e -> "joined";
            case Left e -> "left";
            case Renamed e -> "renamed";
            case Members e -> "members";
            case Rooms e -> "rooms";
            case Notice e -> "notice";
            case Refused e -> "refused";
        };
    }

    private static void writeFields(JsonGenerator json, ChatEvent event) throws IOException {
        switch (event) {
            case Welcome(String nick) -> json.writeStringField("nick", nick);
            case Said(String room, String nick, String text) -> write(json, "room", room, "nick", nick, "text", text);
            case Direct(String from, String to, String text) -> write(json, "from", from, "to", to, "text", text);
            case Joined(String nick, String room) -> write(json, "nick", nick, "room", room);
            case Left(String nick, String room) -> write(json, "nick", nick, "room", room);
            case Renamed(String from, String to) -> write(json, "from", from, "to", to);
            case Members members -> writeMembers(json, members);
            case Rooms rooms -> writeRooms(json, rooms);
            case Notice(String text) -> json.writeStringField("text", text);
            case Refused(String command, String text) -> write(json, "command", command, "text", text);
        }
    }

    private static void writeMembers(JsonGenerator json, Members members) throws IOException {
        json.writeStringField("room", members.room());
        json.writeArrayFieldStart("nicks");
        for (String nick : members.nicks()) {
            json.writeString(nick);
        }
        json.writeEndArray();
        json.writeNumberField("more", members.more());
    }

    private static void writeRooms(JsonGenerator json, Rooms rooms) throws IOException {
        json.writeArrayFieldStart("rooms");
        for (Map.Entry<String, Integer> room : rooms.sizes().entrySet()) {
            json.writeStartObject();
            json.writeStringField("room", room.getKey());
            json.writeNumberField("size", room.getValue());
            json.writeEndObject();
        }
        json.writeEndArray();
        json.writeNumberField("more", rooms.more());
    }

    /** Names and values by turns. */
    private static void write(JsonGenerator json, String... fields) throws IOException {
        for (int i = 0; i < fields.length; i += 2) {
            json.writeStringField(fields[i], fields[i + 1]);
        }
    }
}
