package io.hongyan.im.engine;

import io.hongyan.im.ClientSession;
import io.hongyan.im.Fanout;
import io.hongyan.im.Group;
import io.hongyan.im.ImServer;
import io.hongyan.im.Message;
import java.util.Objects;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import org.jspecify.annotations.Nullable;

/** The groups of one server by name. A group is here while it has members. Any thread. */
final class Groups implements ShardedGroup.Directory, Memberships.Directory {
    private static final Message NOTHING = Message.text("");

    private final ConcurrentHashMap<String, ShardedGroup> byName = new ConcurrentHashMap<>();
    private final int loops;
    private final ShardedGroup all;

    Groups(int loops) {
        this.loops = loops;
        all = new ShardedGroup(this, "", loops);
    }

    Group named(ImServer server, String name) {
        return new Named(server, this, Objects.requireNonNull(name, "name"));
    }

    ShardedGroup all() {
        return all;
    }

    Group allHandle() {
        return new All(all);
    }

    @Override
    public Membership.Home home(String name) {
        return byName.computeIfAbsent(name, n -> new ShardedGroup(this, n, loops));
    }

    @Override
    public void forget(Membership.Home dead) {
        byName.remove(dead.name(), dead);
    }

    /** All but that of all sessions. */
    @Override
    public boolean mayForget(ShardedGroup empty) {
        return empty != all && byName.remove(empty.name(), empty);
    }

    private record Named(ImServer server, Groups groups, String name) implements Group {
        Named {
            if (name.isEmpty()) {
                throw new IllegalArgumentException("a group's name must not be empty; all sessions are ImServer.all()");
            }
        }

        @Override
        public boolean join(ClientSession session) {
            return own(session).joinGroup(groups, name);
        }

        @Override
        public boolean leave(ClientSession session) {
            return own(session).leaveGroup(name);
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
            return group == null ? nobody() : group.publish(message, excepted(except));
        }

        @Override
        public int size() {
            ShardedGroup group = groups.byName.get(name);
            return group == null ? 0 : group.size();
        }

        @Override
        public boolean contains(ClientSession session) {
            Objects.requireNonNull(session, "session");
            ShardedGroup group = groups.byName.get(name);
            return group != null && group.contains(membership(session, group));
        }

        @Override
        public Set<ClientSession> members() {
            ShardedGroup group = groups.byName.get(name);
            return group == null ? Set.of() : group.members();
        }

        /** A plugin may have wrapped a session; that is not one of ours. */
        private Member own(ClientSession session) {
            Objects.requireNonNull(session, "session");
            if (session instanceof Member ours && ours.server() == server) {
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

    /** What a session has to do with a group; a plugin may have wrapped it, then it is not one of ours. */
    private static @Nullable Membership membership(ClientSession session, ShardedGroup group) {
        return session instanceof Member ours ? ours.membershipIn(group) : null;
    }

    private static ShardedGroup.@Nullable Excepted excepted(@Nullable ClientSession session) {
        return session instanceof Member ours ? ours : null;
    }

    private static Fanout nobody() {
        Publication publication = new Publication(NOTHING, null, 0);
        publication.loopDone();
        return publication;
    }

    /** Sessions are in it from their opening to their closing; by hand nothing can be changed. */
    private record All(ShardedGroup group) implements Group {
        @Override
        public String name() {
            return "";
        }

        @Override
        public String toString() {
            return "all sessions";
        }

        @Override
        public boolean join(ClientSession session) {
            Objects.requireNonNull(session, "session");
            return false;
        }

        @Override
        public boolean leave(ClientSession session) {
            Objects.requireNonNull(session, "session");
            return false;
        }

        @Override
        public Fanout send(Message message) {
            return group.publish(Objects.requireNonNull(message, "message"), null);
        }

        @Override
        public Fanout send(Message message, ClientSession except) {
            Objects.requireNonNull(except, "except");
            return group.publish(Objects.requireNonNull(message, "message"), excepted(except));
        }

        @Override
        public int size() {
            return group.size();
        }

        @Override
        public boolean contains(ClientSession session) {
            return group.contains(membership(Objects.requireNonNull(session, "session"), group));
        }

        @Override
        public Set<ClientSession> members() {
            return group.members();
        }
    }
}
