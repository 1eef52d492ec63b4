package io.hongyan.im.examples;

import java.util.Locale;

/**
 * What a person asks of the chat, and nothing of how a client words it: that is {@link LineCommands}' and
 * {@link JsonCommands}' to know. What was left out is the empty string; names are as they were given, not checked yet.
 */
sealed interface ChatCommand {
    /** Say something to a room, by default to the one joined last. */
    record Say(String room, String text) implements ChatCommand {}

    /** Say something to one other person. */
    record Direct(String to, String text) implements ChatCommand {}

    /** Take another name. */
    record Nick(String name) implements ChatCommand {}

    /** Join a room, or come back to it. */
    record Join(String room) implements ChatCommand {}

    /** Leave a room, by default the one joined last. */
    record Leave(String room) implements ChatCommand {}

    /** Ask who is in a room, by default in the one joined last. */
    record Who(String room) implements ChatCommand {}

    /** Ask which rooms there are. */
    record Rooms() implements ChatCommand {}

    /** Ask for the commands. */
    record Help() implements ChatCommand {}

    /** Go. */
    record Quit() implements ChatCommand {}

    /** The command's name, such as {@code say}. */
    default String word() {
        return getClass().getSimpleName().toLowerCase(Locale.ROOT);
    }
}
