package io.hongyan.im.websocket;

import java.util.concurrent.CompletionStage;
import java.util.function.Function;

/**
 * Decides who may open a WebSocket. Asked once for each handshake that is otherwise in order, before the session opens.
 *
 * <pre>{@code
 * .filter(handshake -> tokens.owner(handshake.header("authorization").orElse("")) // a CompletionStage<Principal>
 *         .thenApply(HandshakeDecision::allow))
 * .filter(HandshakeFilter.of(handshake -> known(handshake) ? HandshakeDecision.allow() : HandshakeDecision.refuse(401, "who are you?")))
 * }</pre>
 *
 * <p>Called on the event loop of the connection, by several loops at once: it must be thread-safe and must not block. What takes
 * a while it has done elsewhere, and completes the stage from there; until then nothing of the peer's is decoded.
 *
 * <p>Only a decision lets a peer in. One that throws, answers null or fails costs that connection, which is answered 500; one that
 * is not done when {@link io.hongyan.im.Limits#handshakeTimeout()} is over, 503. The log names the filter.
 */
@FunctionalInterface
public interface HandshakeFilter {
    /**
     * Judges one handshake.
     *
     * @param handshake the whole request
     * @return completes with the decision, at any time and on any thread
     * @throws Exception if it fails; the connection is refused
     */
    CompletionStage<HandshakeDecision> judge(Handshake handshake) throws Exception;

    /**
     * A filter that knows at once.
     *
     * @param rule decides without waiting for anything
     * @return the filter
     */
    static HandshakeFilter of(Function<? super Handshake, ? extends HandshakeDecision> rule) {
        return new PromptFilter(rule);
    }
}
