package io.hongyan.im.engine;

import io.hongyan.im.AttributeKey;
import io.hongyan.im.spi.Admission;
import io.hongyan.im.spi.Decoder;
import io.hongyan.im.spi.Encoder;
import io.hongyan.im.spi.Wire;
import java.net.InetSocketAddress;
import java.security.Principal;
import java.time.Duration;
import java.util.concurrent.CompletionStage;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/**
 * The plain part of an {@link Input}: what is passed on to the connection as it comes, what comes too late once the session is open, and
 * what is noted of reads.
 * Loop thread only.
 */
abstract class OpenSink implements Decoder.Sink, Patience.Watched {
    final Front owner;

    /** Protocol code is running: what is thrown is its fault. */
    boolean inProtocol;

    private long lastReadNanos;

    /** What of an unfinished message counts against the budget; null where that is nothing. */
    private @Nullable Unfinished unfinished;

    OpenSink(Front owner) {
        this.owner = owner;
        lastReadNanos = owner.station().loop().nowNanos();
    }

    final Pace pace() {
        return owner.interest().pace();
    }

    final void hasRead(int count) {
        lastReadNanos = owner.station().loop().nowNanos();
        owner.station().counters().bytesIn.add(count);
        owner.station().loop().account().onRead(count);
        pace().onRead(count);
    }

    @Override
    public Duration idle() {
        return Duration.ofNanos(owner.station().loop().nowNanos() - lastReadNanos);
    }

    final <T> T ofProtocol(Supplier<T> code) {
        inProtocol = true;
        T found = code.get();
        inProtocol = false;
        return found;
    }

    /** What is held of a message that is not whole, so that it counts. */
    final void countUnfinished(long held) {
        if (held >= Unfinished.LEAST_BYTES || unfinished != null) {
            EventLoop loop = owner.station().loop();
            unfinished = Unfinished.count(unfinished, held, loop.account(), loop.nowNanos());
        }
    }

    @Nullable
    final Unfinished unfinished() {
        return unfinished;
    }

    @Override
    public void reply(Wire wire) {
        owner.reply(wire);
    }

    @Override
    public InetSocketAddress remoteAddress() {
        return owner.remoteAddress();
    }

    @Override
    public boolean isReading() {
        return owner.isReading();
    }

    @Override
    public boolean ping(Wire ping) {
        return owner.reply(ping);
    }

    @Override
    public void onFailure(Throwable cause) {
        owner.onFailure(cause);
    }

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
