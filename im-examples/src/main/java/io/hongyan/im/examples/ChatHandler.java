package io.hongyan.im.examples;

import io.hongyan.im.ClientSession;
import io.hongyan.im.CloseReason;
import io.hongyan.im.ImServer;
import io.hongyan.im.Message;
import io.hongyan.im.MessageHandler;
import io.hongyan.im.SendResult;
import io.hongyan.im.examples.ChatCommand.Help;
import io.hongyan.im.examples.ChatCommand.Join;
import io.hongyan.im.examples.ChatCommand.Leave;
import io.hongyan.im.examples.ChatCommand.Nick;
import io.hongyan.im.examples.ChatCommand.Quit;
import io.hongyan.im.examples.ChatCommand.Say;
import io.hongyan.im.examples.ChatCommand.Who;
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
import java.time.InstantSource;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.TreeMap;

/**
 * A chat for people, at a terminal or before the page. A room is there while someone is in it. What a person says goes to
 * the room named, or to the one joined last.
 *
 * <p>Callbacks of different people run at the same time, those of one person one after the other. So a {@link User}
 * needs no lock, and what people share, the names and the order in a room, is in {@link Nicks} and {@link RoomGroups}.
 */
final class ChatHandler implements MessageHandler {
    private static final String LOBBY = "lobby";
    private static final int MAX_ROOMS = 10;
    private static final int MAX_SHOWN = 100;

    private final Nicks nicks = new Nicks();
    private final InstantSource clock = InstantSource.system();
    private final RoomGroups rooms = new RoomGroups(clock);

    // ---- What the server calls ----

    @Override
    public void onOpen(ClientSession session) {
        User user = nicks.admit(session);
        tell(user, new Welcome(user.nick().shown()));
        enter(user, LOBBY);
    }

    @Override
    public void onMessage(ClientSession session, Message message) {
        User user = User.of(session);
        String word = "";
        try {
            ChatCommand command = user.view().command(textOf(message));
            word = command.word();
            obey(user, command);
        } catch (Refusal refusal) {
            tell(user, new Refused(word, refusal.sentence()));
        }
    }

    /** However a session ended, by /quit or by a broken wire: it comes here once, out of all its rooms already. */
    @Override
    public void onClose(ClientSession session, CloseReason reason) {
        User user = User.of(session);
        for (String room : user.rooms()) {
            tell(user.session().server(), room, new Left(user.nick().shown(), room));
        }
        nicks.remove(user); // now, and not before: the next owner of the name comes after "left"
    }

    // ---- What a person can do ----

    private void obey(User user, ChatCommand command) throws Refusal {
        switch (command) {
            case Say(String room, String text) -> say(user, room, text);
            case ChatCommand.Direct(String to, String text) -> direct(user, to, text);
            case Nick(String name) -> nick(user, name);
            case Join(String room) -> join(user, room);
            case Leave(String room) -> leave(user, room);
            case Who(String room) -> who(user, room);
            case ChatCommand.Rooms() -> rooms(user);
            case Help() -> LineCommands.HELP.forEach(line -> tell(user, new Notice(line)));
            case Quit() -> quit(user);
        }
    }

    private void say(User user, String argument, String text) throws Refusal {
        if (text.isBlank()) {
            return;
        }
        String room = argument.isEmpty() ? currentRoom(user) : roomOf(user, "say ROOM TEXT", argument);
        tell(user.session().server(), room, new Said(room, user.nick().shown(), text));
    }

    private void nick(User user, String argument) throws Refusal {
        Name before = user.nick();
        Name after = Name.of("/nick NAME", argument);
        nicks.rename(user, after);
        Set<ClientSession> audience = new HashSet<>(Set.of(user.session()));
        user.rooms().forEach(room -> audience.addAll(members(user, room)));
        rooms.tell(audience, new Renamed(before.shown(), after.shown()));
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
        String room = argument.isEmpty() ? current : roomOf(user, "/leave ROOM", argument);
        user.rooms().remove(room);
        rooms.leave(user, room);
        Left left = new Left(user.nick().shown(), room);
        tell(user.session().server(), room, left);
        tell(user, left);
    }

    private void direct(User user, String name, String text) throws Refusal {
        Name nick = Name.of("/msg USER TEXT", name);
        if (text.isBlank()) {
            throw new Refusal("the text is missing: /msg USER TEXT");
        }
        User to = nicks.find(nick)
                .orElseThrow(() -> new Refusal("nobody here is called " + nick.shown() + "; /who shows who is"));
        Direct direct = new Direct(user.nick().shown(), to.nick().shown(), text);
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
        List<String> names = members(user, room).stream()
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
            RoomGroups.of(someone.session()).forEach(room -> sizes.merge(room, 1, Integer::sum));
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
        if (rooms.enter(user, room)) { // false: the session is closing
            user.rooms().add(room);
            tell(user.session().server(), room, new Joined(user.nick().shown(), room));
        }
    }

    private static String currentRoom(User user) throws Refusal {
        if (user.rooms().isEmpty()) {
            throw new Refusal("you are in no room; join one: /join ROOM");
        }
        return user.rooms().getLast();
    }

    /** A room that the person is in. */
    private static String roomOf(User user, String usage, String argument) throws Refusal {
        String room = Name.of(usage, argument).key();
        if (!user.rooms().contains(room)) {
            throw new Refusal("you are not in " + room + ", but in: " + String.join(", ", user.rooms()));
        }
        return room;
    }

    private List<ClientSession> members(User user, String room) {
        return rooms.members(user.session().server(), room);
    }

    private void tell(ImServer server, String room, ChatEvent event) {
        rooms.tell(server, room, event);
    }

    private SendResult tell(User user, ChatEvent event) {
        return user.session().send(user.view().shown(event, clock.instant()));
    }

    private static String textOf(Message message) throws Refusal {
        try {
            return (message.isText() ? message : Message.text(message.buffer())).text();
        } catch (IllegalArgumentException e) {
            throw new Refusal("this chat is for text; a binary message must be UTF-8");
        }
    }
}
