package io.hongyan.im.engine;

import io.hongyan.im.ClientSession;
import io.hongyan.im.Fanout;
import io.hongyan.im.Group;
import io.hongyan.im.Message;
import java.util.Objects;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import org.jspecify.annotations.Nullable;

/** The groups of one server by name. A group is here while it has members. Any thread. */
final class Groups {
    private static final Message NOTHING = Message.text("");

    private final ConcurrentHashMap<String, ShardedGroup> byName = new ConcurrentHashMap<>();
    private final EventLoop[] loops;
    private final ShardedGroup all;

    Groups(EventLoop[] loops) {
        this.loops = loops;
        all = new ShardedGroup(loops);
    }

    Group named(Server server, String name) {
        return new Named(server, this, Objects.requireNonNull(name, "name"));
    }

    ShardedGroup all() {
        return all;
    }

    Group allHandle() {
        return new All(all);
    }

    /** From {@link Session#join} alone, which keeps the session's side. */
    boolean add(String name, Session session) {
        for (; ; ) {
            ShardedGroup group = byName.computeIfAbsent(name, n -> new ShardedGroup(loops));
            switch (group.join(session)) {
                case JOINED -> {
                    return true;
                }
                case WAS_MEMBER -> {
                    return false;
                }
                case DEAD -> byName.remove(name, group);
            }
        }
    }

    /** From {@link Session#leave} and {@link Session#leaveAll} alone. */
    boolean remove(String name, Session session) {
        ShardedGroup group = byName.get(name);
        if (group == null || !group.leave(session)) {
            return false;
        }
        if (group.die()) {
            byName.remove(name, group);
        }
        return true;
    }

    private record Named(Server server, Groups groups, String name) implements Group {
        @Override
        public boolean join(ClientSession session) {
            return own(session).join(groups, name);
        }

        @Override
        public boolean leave(ClientSession session) {
            return own(session).leave(groups, name);
        }

        @Override
        public Fanout send(Message message) {
            return publish(message, null);
        }

        @Override
        public Fanout send(Message message, ClientSession except) {
            return publish(message, Objects.requireNonNull(except, "except"));
        }

        private Fanout publish(Message message, @Nullable ClientSession except) {
            Objects.requireNonNull(message, "message");
            ShardedGroup group = groups.byName.get(name);
            return group == null ? nobody() : group.publish(message, except);
        }

        @Override
        public int size() {
            ShardedGroup group = groups.byName.get(name);
            return group == null ? 0 : group.size();
        }

        @Override
        public boolean contains(ClientSession session) {
            ShardedGroup group = groups.byName.get(name);
            return group != null && group.contains(session);
        }

        @Override
        public Set<ClientSession> members() {
            ShardedGroup group = groups.byName.get(name);
            return group == null ? Set.of() : group.members();
        }

        /** A plugin may have wrapped a session; that is not one of ours. */
        private Session own(ClientSession session) {
            if (session instanceof Session ours && ours.server() == server) {
                return ours;
            }
            throw new IllegalArgumentException(
                    "group " + name + ": only sessions of its own server can join or leave, not " + session);
        }

        @Override
        public String toString() {
            return "group " + name;
        }
    }

    private static Fanout nobody() {
        Publication publication = new Publication(0, NOTHING, null, 0);
        publication.loopDone();
        return publication;
    }

    /** Sessions are in it from their opening to their closing; by hand nothing can be changed. */
    private record All(ShardedGroup group) implements Group {
        @Override
        public String name() {
            return "all";
        }

        @Override
        public boolean join(ClientSession session) {
            return false;
        }

        @Override
        public boolean leave(ClientSession session) {
            return false;
        }

        @Override
        public Fanout send(Message message) {
            return group.publish(Objects.requireNonNull(message, "message"), null);
        }

        @Override
        public Fanout send(Message message, ClientSession except) {
            return group.publish(Objects.requireNonNull(message, "message"), Objects.requireNonNull(except, "except"));
        }

        @Override
        public int size() {
            return group.size();
        }

        @Override
        public boolean contains(ClientSession session) {
            return group.contains(session);
        }

        @Override
        public Set<ClientSession> members() {
            return group.members();
        }
    }
}
