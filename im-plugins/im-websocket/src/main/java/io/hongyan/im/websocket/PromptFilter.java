package io.hongyan.im.websocket;

import java.util.Objects;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.function.Function;

/** A filter made of a rule that knows at once. Where it fails, the rule is named. */
record PromptFilter(Function<? super Handshake, ? extends HandshakeDecision> rule) implements HandshakeFilter {
    PromptFilter {
        Objects.requireNonNull(rule, "rule");
    }

    @Override
    public CompletionStage<HandshakeDecision> judge(Handshake handshake) {
        return CompletableFuture.completedFuture(rule.apply(handshake));
    }
}
