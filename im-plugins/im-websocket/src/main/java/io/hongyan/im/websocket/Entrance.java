package io.hongyan.im.websocket;

import io.hongyan.im.CloseReason.Code;
import io.hongyan.im.spi.Admission;
import io.hongyan.im.spi.Decoder;
import io.hongyan.im.spi.ProtocolException;
import io.hongyan.im.spi.Wire;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import org.jspecify.annotations.Nullable;

/**
 * One handshake that waits for the host's filter. It fails closed: only a decision that lets the peer in does so. On the loop of the
 * connection, but for the decision, which comes from any thread.
 */
final class Entrance implements Admission<HandshakeDecision> {
    private final HandshakeFilter filter;
    private final Upgrade upgrade;
    private final WebSocketDecoder decoder;

    /** Our own, since a stage of the host's need not be able to say whether it is done. */
    private final CompletableFuture<@Nullable HandshakeDecision> decision = new CompletableFuture<>();

    Entrance(HandshakeFilter filter, Upgrade upgrade, WebSocketDecoder decoder) {
        this.filter = filter;
        this.upgrade = upgrade;
        this.decoder = decoder;
    }

    /** The decoder gets no more bytes until there is a decision. */
    void ask(Decoder.Sink sink) {
        try {
            CompletionStage<HandshakeDecision> asked = filter.judge(upgrade.handshake());
            if (isMissing(asked)) {
                decision.complete(null);
            } else {
                asked.whenComplete(this::onDecision);
            }
        } catch (Throwable t) {
            decision.completeExceptionally(t);
        }
        sink.admit(decision, this);
    }

    /** What the compiler believes of a host's code need not be so. */
    private static boolean isMissing(@Nullable Object answer) {
        return answer == null;
    }

    private void onDecision(@Nullable HandshakeDecision decided, @Nullable Throwable failure) {
        if (failure != null) {
            decision.completeExceptionally(failure);
        } else {
            decision.complete(decided);
        }
    }

    @Override
    public String who() {
        Object culprit = filter instanceof PromptFilter prompt ? prompt.rule() : filter;
        return "handshake filter " + culprit.getClass().getName();
    }

    @Override
    public void answered(HandshakeDecision decided, Decoder.Sink sink) throws ProtocolException {
        if (decided instanceof HandshakeDecision.Refused refused) {
            throw HttpAnswer.refusal(Code.POLICY, refused.status(), refused.text());
        }
        if (decided instanceof HandshakeDecision.Allowed allowed) {
            allowed.principal().ifPresent(sink::principal);
            decoder.open(upgrade, sink);
        }
    }

    /**
     * A filter that takes too long is the server's fault, and may have been quicker another time: 503, RFC 9110, section 15.6.4. 408
     * would blame the client, and have it come again at once.
     */
    @Override
    public Wire unanswered() {
        return decision.isDone()
                ? HttpAnswer.of(500, "the server could not handle this")
                : HttpAnswer.of(503, "the server could not decide in time; come again later");
    }
}
