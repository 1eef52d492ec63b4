package io.hongyan.im.engine;

import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.locks.ReentrantLock;

/**
 * The members that one group has on one loop, in the array that the loop walks.
 *
 * <p>While a publication is on its way to the loop, or is walked, changes of membership wait in {@link #pending} with the group's
 * number at that moment; the loop makes them just before the first publication that is younger. So the array never changes under a
 * walk, each publication finds the members of its own moment, and a join or leave costs no command: it cannot be refused by a full
 * queue.
 */
final class GroupShard {
    private record Change(long sequence, Session session, boolean joins) {}

    private final EventLoop loop;

    /** The group's. */
    private final ReentrantLock lock;

    // Guarded by the lock:
    private final ArrayDeque<Change> pending = new ArrayDeque<>();
    private int outstanding;

    /** Members by the group's count, pending changes included. */
    private int size;

    // Guarded by the lock while nothing is outstanding or pending, else the loop's:
    private final List<Session> walked = new ArrayList<>();
    private final Map<Session, Integer> places = new HashMap<>();

    GroupShard(EventLoop loop, ReentrantLock lock) {
        this.loop = loop;
        this.lock = lock;
    }

    // ---- any thread, holding the lock

    int loopIndex() {
        return loop.index();
    }

    int size() {
        return size;
    }

    void join(long sequence, Session session) {
        size++;
        change(new Change(sequence, session, true));
    }

    void leave(long sequence, Session session) {
        size--;
        change(new Change(sequence, session, false));
    }

    private void change(Change change) {
        if (outstanding == 0 && pending.isEmpty()) {
            make(change);
        } else {
            pending.add(change);
        }
    }

    /** Hands a publication to the loop; false if its queue is full. */
    boolean publish(Publication publication) {
        publication.addLoop();
        if (loop.publish(this, publication)) {
            outstanding++;
            return true;
        }
        publication.loopDone();
        return false;
    }

    /** Without the lock. */
    void signal() {
        loop.signal();
    }

    // ---- the loop

    void deliver(Publication publication) {
        try {
            makeOlderThan(publication.sequence());
            publication.deliver(walked);
        } finally {
            release();
            publication.loopDone();
        }
    }

    private void makeOlderThan(long sequence) {
        for (; ; ) {
            Change next;
            lock.lock();
            try {
                next = pending.peek();
                if (next == null || next.sequence() >= sequence) {
                    return;
                }
                pending.remove();
            } finally {
                lock.unlock();
            }
            make(next);
        }
    }

    /** Ends one use of the array. The last one out makes what is pending before others may change the array by themselves. */
    private void release() {
        for (; ; ) {
            Change next;
            lock.lock();
            try {
                next = outstanding == 1 ? pending.poll() : null;
                if (next == null) {
                    outstanding--;
                    return;
                }
            } finally {
                lock.unlock();
            }
            make(next);
        }
    }

    private void make(Change change) {
        if (change.joins()) {
            places.put(change.session(), walked.size());
            walked.add(change.session());
        } else {
            remove(change.session());
        }
    }

    /** The last one takes its place. */
    private void remove(Session session) {
        Integer place = places.remove(session);
        if (place == null) {
            throw new IllegalStateException(session + " is to leave a shard that it is not in");
        }
        Session last = walked.remove(walked.size() - 1);
        if (last != session) {
            walked.set(place, last);
            places.put(last, place);
        }
    }
}
