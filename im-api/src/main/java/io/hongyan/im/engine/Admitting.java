package io.hongyan.im.engine;

import io.hongyan.im.CloseReason;
import io.hongyan.im.CloseReason.Code;
import io.hongyan.im.spi.Admission;
import io.hongyan.im.spi.Decoder;
import io.hongyan.im.spi.ProtocolException;
import java.util.concurrent.CompletionException;
import java.util.concurrent.CompletionStage;
import org.jspecify.annotations.Nullable;

/** One admission that is waited for. The answer comes from any thread; the rest is the loop's. */
final class Admitting<T> {
    private final CompletionStage<T> answer;
    private final Admission<T> admission;

    /** One of the two, or neither if null was answered; published by {@link #answered}. */
    private @Nullable T value;

    private @Nullable Throwable failure;
    private volatile boolean answered;
    private volatile @Nullable Runnable onAnswer;

    Admitting(CompletionStage<T> answer, Admission<T> admission) {
        this.answer = answer;
        this.admission = admission;
    }

    /** @param heard called on the answering thread, or at once */
    void await(Runnable heard) {
        onAnswer = heard;
        answer.whenComplete((given, thrown) -> {
            value = given;
            failure = thrown;
            answered = true;
            Runnable waiting = onAnswer;
            if (waiting != null) {
                waiting.run();
            }
        });
    }

    /** Nobody waits any more: whoever never answers keeps nothing of the connection. */
    void forget() {
        onAnswer = null;
    }

    boolean isAnswered() {
        return answered;
    }

    /** Why there is no answer; empty if there is one. */
    String refusal() {
        Throwable thrown =
                failure instanceof CompletionException && failure.getCause() != null ? failure.getCause() : failure;
        if (thrown != null) {
            return " threw " + thrown.getClass().getName();
        }
        return value == null ? " answered null" : "";
    }

    /** What was thrown in place of an answer. */
    @Nullable
    Throwable failure() {
        return failure;
    }

    /** Opens the session, or refuses it: fail closed. */
    void settle(Decoder.Sink sink) throws ProtocolException {
        T given = value;
        if (given == null || failure != null) {
            CloseReason reason = CloseReason.of(Code.INTERNAL_ERROR, admission.who() + refusal());
            throw new ProtocolException(reason, admission.unanswered());
        }
        admission.answered(given, sink);
    }

    Admission<T> admission() {
        return admission;
    }
}
