package io.hongyan.im.engine;

import io.hongyan.im.ClientSession;
import io.hongyan.im.Fanout;
import io.hongyan.im.Message;
import java.util.Collections;
import java.util.LinkedHashSet;
import java.util.Set;
import java.util.concurrent.locks.ReentrantLock;
import org.jspecify.annotations.Nullable;

/**
 * One group: its members, and a number for each message and moment. A publish takes the lock, numbers the message and offers it once
 * to every loop that has members, so that all loops get the group's messages in one order. Any thread.
 */
final class ShardedGroup {
    private final ReentrantLock lock = new ReentrantLock();

    /** By loop; null where there never was a member. */
    private final @Nullable GroupShard[] shards;

    private final EventLoop[] loops;
    private final Set<Session> members = new LinkedHashSet<>();
    private long sequence;

    /** Empty and out of the directory: it is not to be used again. */
    private boolean dead;

    ShardedGroup(EventLoop[] loops) {
        this.loops = loops;
        shards = new GroupShard[loops.length];
    }

    /** What became of an attempt to join. */
    enum Join {
        JOINED,
        WAS_MEMBER,
        DEAD
    }

    Join join(Session session) {
        lock.lock();
        try {
            if (dead) {
                return Join.DEAD;
            }
            if (!members.add(session)) {
                return Join.WAS_MEMBER;
            }
            shardOf(session).join(sequence, session);
            return Join.JOINED;
        } finally {
            lock.unlock();
        }
    }

    boolean leave(Session session) {
        lock.lock();
        try {
            if (!members.remove(session)) {
                return false;
            }
            shardOf(session).leave(sequence, session);
            return true;
        } finally {
            lock.unlock();
        }
    }

    /** Declares it dead if it has no members. */
    boolean die() {
        lock.lock();
        try {
            dead = dead || members.isEmpty();
            return dead;
        } finally {
            lock.unlock();
        }
    }

    Fanout publish(Message message, @Nullable ClientSession except) {
        Session left = except instanceof Session session ? session : null;
        Publication publication;
        lock.lock();
        try {
            boolean leavesOut = left != null && members.contains(left);
            publication = new Publication(++sequence, message, left, members.size() - (leavesOut ? 1 : 0));
            for (GroupShard shard : shards) {
                if (shard != null && shard.size() > 0 && !shard.publish(publication)) {
                    miss(publication, shard);
                }
            }
        } finally {
            lock.unlock();
        }
        for (GroupShard shard : shards) {
            if (shard != null) {
                shard.signal();
            }
        }
        publication.loopDone();
        return publication;
    }

    /** A loop's queue is full: a gap for each of its members, from this moment on. */
    private void miss(Publication publication, GroupShard shard) {
        int count = 0;
        for (Session session : members) {
            if (session.peer().loopIndex() == shard.loopIndex() && session != publication.except()) {
                session.miss();
                count++;
            }
        }
        publication.missed(count);
    }

    int size() {
        lock.lock();
        try {
            return members.size();
        } finally {
            lock.unlock();
        }
    }

    boolean contains(ClientSession session) {
        lock.lock();
        try {
            return session instanceof Session && members.contains(session);
        } finally {
            lock.unlock();
        }
    }

    Set<ClientSession> members() {
        lock.lock();
        try {
            return Collections.unmodifiableSet(new LinkedHashSet<>(members));
        } finally {
            lock.unlock();
        }
    }

    private GroupShard shardOf(Session session) {
        int loop = session.peer().loopIndex();
        GroupShard shard = shards[loop];
        if (shard == null) {
            shard = new GroupShard(loops[loop], lock);
            shards[loop] = shard;
        }
        return shard;
    }
}
