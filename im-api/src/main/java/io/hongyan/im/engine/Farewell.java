package io.hongyan.im.engine;

import io.hongyan.im.spi.Decoder;
import java.io.IOException;
import java.lang.System.Logger.Level;
import java.nio.ByteBuffer;
import org.jspecify.annotations.Nullable;

/**
 * What a peer still says while its session ends. It is read, since a peer may not read before it could write, and since a close with
 * unread input would be a reset that takes what was accepted with it; and it is thrown away, but for the answer that its protocol may
 * wait for. Loop thread only.
 */
final class Farewell {
    private final Front front;

    /** Looks for the answer; null once nothing is awaited. */
    private @Nullable Decoder awaiting;

    /** The peer's output has ended. */
    private boolean over;

    Farewell(Front front, @Nullable Decoder awaiting, boolean over) {
        this.front = front;
        this.awaiting = awaiting;
        this.over = over;
    }

    boolean isAwaited() {
        return awaiting != null && !over;
    }

    boolean isOver() {
        return over;
    }

    /** The answer has not come in time. */
    void giveUp() {
        awaiting = null;
    }

    /**
     * Reads once; answers whether there was something.
     *
     * @param readiness what the poller has said; 0 if this is a turn without an event
     * @throws IOException if the connection has failed
     */
    boolean hear(int readiness) throws IOException {
        ByteBuffer buffer = front.station().loop().receiveBuffer();
        int count = front.stream().read(buffer);
        if (count > 0) {
            front.station().counters().bytesIn.add(count);
            look(buffer.flip());
        }
        boolean more = (front.stream().pending() & Stream.MORE_INPUT) != 0;
        if (count < 0 || (count == 0 && !more && (readiness & (Readiness.PEER_CLOSED | Readiness.HANG_UP)) != 0)) {
            over = true;
        } else if (more) {
            front.takeTurnAgain();
        }
        return count > 0;
    }

    void look(ByteBuffer bytes) {
        Decoder decoder = awaiting;
        try {
            if (decoder != null && decoder.isAnswered(bytes)) {
                awaiting = null;
            }
        } catch (Throwable t) {
            awaiting = null;
            front.station().counters().errors.increment();
            front.station()
                    .log()
                    .log(
                            Level.WARNING,
                            Log.Topic.CALLBACK,
                            () -> "no answer is awaited: " + decoder.getClass().getName() + " failed: "
                                    + Log.describe(t));
        }
    }
}
