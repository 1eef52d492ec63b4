package io.hongyan.im.examples;

import io.hongyan.im.ClientSession;
import io.hongyan.im.Group;
import io.hongyan.im.ImServer;
import io.hongyan.im.Message;
import java.time.InstantSource;
import java.util.Arrays;
import java.util.EnumMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;

/**
 * The rooms and who is in them. A room is one {@link Group} for each {@link ChatView}, so that what happens is put into
 * words once for each view and not once for each person. All people in a room see the same order: what goes to its groups
 * goes there under one lock, which is held for a moment, since a group's {@code send} never waits.
 */
final class RoomGroups {
    /** Shared by the rooms, so that a room leaves nothing behind. */
    private final Object[] locks = new Object[64];

    private final InstantSource clock;

    RoomGroups(InstantSource clock) {
        this.clock = clock;
        Arrays.setAll(locks, i -> new Object());
    }

    /** False if the session is closing. */
    boolean enter(User user, String room) {
        return user.session().join(user.view().group(room));
    }

    void leave(User user, String room) {
        user.session().leave(user.view().group(room));
    }

    void tell(ImServer server, String room, ChatEvent event) {
        Map<Group, Message> shown = new LinkedHashMap<>();
        for (ChatView view : ChatView.values()) {
            Group group = server.group(view.group(room));
            if (group.size() > 0) {
                shown.put(group, view.shown(event, clock.instant()));
            }
        }
        synchronized (locks[Math.floorMod(room.hashCode(), locks.length)]) {
            // Whatever the results, there is nothing more to do: a client that does not read is closed by the server's
            // limits.
            shown.forEach(Group::send);
        }
    }

    /** The same event to some people, each told once. */
    void tell(Iterable<ClientSession> audience, ChatEvent event) {
        Map<ChatView, Message> shown = new EnumMap<>(ChatView.class);
        for (ClientSession session : audience) {
            session.send(shown.computeIfAbsent(ChatView.of(session), view -> view.shown(event, clock.instant())));
        }
    }

    List<ClientSession> members(ImServer server, String room) {
        return Stream.of(ChatView.values())
                .flatMap(view -> server.group(view.group(room)).members().stream())
                .toList();
    }

    /** The rooms that a session is in. */
    static List<String> of(ClientSession session) {
        return session.groups().stream()
                .map(group -> group.substring(0, group.lastIndexOf('#')))
                .toList();
    }
}
