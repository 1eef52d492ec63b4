package io.hongyan.im.examples;

import io.hongyan.im.ClientSession;
import io.hongyan.im.CloseReason;
import io.hongyan.im.Group;
import io.hongyan.im.Message;
import io.hongyan.im.MessageHandler;
import io.hongyan.im.SendResult;
import io.hongyan.im.examples.ChatEvent.Direct;
import io.hongyan.im.examples.ChatEvent.Joined;
import io.hongyan.im.examples.ChatEvent.Left;
import io.hongyan.im.examples.ChatEvent.Members;
import io.hongyan.im.examples.ChatEvent.Notice;
import io.hongyan.im.examples.ChatEvent.Renamed;
import io.hongyan.im.examples.ChatEvent.Rooms;
import io.hongyan.im.examples.ChatEvent.Said;
import java.util.HashSet;
import java.util.List;
import java.util.Locale;
import java.util.Set;
import java.util.TreeMap;

/**
 * A chat for people at a terminal. A room is a {@link Group}: it is there while someone is in it. What a person says
 * goes to the room joined last; a line that begins with a slash is a command.
 *
 * <p>Callbacks of different people run at the same time, those of one person one after the other. So a {@link User}
 * needs no lock, and what people share, the names, is a concurrent map in {@link Nicks}.
 */
final class ChatHandler implements MessageHandler {
    private static final String LOBBY = "lobby";
    private static final int MAX_ROOMS = 10;
    private static final int MAX_SHOWN = 100;

    private static final List<String> HELP = List.of(
            "/nick NAME       take a name: 1 to 20 letters, digits, _ or -",
            "/join ROOM       join a room, or come back to it; what you say goes there",
            "/leave [ROOM]    leave the room you talk in, or another",
            "/msg USER TEXT   say something to one person only",
            "/who [ROOM]      who is in the room you talk in, or in another",
            "/rooms           the rooms there are, with the number of people in each",
            "/quit            go");

    private final Nicks nicks = new Nicks();

    // ---- What the server calls ----

    @Override
    public void onOpen(ClientSession session) {
        User user = nicks.admit(session);
        tell(
                user,
                new Notice("Welcome to Hongyan, " + user.nick().shown()
                        + ". Take a name with /nick NAME; /help shows the rest."));
        enter(user, LOBBY);
    }

    @Override
    public void onMessage(ClientSession session, Message message) {
        User user = User.of(session);
        try {
            String line = textOf(message);
            if (line.startsWith("/")) {
                obey(user, line);
            } else if (!line.isBlank()) {
                say(user, line);
            }
        } catch (Refusal refusal) {
            tell(user, new Notice(refusal.sentence()));
        }
    }

    /** However a session ended, by /quit or by a broken wire: it comes here once, out of all its rooms already. */
    @Override
    public void onClose(ClientSession session, CloseReason reason) {
        User user = User.of(session);
        for (String room : user.rooms()) {
            tell(group(user, room), new Left(user.nick().shown(), room));
        }
        nicks.remove(user); // now, and not before: the next owner of the name comes after "left"
    }

    // ---- What a person can do ----

    private void obey(User user, String line) throws Refusal {
        String[] words = line.split("\\s+", 2);
        String argument = words.length > 1 ? words[1].strip() : "";
        switch (words[0].toLowerCase(Locale.ROOT)) {
            case "/nick" -> nick(user, argument);
            case "/join" -> join(user, argument);
            case "/leave" -> leave(user, argument);
            case "/msg" -> direct(user, argument);
            case "/who" -> who(user, argument);
            case "/rooms" -> rooms(user);
            case "/help" -> HELP.forEach(text -> tell(user, new Notice(text)));
            case "/quit" -> quit(user);
            default -> throw new Refusal("there is no such command; /help shows those there are");
        }
    }

    private void say(User user, String text) throws Refusal {
        String room = currentRoom(user);
        tell(group(user, room), new Said(room, user.nick().shown(), text));
    }

    private void nick(User user, String argument) throws Refusal {
        Name before = user.nick();
        Name after = Name.of("/nick NAME", argument);
        nicks.rename(user, after);
        Set<ClientSession> audience = new HashSet<>(Set.of(user.session()));
        user.rooms().forEach(room -> audience.addAll(group(user, room).members()));
        Message renamed = shown(new Renamed(before.shown(), after.shown()));
        audience.forEach(session -> session.send(renamed));
    }

    private void join(User user, String argument) throws Refusal {
        String room = Name.of("/join ROOM", argument).key();
        if (user.rooms().remove(room)) {
            user.rooms().add(room);
            tell(user, new Notice("you talk in " + room + " now"));
        } else if (user.rooms().size() == MAX_ROOMS) {
            throw new Refusal("nobody can be in more than " + MAX_ROOMS + " rooms; leave one first: /leave ROOM");
        } else {
            enter(user, room);
        }
    }

    private void leave(User user, String argument) throws Refusal {
        String current = currentRoom(user);
        String room =
                argument.isEmpty() ? current : Name.of("/leave ROOM", argument).key();
        if (!user.rooms().remove(room)) {
            throw new Refusal("you are not in " + room + ", but in: " + String.join(", ", user.rooms()));
        }
        user.session().leave(room);
        Left left = new Left(user.nick().shown(), room);
        tell(group(user, room), left);
        tell(user, left);
    }

    private void direct(User user, String argument) throws Refusal {
        String[] words = argument.split("\\s+", 2);
        Name nick = Name.of("/msg USER TEXT", words[0]);
        if (words.length == 1) {
            throw new Refusal("the text is missing: /msg USER TEXT");
        }
        User to = nicks.find(nick)
                .orElseThrow(() -> new Refusal("nobody here is called " + nick.shown() + "; /who shows who is"));
        Direct direct = new Direct(user.nick().shown(), to.nick().shown(), words[1]);
        SendResult result = tell(to, direct);
        switch (result) {
            case ACCEPTED -> {
                if (to != user) {
                    tell(user, direct);
                }
            }
            case OVERFLOW -> throw new Refusal(direct.to() + " reads too slowly and did not get this; try again later");
            case CLOSED -> throw new Refusal(direct.to() + " has just left and did not get this");
        }
    }

    private void who(User user, String argument) throws Refusal {
        String room = argument.isEmpty()
                ? currentRoom(user)
                : Name.of("/who ROOM", argument).key();
        List<String> names = group(user, room).members().stream()
                .map(session -> User.of(session).nick().shown())
                .sorted(String.CASE_INSENSITIVE_ORDER)
                .toList();
        if (names.isEmpty()) {
            throw new Refusal("nobody is in " + room + "; /rooms shows where people are");
        }
        List<String> first = names.subList(0, Math.min(names.size(), MAX_SHOWN));
        tell(user, new Members(room, first, names.size() - first.size()));
    }

    private void rooms(User user) {
        TreeMap<String, Integer> sizes = new TreeMap<>();
        for (User someone : nicks.all()) {
            someone.session().groups().forEach(room -> sizes.merge(room, 1, Integer::sum));
        }
        int more = Math.max(0, sizes.size() - MAX_SHOWN);
        for (int i = 0; i < more; i++) {
            sizes.pollLastEntry();
        }
        tell(user, new Rooms(sizes, more));
    }

    private void quit(User user) {
        tell(user, new Notice("Goodbye, " + user.nick().shown()));
        user.session().close(); // what was sent before still arrives; onClose comes next
    }

    // ---- What these have in common ----

    private void enter(User user, String room) {
        if (user.session().join(room)) { // false: the session is closing
            user.rooms().add(room);
            tell(group(user, room), new Joined(user.nick().shown(), room));
        }
    }

    private static String currentRoom(User user) throws Refusal {
        if (user.rooms().isEmpty()) {
            throw new Refusal("you are in no room; join one: /join ROOM");
        }
        return user.rooms().getLast();
    }

    private static Group group(User user, String room) {
        return user.session().server().group(room);
    }

    /**
     * Whatever the result, there is nothing more to do: a client that does not read is closed by the server's limits.
     */
    private static void tell(Group group, ChatEvent event) {
        group.send(shown(event));
    }

    private static SendResult tell(User user, ChatEvent event) {
        return user.session().send(shown(event));
    }

    /** The one place that knows how clients are shown what happened. */
    private static Message shown(ChatEvent event) {
        return Message.text(LineView.line(event));
    }

    private static String textOf(Message message) throws Refusal {
        try {
            return (message.isText() ? message : Message.text(message.buffer())).text();
        } catch (IllegalArgumentException e) {
            throw new Refusal("this chat is for text; a binary message must be UTF-8");
        }
    }
}
