package io.hongyan.im.engine;

import io.hongyan.im.CloseReason.Code;
import io.hongyan.im.ClosedSession;
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

    void add(ClosedSession closed) {
        count(closed.reason().code()).increment();
        ring.set((int) (next.getAndIncrement() % KEPT), closed);
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
