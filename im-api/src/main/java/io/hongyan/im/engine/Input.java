package io.hongyan.im.engine;

import io.hongyan.im.AttributeKey;
import io.hongyan.im.CloseReason;
import io.hongyan.im.CloseReason.Code;
import io.hongyan.im.Limits;
import io.hongyan.im.Message;
import io.hongyan.im.spi.Admission;
import io.hongyan.im.spi.Decoder;
import io.hongyan.im.spi.Encoder;
import io.hongyan.im.spi.Protocol;
import io.hongyan.im.spi.ProtocolException;
import io.hongyan.im.spi.ServerConfig;
import io.hongyan.im.spi.Wire;
import java.io.IOException;
import java.lang.System.Logger.Level;
import java.net.InetSocketAddress;
import java.nio.ByteBuffer;
import java.security.Principal;
import java.time.Duration;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.concurrent.CompletionStage;
import org.jspecify.annotations.Nullable;

/**
 * What comes from one peer: reads its connection, has it decoded and passes messages on. Loop thread only.
 *
 * <p>Its end (FIN, error or a broken rule) stands behind all that was read before: first the {@link #rest} is decoded, then the end is
 * passed on like a message.
 */
final class Input implements Decoder.Sink {
    /** Messages of one session in one turn, so that one flooder cannot starve others; its bytes are one read's. */
    private static final int MESSAGES_PER_TURN = 64;

    private final Peer peer;
    private final Output output;
    private final Server server;
    private final EventLoop loop;
    private final Connection connection;
    private final Limits limits;
    private final Candidates candidates;
    private final Patience patience;

    /** Both from the moment that the protocol is known. */
    private @Nullable Protocol protocol;

    private @Nullable Decoder decoder;

    /** What the session is to have from its opening on. */
    private final Map<AttributeKey<?>, Object> attributes = new HashMap<>();

    private @Nullable Principal principal;

    /** Who is asked whether the peer may come in. */
    private @Nullable Admitting<?> admitting;

    /** Bytes that were read and not decoded, because the handler is behind or the turn was over. */
    private @Nullable ByteBuffer rest;

    private boolean turnOrdered;
    private int messagesThisTurn;
    private long lastReadNanos;

    /** The peer's FIN was read. */
    private boolean finished;

    private @Nullable CloseReason endReason;
    private Wire lastWords = Wire.EMPTY;
    private boolean endedByProtocol;
    private boolean endPassedOn;

    /** Both from the opening on. */
    private @Nullable Session session;

    private @Nullable HandlerQueue inbound;

    Input(
            Peer peer,
            Output output,
            Server server,
            EventLoop loop,
            Connection connection,
            ServerConfig.Listener listener) {
        this.peer = peer;
        this.output = output;
        this.server = server;
        this.loop = loop;
        this.connection = connection;
        limits = listener.limits();
        candidates = new Candidates(listener.protocols());
        patience = new Patience(this.peer, this, loop, limits);
        lastReadNanos = loop.nowNanos();
    }

    /** A listener's only protocol is known without a byte. */
    void start(List<Protocol> protocols) {
        patience.start(protocols.size() > 1 && candidates.ofSilent().isPresent());
        if (protocols.size() == 1) {
            choose(protocols.get(0));
        }
    }

    /** The decoder opens the session, now or after its handshake. */
    private void choose(Protocol chosen) {
        Decoder begun = chosen.newDecoder(limits);
        protocol = chosen;
        decoder = begun;
        begun.start(this);
    }

    /** The client has said nothing for a while: it may want to hear. */
    void serveSilent() {
        candidates.ofSilent().ifPresent(this::choose);
    }

    String protocolName() {
        return protocol == null ? "unknown" : protocol.name();
    }

    void opened(Session opened, HandlerQueue events) {
        session = opened;
        inbound = events;
    }

    boolean isFinished() {
        return finished;
    }

    Duration idle() {
        return Duration.ofNanos(loop.nowNanos() - lastReadNanos);
    }

    // ---- bytes

    /** Once for each event: what is left over is reported again. */
    void read(int readiness) {
        ByteBuffer buffer = loop.receiveBuffer();
        int count;
        try {
            count = connection.read(buffer);
        } catch (IOException e) {
            endConnection(Code.CONNECTION_LOST, "connection lost: " + e.getMessage());
            return;
        }
        if (count > 0) {
            lastReadNanos = loop.nowNanos();
            server.counters().bytesIn.add(count);
            patience.onBytes();
            decode(buffer.flip());
        } else if (count < 0) {
            finished = true;
            endConnection(Code.PEER_CLOSED, "the peer ended its output");
        } else if ((readiness & (Readiness.HANG_UP | Readiness.ERROR)) != 0 || output.isBroken()) {
            endConnection(Code.CONNECTION_LOST, "connection lost");
        } else if ((readiness & Readiness.PEER_CLOSED) != 0) {
            finished = true;
            endConnection(Code.PEER_CLOSED, "the peer ended its output");
        }
    }

    /** While the connection lingers: true once there is nothing more to wait for. */
    boolean discard(boolean hungUp) {
        try {
            int count = connection.read(loop.receiveBuffer());
            return count < 0 || (count == 0 && hungUp);
        } catch (IOException e) {
            return true;
        }
    }

    /** Gives up what is not decoded. */
    void clear() {
        rest = null;
        patience.stop();
    }

    // ---- the end

    private void endConnection(Code code, String text) {
        int held = decoder == null ? candidates.heldBytes() : decoder.heldBytes();
        finish(CloseReason.of(code, held > 0 ? text + " in the middle of a message" : text));
    }

    /** Nothing more is read. The first end counts, unless its reason is only that of the bytes and the protocol has a better one. */
    private void finish(CloseReason reason) {
        peer.hold(Interest.ENDED);
        if (endReason == null) {
            endReason = reason;
        }
        passEndOn();
    }

    @Override
    public void end(CloseReason reason, Wire words) {
        endReason = reason;
        lastWords = words;
        endedByProtocol = true;
        rest = null;
        finish(reason);
    }

    private void passEndOn() {
        if (endReason == null || rest != null || endPassedOn || peer.isClosing()) {
            return;
        }
        endPassedOn = true;
        output.lastWords(lastWords);
        if (inbound != null) {
            inbound.ended(endReason);
        } else {
            peer.fail(endReason);
        }
    }

    // ---- messages

    private void decode(ByteBuffer input) {
        messagesThisTurn = 0;
        try {
            keepRest(decodeTurn(input));
        } catch (ProtocolException e) {
            rest = null;
            end(e.reason(), e.lastWords());
            return;
        }
        passEndOn();
    }

    /** Gives what is left. */
    private ByteBuffer decodeTurn(ByteBuffer input) throws ProtocolException {
        if (admitting != null) {
            return input;
        }
        ByteBuffer bytes = input;
        if (decoder == null) {
            Protocol chosen = candidates.judge(input);
            if (chosen == null) {
                return input;
            }
            bytes = candidates.takenAnd(input);
            choose(chosen);
        }
        Decoder chosen = Objects.requireNonNull(decoder);
        chosen.decode(bytes, this);
        Admitting<?> asked = admitting;
        if (asked != null && asked.isAnswered()) {
            settle(asked);
            if (bytes.hasRemaining() && peer.isTaking() && mayDecode()) {
                chosen.decode(bytes, this);
            }
        }
        return bytes;
    }

    /** What the decoder has left is kept, in memory of its own, until the handler has caught up or the next turn comes. */
    private void keepRest(ByteBuffer input) {
        if (!input.hasRemaining() || !peer.isTaking() || endedByProtocol) {
            rest = null;
            peer.hold(Interest.UNDECODED, false);
            return;
        }
        if (input != rest) {
            rest = ByteBuffer.allocate(input.remaining()).put(input).flip();
        }
        peer.hold(Interest.UNDECODED);
        takeTurnAgain();
    }

    /** Orders a turn for the {@link #rest}, if there is one and it may be decoded; if not yet, this is called when it may. */
    void takeTurnAgain() {
        if (mayDecode() && rest != null && !turnOrdered) {
            turnOrdered = true;
            loop.takeTurnAgain(peer);
        }
    }

    void decodeRest() {
        turnOrdered = false;
        if (rest != null && !peer.isClosing() && mayDecode()) {
            decode(rest);
        }
    }

    /** Not while the handler is behind, the peer does not take our output, or the host has paused it. Sets the interest. */
    private boolean mayDecode() {
        if (session == null || inbound == null) {
            return admitting == null;
        }
        boolean full = inbound.isFull() && !inbound.awaitRoom();
        boolean congested = session.backlog().isCongested() && !output.isBroken();
        boolean paused = session.isPaused();
        peer.hold(Interest.INBOUND_FULL, full);
        peer.hold(Interest.OUTBOUND_HIGH, congested);
        peer.hold(Interest.PAUSED, paused);
        return !full && !congested && !paused;
    }

    @Override
    public void open() {
        open(spoken().encoder());
    }

    @Override
    public void open(Encoder encoder) {
        peer.open(spoken(), encoder, attributes, principal);
        patience.onOpen(encoder.ping());
    }

    @Override
    public InetSocketAddress remoteAddress() {
        return connection.remoteAddress();
    }

    @Override
    public <T> void attribute(AttributeKey<T> key, T value) {
        attributes.put(key, key.type().cast(value));
    }

    @Override
    public void principal(Principal who) {
        principal = Objects.requireNonNull(who, "principal");
    }

    @Override
    public <T> void admit(CompletionStage<T> answer, Admission<T> admission) {
        if (session != null || admitting != null) {
            throw new IllegalStateException(
                    "protocol " + protocolName() + " asks for an admission twice, or of a session that is open");
        }
        Admitting<T> asked = new Admitting<>(answer, admission);
        admitting = asked;
        asked.await(() -> loop.execute(() -> {
            try {
                onAnswer(asked);
            } catch (Throwable t) {
                peer.onFailure(t);
            }
        }));
    }

    /** Later than the decoder has returned. */
    private void onAnswer(Admitting<?> asked) {
        if (admitting != asked || peer.isClosing()) {
            return;
        }
        try {
            settle(asked);
        } catch (ProtocolException e) {
            rest = null;
            end(e.reason(), e.lastWords());
            return;
        }
        takeTurnAgain();
        passEndOn();
    }

    /** The answer is taken: from now on the decoder goes on. */
    private void settle(Admitting<?> asked) throws ProtocolException {
        admitting = null;
        Throwable failure = asked.failure();
        if (failure != null) {
            server.counters().errors.increment();
            server.log().log(
                    Level.WARNING,
                    Log.Topic.CALLBACK,
                    () -> asked.admission().who() + " failed: " + Log.describe(failure));
        }
        asked.settle(this);
    }

    /** Whom to blame where a handshake takes too long, and what the peer is told. */
    Optional<Admission<?>> awaited() {
        return admitting == null ? Optional.empty() : Optional.of(admitting.admission());
    }

    @Override
    public boolean message(Message message) {
        if (inbound == null) {
            throw new IllegalStateException(
                    "protocol " + protocolName() + " gave a message before it opened its session");
        }
        server.counters().messagesIn.increment();
        patience.onMessage();
        inbound.received(message);
        return mayDecode() && peer.isTaking() && ++messagesThisTurn < MESSAGES_PER_TURN;
    }

    @Override
    public void reply(Wire wire) {
        output.reply(wire);
    }

    private Protocol spoken() {
        return Objects.requireNonNull(protocol, "no protocol is chosen");
    }
}
