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

    Admitting(CompletionStage<T> answer, Admission<T> admission) {
        this.answer = answer;
        this.admission = admission;
    }

    /** @param onAnswer called on the answering thread, or at once */
    void await(Runnable onAnswer) {
        answer.whenComplete((given, thrown) -> {
            value = given;
            failure = thrown;
            answered = true;
            onAnswer.run();
        });
    }

    boolean isAnswered() {
        return answered;
    }

    /** What has failed instead of answering, if it has. */
    @Nullable
    Throwable failure() {
        return failure instanceof CompletionException && failure.getCause() != null ? failure.getCause() : failure;
    }

    /** Opens the session, or refuses it: fail closed. */
    void settle(Decoder.Sink sink) throws ProtocolException {
        Throwable thrown = failure();
        if (thrown != null) {
            throw refusal(" threw " + thrown.getClass().getName());
        }
        if (value == null) {
            throw refusal(" answered null");
        }
        admission.answered(value, sink);
    }

    private ProtocolException refusal(String what) {
        return new ProtocolException(
                CloseReason.of(Code.INTERNAL_ERROR, admission.who() + what), admission.unanswered());
    }

    Admission<T> admission() {
        return admission;
    }
}
