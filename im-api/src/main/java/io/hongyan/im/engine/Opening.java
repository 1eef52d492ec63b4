package io.hongyan.im.engine;

import io.hongyan.im.AttributeKey;
import io.hongyan.im.CloseReason;
import io.hongyan.im.Message;
import io.hongyan.im.spi.Admission;
import io.hongyan.im.spi.Decoder;
import io.hongyan.im.spi.Encoder;
import io.hongyan.im.spi.Protocol;
import io.hongyan.im.spi.ProtocolException;
import io.hongyan.im.spi.Wire;
import java.lang.System.Logger.Level;
import java.net.InetSocketAddress;
import java.security.Principal;
import java.util.Objects;
import java.util.concurrent.CompletionStage;
import org.jspecify.annotations.Nullable;

/**
 * What happens to a connection until its session is open: its protocol is recognised, shakes hands, and may ask who may come in. Given up
 * then. Loop thread only.
 */
final class Opening implements Decoder.Sink {
    /** Whose opening it is; what it does not see to itself goes there. */
    interface Owner {
        /** The session opens. */
        void opened(Protocol spoken, Encoder encoder, @Nullable Belongings belongings);

        InetSocketAddress remoteAddress();

        boolean message(Message message);

        void reply(Wire wire);

        void end(CloseReason reason, Wire lastWords);

        /** An admission was answered later than the decoder has returned; a task of the loop. */
        void onAnswer();
    }

    private final Owner owner;
    private final Station station;
    private final Candidates candidates;
    private @Nullable Protocol protocol;
    private @Nullable Belongings belongings;

    /** Who is asked whether the peer may come in. */
    private @Nullable Admitting<?> admitting;

    private boolean done;

    Opening(Owner owner, Station station) {
        this.owner = owner;
        this.station = station;
        candidates = new Candidates(station.protocols());
    }

    Candidates candidates() {
        return candidates;
    }

    Decoder choose(Protocol chosen) {
        protocol = chosen;
        return Objects.requireNonNull(chosen.newDecoder(station.limits()), "newDecoder answered null");
    }

    /** For logs. */
    String protocolName() {
        Protocol known = protocol;
        try {
            return known == null ? "unknown" : known.name();
        } catch (Throwable t) {
            return Objects.requireNonNull(known).getClass().getName();
        }
    }

    // ---- what the decoder finds

    @Override
    public void open() {
        open(spoken().encoder());
    }

    @Override
    public void open(Encoder encoder) {
        if (done) {
            throw new IllegalStateException("protocol " + protocolName() + " opened its session twice");
        }
        done = true;
        owner.opened(spoken(), Objects.requireNonNull(encoder, "encoder"), belongings);
    }

    private Protocol spoken() {
        return Objects.requireNonNull(protocol, "no protocol is chosen");
    }

    @Override
    public <T> void attribute(AttributeKey<T> key, T value) {
        own().put(key, value);
    }

    @Override
    public void principal(Principal who) {
        if (!own().principal(Objects.requireNonNull(who, "principal"))) {
            throw new IllegalStateException("protocol " + protocolName() + " names two principals");
        }
    }

    private Belongings own() {
        Belongings mine = belongings;
        if (mine == null) {
            mine = new Belongings();
            belongings = mine;
        }
        return mine;
    }

    @Override
    public InetSocketAddress remoteAddress() {
        return owner.remoteAddress();
    }

    /** In the packet of the handshake. */
    @Override
    public boolean message(Message message) {
        if (!done) {
            throw new IllegalStateException(
                    "protocol " + protocolName() + " gave a message before it opened its session");
        }
        return owner.message(message);
    }

    @Override
    public void reply(Wire wire) {
        owner.reply(wire);
    }

    @Override
    public void end(CloseReason reason, Wire lastWords) {
        owner.end(reason, lastWords);
    }

    // ---- admission

    @Override
    public <T> void admit(CompletionStage<T> answer, Admission<T> admission) {
        if (done || admitting != null) {
            throw new IllegalStateException(
                    "protocol " + protocolName() + " asks for an admission twice, or of a session that is open");
        }
        Admitting<T> asked = new Admitting<>(answer, admission);
        admitting = asked;
        asked.await(() -> station.loop().execute(owner::onAnswer));
    }

    boolean isAdmitting() {
        return admitting != null;
    }

    /** Takes an answer that is there: the session opens, or is refused. Answers whether there was one. */
    boolean settle() throws ProtocolException {
        Admitting<?> asked = admitting;
        if (asked == null || !asked.isAnswered()) {
            return false;
        }
        admitting = null;
        if (!asked.refusal().isEmpty()) {
            Throwable failure = asked.failure();
            report(asked, asked.refusal() + (failure == null ? "" : ": " + Log.describe(failure)));
        }
        asked.settle(this);
        return true;
    }

    private void report(Admitting<?> asked, String what) {
        String who = asked.admission().who();
        station.counters().errors.increment();
        station.log().log(Level.WARNING, Log.Topic.CALLBACK, () -> who + what);
    }

    /** Time is up, and nobody is waited for any more; answers what the peer is told. */
    Wire timeOut() {
        Admitting<?> asked = admitting;
        if (asked == null) {
            return Wire.EMPTY;
        }
        asked.forget();
        admitting = null;
        report(asked, " did not answer in time");
        return asked.admission().unanswered();
    }

    /** The connection ends: nobody is waited for. */
    void giveUp() {
        if (admitting != null) {
            admitting.forget();
        }
    }

    /** Who is asked and has not answered; empty if nobody is. */
    String awaited() {
        return admitting == null ? "" : admitting.admission().who();
    }
}
