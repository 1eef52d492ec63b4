package io.hongyan.im.engine;

import io.hongyan.im.CloseReason;
import io.hongyan.im.spi.Wire;

/** Why one peer's input ends, and what it is told in place of the usual notice. Loop thread only. */
final class InputEnd {
    private final CloseReason reason;
    private final Wire lastWords;

    /** It stands behind all that was read before; said once. */
    boolean passedOn;

    InputEnd(CloseReason reason, Wire lastWords) {
        this.reason = reason;
        this.lastWords = lastWords;
    }

    CloseReason reason() {
        return reason;
    }

    Wire lastWords() {
        return lastWords;
    }
}
