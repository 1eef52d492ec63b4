package io.hongyan.im.spi;

import io.hongyan.im.CloseReason;
import java.util.Objects;

/** A peer broke a rule of its protocol. The session closes with {@link #reason()}, of which the peer is told. */
public final class ProtocolException extends Exception {
    private static final long serialVersionUID = 1L;

    private final transient CloseReason reason;
    private final transient Wire lastWords;

    /**
     * Names the rule.
     *
     * @param reason code, sentence and limit; the sentence says rule and value, and nothing of what the peer sent
     */
    public ProtocolException(CloseReason reason) {
        this(reason, Wire.EMPTY);
    }

    /**
     * Names the rule, and says what the peer is answered.
     *
     * @param reason as above
     * @param lastWords the last bytes the peer gets, in place of {@link Encoder#closing}; for a handshake that fails, above all
     */
    public ProtocolException(CloseReason reason, Wire lastWords) {
        super(Objects.requireNonNull(reason, "reason").text(), null, false, false);
        this.reason = reason;
        this.lastWords = Objects.requireNonNull(lastWords, "lastWords");
    }

    /**
     * What the session closes with.
     *
     * @return the reason
     */
    public CloseReason reason() {
        return reason;
    }

    /**
     * What the peer is answered.
     *
     * @return the bytes; {@link Wire#EMPTY} for the usual notice
     */
    public Wire lastWords() {
        return lastWords;
    }
}
