package io.hongyan.im.websocket;

import io.hongyan.im.CloseReason;
import io.hongyan.im.CloseReason.Code;
import io.hongyan.im.spi.ProtocolException;

/** The rules of RFC 6455 that a peer can break once its handshake is done; it is told by a Close frame. */
final class Violation {
    private static final int CANNOT_INFLATE = 4001;

    private Violation() {}

    /** Status 1002. */
    static ProtocolException of(String sentence) {
        return new ProtocolException(CloseReason.of(Code.PROTOCOL_ERROR, sentence));
    }

    /**
     * Status 4001, of the range for private use: what a client compressed cannot be inflated. Safari and iOS 15 keep their context from one
     * message to the next although it was agreed that they would not, and come back without compression if they are told to.
     */
    static ProtocolException cannotInflate() {
        String sentence = "deflate: a compressed message cannot be inflated; come back with deflate=off in the query";
        return new ProtocolException(
                CloseReason.of(Code.PROTOCOL_ERROR, sentence), CloseFrame.of(CANNOT_INFLATE, sentence));
    }

    /** Status 1007. */
    static ProtocolException invalidText(String what) {
        return new ProtocolException(CloseReason.of(Code.INVALID_TEXT, what + " is not valid UTF-8"));
    }

    /** Status 1009. */
    static ProtocolException tooBig(String what, int maxMessageBytes) {
        return new ProtocolException(CloseReason.of(
                Code.MESSAGE_TOO_BIG,
                what + " of more than " + maxMessageBytes + " bytes (maxMessageBytes)",
                maxMessageBytes));
    }

    /** Status 1009, of a message that is not too big as such. */
    static ProtocolException tooDense(int freeBytes, int maxRatio, int bound) {
        return new ProtocolException(CloseReason.of(
                Code.MESSAGE_TOO_BIG,
                "message that inflates to more than " + freeBytes + " bytes and to more than " + maxRatio
                        + " times its length (deflateMaxRatio)",
                bound));
    }

    /** Status 1008: the RFC allows it, we do not. */
    static ProtocolException tooManyStreams(int most) {
        return new ProtocolException(CloseReason.of(
                Code.POLICY,
                "compressed message of more than " + most + " streams, each with a block that is marked as its last",
                most));
    }
}
