package io.hongyan.im.examples;

import java.util.List;
import java.util.SortedMap;

/** What happened in the chat, and nothing of how a client is shown it: that is a view's, {@link LineView} or {@link JsonView}. */
sealed interface ChatEvent {
    /** Someone came, and is called so until he takes a name. */
    record Welcome(String nick) implements ChatEvent {}

    /** Someone said something to a room. */
    record Said(String room, String nick, String text) implements ChatEvent {}

    /** Someone said something to one other person. */
    record Direct(String from, String to, String text) implements ChatEvent {}

    /** Someone came into a room. */
    record Joined(String nick, String room) implements ChatEvent {}

    /** Someone went out of a room, or away altogether. */
    record Left(String nick, String room) implements ChatEvent {}

    /** Someone took another name. */
    record Renamed(String from, String to) implements ChatEvent {}

    /** Who is in a room, and how many more than are named. */
    record Members(String room, List<String> nicks, int more) implements ChatEvent {}

    /** Which rooms there are, each with the number of people in it, and how many more than are named. */
    record Rooms(SortedMap<String, Integer> sizes, int more) implements ChatEvent {}

    /** A sentence from the server to one person. */
    record Notice(String text) implements ChatEvent {}

    /** Why the server does not do what one person asked for; the command is empty where it was not understood. */
    record Refused(String command, String text) implements ChatEvent {}
}
