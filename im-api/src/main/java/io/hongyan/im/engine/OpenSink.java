package io.hongyan.im.engine;

import io.hongyan.im.AttributeKey;
import io.hongyan.im.spi.Admission;
import io.hongyan.im.spi.Decoder;
import io.hongyan.im.spi.Encoder;
import java.security.Principal;
import java.util.concurrent.CompletionStage;

/** What a decoder finds of a session that is open, when everything that belongs to the {@link Opening} comes too late. */
abstract class OpenSink implements Decoder.Sink {
    @Override
    public void open() {
        throw openAlready();
    }

    @Override
    public void open(Encoder encoder) {
        throw openAlready();
    }

    @Override
    public <T> void attribute(AttributeKey<T> key, T value) {
        throw openAlready();
    }

    @Override
    public void principal(Principal principal) {
        throw openAlready();
    }

    @Override
    public <T> void admit(CompletionStage<T> answer, Admission<T> admission) {
        throw openAlready();
    }

    private static IllegalStateException openAlready() {
        return new IllegalStateException("the session is open already");
    }
}
