package io.hongyan.im.engine;

import io.hongyan.im.ClientSession;
import io.hongyan.im.Fanout;
import io.hongyan.im.Message;
import java.lang.invoke.MethodHandles;
import java.lang.invoke.VarHandle;
import java.util.ArrayList;
import java.util.Collections;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * One group: its members by loop. A publish takes the baton and offers the message once to every loop that has members, so that all loops
 * get the group's messages in one order. Joins and leaves change the members under the baton, too; those that a loop brings are made by
 * whoever has it. Any thread.
 */
final class ShardedGroup extends Baton implements Membership.Home {
    private static final VarHandle BROUGHT;

    static {
        try {
            BROUGHT = MethodHandles.lookup().findVarHandle(ShardedGroup.class, "brought", Change.class);
        } catch (ReflectiveOperationException e) {
            throw new ExceptionInInitializerError(e);
        }
    }

    /** A join or leave that a loop has brought. */
    private record Change(
            Membership membership, boolean joins, @Nullable Change earlier) {}

    private final Directory directory;
    private final String name;

    /** By loop; null where there never was a member. Guarded by the baton, as is what follows. */
    private final @Nullable Members[] byLoop;

    private int size;

    /** Empty and out of the directory: it is not to be used again. */
    private boolean dead;

    /** The newest of those that are not made yet. */
    private volatile @Nullable Change brought;

    /** Who does not get a message, a member or not. */
    interface Excepted extends Receiver {
        @Nullable
        Membership membershipIn(Membership.Home group);
    }

    /** Where groups are found by name. */
    interface Directory {
        /** Whether a group without members is dead now. Its baton is held. */
        boolean mayForget(ShardedGroup empty);
    }

    ShardedGroup(Directory directory, String name, int loops) {
        this.directory = directory;
        this.name = name;
        byLoop = new Members[loops];
    }

    @Override
    public String name() {
        return name;
    }

    // ---- any thread but a loop's that others wait for

    @Override
    public boolean join(Membership membership) {
        take();
        try {
            if (dead) {
                return false;
            }
            add(membership);
            return true;
        } finally {
            give();
        }
    }

    @Override
    public void leave(Membership membership) {
        take();
        try {
            remove(membership);
        } finally {
            give();
        }
    }

    /** @param except who does not get it */
    Fanout publish(Message message, @Nullable Excepted except) {
        encodeAhead(message);
        List<Receiver> gaps = new ArrayList<>(0);
        Publication publication;
        take();
        try {
            boolean leavesOut = except != null && isIn(except.membershipIn(this));
            publication = new Publication(message, except, size - (leavesOut ? 1 : 0));
            for (Members members : byLoop) {
                if (members != null && members.size() > 0 && !members.publish(publication)) {
                    miss(publication, members, gaps);
                }
            }
        } finally {
            give();
        }
        for (Members members : byLoop) {
            if (members != null) {
                members.signal();
            }
        }
        gaps.forEach(Receiver::refresh);
        publication.loopDone();
        return publication;
    }

    /** What most members speak is encoded here and now, so that the loops find it, and not each its own. Only a hint: read without the baton. */
    private void encodeAhead(Message message) {
        for (Members members : byLoop) {
            Membership first = members == null ? null : members.peek();
            if (first == null) {
                continue;
            }
            try {
                message.wire(first.member().encoder());
            } catch (Throwable t) {
                // The loops find the same, and tell of it.
                return;
            }
        }
    }

    /** A loop's queue is full: a gap for each of its members, from this moment on, unless the message was volatile. Adds those with a gap. */
    private static void miss(Publication publication, Members members, List<Receiver> gaps) {
        long tail = members.tail();
        int count = 0;
        for (int i = 0; i < members.size(); i++) {
            Receiver member = members.get(i).member();
            if (member == publication.except()) {
                continue;
            }
            if (publication.message().isVolatile()) {
                member.passOver();
            } else {
                member.refuse(tail);
                gaps.add(member);
            }
            count++;
        }
        publication.missed(count);
    }

    int size() {
        take();
        try {
            return size;
        } finally {
            give();
        }
    }

    boolean contains(@Nullable Membership membership) {
        take();
        try {
            return isIn(membership);
        } finally {
            give();
        }
    }

    Set<ClientSession> members() {
        Set<ClientSession> all = new LinkedHashSet<>();
        take();
        try {
            for (Members members : byLoop) {
                for (int i = 0; members != null && i < members.size(); i++) {
                    all.add(members.get(i).member());
                }
            }
        } finally {
            give();
        }
        return Collections.unmodifiableSet(all);
    }

    private boolean isIn(@Nullable Membership membership) {
        return membership != null && membership.group() == this && membership.place != Membership.OUT;
    }

    // ---- loops, which never wait

    @Override
    public void joinSoon(Membership membership) {
        bring(membership, true);
    }

    @Override
    public void leaveSoon(Membership membership) {
        bring(membership, false);
    }

    private void bring(Membership membership, boolean joins) {
        Change earlier;
        do {
            earlier = brought;
        } while (!BROUGHT.compareAndSet(this, earlier, new Change(membership, joins, earlier)));
        bring();
    }

    @Override
    boolean hasWork() {
        return brought != null;
    }

    @Override
    void work() {
        make((Change) BROUGHT.getAndSet(this, null));
    }

    /** Oldest first. */
    private void make(@Nullable Change newest) {
        @Nullable Change oldest = null;
        for (Change c = newest; c != null; c = c.earlier()) {
            oldest = new Change(c.membership(), c.joins(), oldest);
        }
        for (Change c = oldest; c != null; c = c.earlier()) {
            if (c.joins()) {
                add(c.membership());
            } else {
                remove(c.membership());
            }
        }
    }

    // ---- with the baton

    private void add(Membership membership) {
        changeable(membership.member().loop()).add(membership);
        size++;
    }

    /** A loop may end a membership that somebody else has just ended. */
    private void remove(Membership membership) {
        if (membership.place == Membership.OUT) {
            return;
        }
        changeable(membership.member().loop()).remove(membership);
        if (--size == 0) {
            dead = directory.mayForget(this);
        }
    }

    private Members changeable(EventLoop loop) {
        Members members = byLoop[loop.index()];
        if (members == null) {
            members = new Members(loop);
        } else if (members.isUsed()) {
            members = members.copy();
        } else {
            return members;
        }
        byLoop[loop.index()] = members;
        return members;
    }
}
