package io.hongyan.im.engine;

import io.hongyan.im.Limits;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.util.ArrayDeque;
import java.util.HashMap;
import java.util.Map;

/**
 * How many connections of one listener come from each address, and how fast: IPv4 by address, IPv6 by its network of 64 bits, since whoever
 * has one address of it has all. On the accepting loop, but for {@link #left}.
 *
 * <p>An address is known as long as it has connections, and then for a second, after which its bucket is full again. Of those without
 * a connection {@value #MOST_IDLE} are known, and those that have waited longest are forgotten before: whoever has so many addresses gains
 * nothing by coming from one that is forgotten, since one that was never seen has a full bucket too.
 */
final class Addresses extends TimerWheel.Timer {
    static final int MOST_IDLE = 16 * 1024;

    private static final long SECOND_NANOS = 1_000_000_000L;

    /** Over the networks of IPv6 that cannot be anyone's: those of multicast. */
    private static final long IPV4 = 0xFFFF_FFFF_0000_0000L;

    /** What becomes of one more connection; also what a line of the log is about. */
    enum Answer {
        ADMITTED,
        TOO_MANY,
        TOO_FAST
    }

    private static final class Entry extends Bucket {
        private final long network;
        private int held;

        /** It stands among {@link #idle}; what has no connection always does. */
        private boolean queued;

        private long dueNanos;

        Entry(long network, int perSecond, long nowNanos) {
            super(perSecond, nowNanos);
            this.network = network;
        }
    }

    private final EventLoop loop;
    private final int mostHeld;
    private final int perSecond;
    private final boolean counts;
    private final Map<Long, Entry> entries = new HashMap<>();

    /** In the order in which they are due to be forgotten; one that has come back is left out when its turn comes. */
    private final ArrayDeque<Entry> idle = new ArrayDeque<>();

    /** @param loop the accepting one */
    Addresses(Limits limits, EventLoop loop) {
        this.loop = loop;
        mostHeld = limits.maxSessionsPerAddress();
        perSecond = limits.connectsPerSecondPerAddress();
        Limits usual = Limits.defaults();
        counts = mostHeld != usual.maxSessionsPerAddress() || perSecond != usual.connectsPerSecondPerAddress();
    }

    /** One more connection; where it is admitted, {@link #left} is called once it is closed. */
    Answer admit(InetSocketAddress peer) {
        if (!counts) {
            return Answer.ADMITTED;
        }
        long now = loop.nowNanos();
        Entry entry = entries.computeIfAbsent(network(peer.getAddress()), n -> new Entry(n, perSecond, now));
        if (entry.tokens(now) == 0) {
            return Answer.TOO_FAST;
        }
        entry.take(1);
        if (entry.held >= mostHeld) {
            return Answer.TOO_MANY;
        }
        entry.held++;
        return Answer.ADMITTED;
    }

    /** The rule, its value and the way out. */
    String why(Answer refusal) {
        String rule = refusal == Answer.TOO_MANY
                ? "its address has as many as maxSessionsPerAddress, " + mostHeld
                : "its address comes more often than connectsPerSecondPerAddress, " + perSecond;
        return rule + "; behind a proxy, or where many clients share an address, raise it by withPerAddress";
    }

    /** Any loop. */
    void left(InetSocketAddress peer) {
        if (!counts) {
            return;
        }
        long network = network(peer.getAddress());
        if (loop.inLoop()) {
            leave(network);
        } else {
            loop.execute(() -> leave(network));
        }
    }

    private void leave(long network) {
        Entry entry = entries.get(network);
        if (entry != null && --entry.held == 0 && !entry.queued) {
            queue(entry);
        }
    }

    private void queue(Entry entry) {
        entry.queued = true;
        entry.dueNanos = loop.nowNanos() + SECOND_NANOS;
        idle.add(entry);
        if (idle.size() > MOST_IDLE) {
            forgetFirst();
        }
        if (!isSet()) {
            loop.wheel().set(this, entry.dueNanos);
        }
    }

    /** The first of them; it is forgotten, unless it has come back. */
    private void forgetFirst() {
        Entry first = idle.remove();
        first.queued = false;
        if (first.held == 0) {
            entries.remove(first.network);
        }
    }

    @Override
    void onDeadline() {
        long now = loop.nowNanos();
        for (Entry first = idle.peek(); first != null && first.dueNanos - now <= 0; first = idle.peek()) {
            if (first.held == 0 && !first.isFull(now)) {
                queue(idle.remove());
            } else {
                forgetFirst();
            }
        }
        Entry next = idle.peek();
        if (next != null) {
            loop.wheel().set(this, next.dueNanos);
        }
    }

    @Override
    void onFailure(Throwable cause) {
        loop.onFailure("the count of addresses", cause);
    }

    /** How many are known. */
    int size() {
        return entries.size();
    }

    /** What counts as one. An IPv4 address that is written as one of IPv6 is what it was. */
    static long network(InetAddress address) {
        byte[] bytes = address.getAddress();
        if (bytes.length == 4) {
            return IPV4 | number(bytes, 0, 4);
        }
        boolean mapped = number(bytes, 0, 8) == 0 && number(bytes, 8, 4) == 0xFFFF;
        return mapped ? IPV4 | number(bytes, 12, 4) : number(bytes, 0, 8);
    }

    private static long number(byte[] bytes, int from, int count) {
        long number = 0;
        for (int i = from; i < from + count; i++) {
            number = (number << Byte.SIZE) | (bytes[i] & 0xFF);
        }
        return number;
    }
}
