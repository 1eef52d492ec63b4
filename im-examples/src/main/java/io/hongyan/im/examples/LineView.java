package io.hongyan.im.examples;

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
import java.util.List;
import java.util.SortedMap;
import java.util.regex.Pattern;
import java.util.stream.Collectors;

/** Shows an event as one line of text, for people at a terminal. */
final class LineView {
    /**
     * What could forge a line or play tricks with the reader's terminal: all control characters but the tab,
     * Unicode's line ends, and what turns the writing direction.
     */
    private static final Pattern UNSAFE =
            Pattern.compile("[\\p{Cc}\\u2028\\u2029\\u202A-\\u202E\\u2066-\\u2069&&[^\\t]]");

    private LineView() {}

    static String line(ChatEvent event) {
        return UNSAFE.matcher(text(event)).replaceAll("\uFFFD");
    }

    private static String text(ChatEvent event) {
        return switch (event) {
            case Welcome(String nick) ->
                "* Welcome to Hongyan, " + nick + ". Take a name with /nick NAME; /help shows the rest.";
            case Said(String room, String nick, String text) -> "[" + room + "] " + nick + ": " + text;
            case Direct(String from, String to, String text) -> "[" + from + " -> " + to + "] " + text;
            case Joined(String nick, String room) -> "* " + nick + " joined " + room;
            case Left(String nick, String room) -> "* " + nick + " left " + room;
            case Renamed(String from, String to) -> "* " + from + " is now " + to;
            case Members(String room, List<String> nicks, int more) ->
                "* in " + room + ": " + String.join(", ", nicks) + andMore(more);
            case Rooms(SortedMap<String, Integer> sizes, int more) -> "* rooms: " + joined(sizes) + andMore(more);
            case Notice(String text) -> "* " + text;
            case Refused(String command, String text) -> "* " + text;
        };
    }

    private static String joined(SortedMap<String, Integer> sizes) {
        return sizes.entrySet().stream()
                .map(room -> room.getKey() + " (" + room.getValue() + ")")
                .collect(Collectors.joining(", "));
    }

    private static String andMore(int more) {
        return more == 0 ? "" : ", and " + more + " more";
    }
}
