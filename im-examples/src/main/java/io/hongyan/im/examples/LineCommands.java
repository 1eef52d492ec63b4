package io.hongyan.im.examples;

import io.hongyan.im.examples.ChatCommand.Direct;
import io.hongyan.im.examples.ChatCommand.Help;
import io.hongyan.im.examples.ChatCommand.Join;
import io.hongyan.im.examples.ChatCommand.Leave;
import io.hongyan.im.examples.ChatCommand.Nick;
import io.hongyan.im.examples.ChatCommand.Quit;
import io.hongyan.im.examples.ChatCommand.Rooms;
import io.hongyan.im.examples.ChatCommand.Say;
import io.hongyan.im.examples.ChatCommand.Who;
import java.util.List;
import java.util.Locale;

/** The words of people at a terminal: a line that begins with a slash is a command, any other is said to the room. */
final class LineCommands {
    static final List<String> HELP = List.of(
            "/nick NAME       take a name: 1 to 20 letters, digits, _ or -",
            "/join ROOM       join a room, or come back to it; what you say goes there",
            "/leave [ROOM]    leave the room you talk in, or another",
            "/msg USER TEXT   say something to one person only",
            "/who [ROOM]      who is in the room you talk in, or in another",
            "/rooms           the rooms there are, with the number of people in each",
            "/quit            go");

    /** Windows puts one before a text, and so before the first line of whoever sends a file: nobody has written it. */
    private static final String BYTE_ORDER_MARK = "\uFEFF";

    private LineCommands() {}

    static ChatCommand parse(String sent) throws Refusal {
        String line = sent.startsWith(BYTE_ORDER_MARK) ? sent.substring(BYTE_ORDER_MARK.length()) : sent;
        if (!line.startsWith("/")) {
            return new Say("", line);
        }
        String[] words = twoWords(line);
        String argument = words[1].strip();
        return switch (words[0].toLowerCase(Locale.ROOT)) {
            case "/nick" -> new Nick(argument);
            case "/join" -> new Join(argument);
            case "/leave" -> new Leave(argument);
            case "/msg" -> {
                String[] toAndText = twoWords(argument);
                yield new Direct(toAndText[0], toAndText[1]);
            }
            case "/who" -> new Who(argument);
            case "/rooms" -> new Rooms();
            case "/help" -> new Help();
            case "/quit" -> new Quit();
            default -> throw new Refusal("there is no such command; /help shows those there are");
        };
    }

    /** The first word, and what follows it; either may be empty. */
    private static String[] twoWords(String text) {
        String[] words = text.split("\\s+", 2);
        return words.length == 2 ? words : new String[] {words[0], ""};
    }
}
