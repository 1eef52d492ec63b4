package io.hongyan.im.spi;

import io.hongyan.im.CloseReason;

/** A peer broke a rule of its protocol. The session closes with {@link #reason()}, of which the peer is told. */
public final class ProtocolException extends Exception {
    private static final long serialVersionUID = 1L;

    private final transient CloseReason reason;

    /**
     * Names the rule.
     *
     * @param reason code, sentence and limit; the sentence says rule and value, and nothing of what the peer sent
     */
    public ProtocolException(CloseReason reason) {
        super(reason.text(), null, false, false);
        this.reason = reason;
    }

    /**
     * What the session closes with.
     *
     * @return the reason
     */
    public CloseReason reason() {
        return reason;
    }
}
