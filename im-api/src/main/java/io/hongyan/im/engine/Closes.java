package io.hongyan.im.engine;

import io.hongyan.im.ClientSession;
import io.hongyan.im.CloseReason;
import io.hongyan.im.CloseReason.Code;
import io.hongyan.im.ClosedSession;
import io.hongyan.im.protocol.Control;
import java.lang.System.Logger.Level;
import java.net.InetSocketAddress;
import java.time.Instant;
import java.util.ArrayList;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.concurrent.atomic.AtomicLong;
import java.util.concurrent.atomic.AtomicReferenceArray;
import java.util.concurrent.atomic.LongAdder;
import org.jspecify.annotations.Nullable;

/** The ends of connections: how many of each kind, and the last of them with their evidence. Nobody waits for anybody. Any thread. */
final class Closes {
    private static final int KEPT = 256;

    private final Map<Code, LongAdder> counts = new EnumMap<>(Code.class);
    private final AtomicReferenceArray<@Nullable ClosedSession> ring = new AtomicReferenceArray<>(KEPT);
    private final AtomicLong next = new AtomicLong();

    Closes() {
        for (Code code : Code.values()) {
            counts.put(code, new LongAdder());
        }
    }

    /** Has the log tell of it, too; the session is null if there was none yet. */
    void add(@Nullable ClientSession session, InetSocketAddress peer, CloseReason reason, Log log) {
        String id = session == null ? "" : session.id();
        String protocol = session == null ? "" : session.protocol();
        count(reason.code()).increment();
        ring.set((int) (next.getAndIncrement() % KEPT), new ClosedSession(id, protocol, peer, Instant.now(), reason));
        boolean expected = session == null || !reason.code().reconnect() || reason.code() == Code.GOING_AWAY;
        Log.Text line = () -> (session == null ? "connection of " + peer : session.toString()) + " ended: "
                + reason.code() + " (" + Control.printable(reason.text()) + "), limit " + reason.limit() + ", pending "
                + reason.pendingBytes() + " bytes, idle " + reason.idle();
        if (expected || !log.log(Level.INFO, reason.code(), line)) {
            log.logEach(Level.DEBUG, line);
        }
    }

    private LongAdder count(Code code) {
        return Objects.requireNonNull(counts.get(code));
    }

    /** The newest first. */
    List<ClosedSession> recent() {
        List<ClosedSession> found = new ArrayList<>();
        long end = next.get();
        for (long i = end - 1; i >= 0 && i >= end - KEPT; i--) {
            ClosedSession closed = ring.get((int) (i % KEPT));
            if (closed != null) {
                found.add(closed);
            }
        }
        return List.copyOf(found);
    }

    /** Those that there were. */
    Map<Code, Long> counts() {
        Map<Code, Long> sums = new EnumMap<>(Code.class);
        counts.forEach((code, count) -> {
            if (count.sum() > 0) {
                sums.put(code, count.sum());
            }
        });
        return sums;
    }
}
