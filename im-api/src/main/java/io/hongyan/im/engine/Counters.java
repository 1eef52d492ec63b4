package io.hongyan.im.engine;

import io.hongyan.im.ServerStats;
import java.time.Duration;
import java.util.concurrent.atomic.LongAdder;

/** What {@link ServerStats} shows. Any thread. */
final class Counters {
    final LongAdder accepted = new LongAdder();
    final LongAdder refused = new LongAdder();
    final LongAdder messagesIn = new LongAdder();
    final LongAdder messagesOut = new LongAdder();
    final LongAdder bytesIn = new LongAdder();
    final LongAdder bytesOut = new LongAdder();
    final LongAdder writes = new LongAdder();
    final LongAdder overflowed = new LongAdder();
    final LongAdder discardedIn = new LongAdder();
    final LongAdder discardedOut = new LongAdder();
    final LongAdder errors = new LongAdder();

    final Closes closes = new Closes();

    ServerStats snapshot(long openSessions, long heldBytes, Duration loopLag) {
        return new ServerStats(
                openSessions,
                accepted.sum(),
                refused.sum(),
                messagesIn.sum(),
                messagesOut.sum(),
                bytesIn.sum(),
                bytesOut.sum(),
                writes.sum(),
                overflowed.sum(),
                discardedIn.sum(),
                discardedOut.sum(),
                errors.sum(),
                heldBytes,
                loopLag,
                closes.counts());
    }
}
