package io.hongyan.im.engine;

import io.hongyan.im.CloseReason;
import io.hongyan.im.CloseReason.Code;
import io.hongyan.im.Message;
import io.hongyan.im.spi.Decoder;
import io.hongyan.im.spi.Encoder;
import io.hongyan.im.spi.Protocol;
import io.hongyan.im.spi.ProtocolException;
import io.hongyan.im.spi.Wire;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/**
 * What comes from one peer: reads its stream, has it decoded and passes messages on. Loop thread only.
 *
 * <p>Its end (FIN, error or a broken rule) stands behind all that was read before: first the {@link #rest} is decoded, then the end is
 * passed on like a message.
 */
final class Input extends OpenSink implements Opening.Owner, Throttle.Owner {
    /** Messages of one session in one turn, so that one flooder cannot starve others; its bytes are one read's. */
    private static final int MESSAGES_PER_TURN = 64;

    /** Until the session is open. */
    private @Nullable Opening opening;

    /** From the moment that the protocol is known. */
    private @Nullable Decoder decoder;

    /** As long as something is waited for. */
    private @Nullable Patience patience;

    /** Bytes that were read and not decoded, because the handler is behind or the turn was over. */
    private @Nullable ByteBuffer rest;

    private @Nullable InputEnd end;

    /** How many more this turn may give. */
    private byte messagesLeft;

    /** The decoder was told to return. */
    private boolean full;

    /** The peer's FIN was read. */
    private boolean finished;

    Input(Front owner) {
        super(owner);
        opening = new Opening(this, owner.station());
    }

    /** A listener's only protocol is known without a byte. */
    void start() {
        boolean several = owner.station().protocols().size() > 1;
        boolean silent =
                several && ofProtocol(() -> opening().candidates().ofSilent().isPresent());
        patience = new Patience(this, owner.station().loop(), owner.station().limits());
        patience.start(silent);
        owner.interest().pace(Throttle.of(this, owner));
        if (!several) {
            choose(owner.station().protocols().get(0));
        }
    }

    /** The decoder opens the session, now or after its handshake. */
    private void choose(Protocol chosen) {
        inProtocol = true;
        Opening begun = opening();
        decoder = begun.choose(chosen);
        decoder.start(begun);
        inProtocol = false;
    }

    private Opening opening() {
        return Objects.requireNonNull(opening, "the session is open");
    }

    /** Whose fault it is that something was just thrown. */
    String takeBlame() {
        boolean blamed = inProtocol;
        inProtocol = false;
        String name = opening == null ? owner.session().protocol() : opening.protocolName();
        return blamed ? "protocol " + name : "the engine";
    }

    /** It has ended by a failure. */
    boolean isLost() {
        return end != null && end.reason().code() == Code.CONNECTION_LOST;
    }

    // ---- bytes

    /** Once for each event: what is left over is reported again, or the stream says that there is more. */
    void read(int readiness) {
        ByteBuffer buffer = owner.station().loop().receiveBuffer();
        if (!pace().mayRead(buffer)) {
            return;
        }
        int count;
        try {
            count = owner.stream().read(buffer);
        } catch (IOException e) {
            endConnection(Code.CONNECTION_LOST, "connection lost: " + e.getMessage());
            return;
        }
        if (count > 0) {
            hasRead(count);
            if (patience != null) {
                patience.onBytes();
            }
            decode(buffer.flip());
        } else if (count == 0 && hasMoreToRead()) {
            orderTurn();
        } else if (count == 0 && ((readiness & (Readiness.HANG_UP | Readiness.ERROR)) != 0 || owner.isBroken())) {
            endConnection(Code.CONNECTION_LOST, "connection lost");
        } else if (count < 0 || (readiness & Readiness.PEER_CLOSED) != 0) {
            finished = true;
            endConnection(Code.PEER_CLOSED, "the peer ended its output");
        }
    }

    /** Has the stream take in what the socket has, and give nothing; false if nothing more comes, which the next read tells again. */
    boolean takeIn() {
        try {
            return owner.stream().read(Stream.NOTHING) >= 0 || (owner.stream().pending() & Stream.WANTS_READ) == 0;
        } catch (IOException e) {
            return false;
        }
    }

    /** The session ends: nothing is decoded any more, but the protocol looks for the peer's answer to that. */
    Farewell leave() {
        Farewell farewell = new Farewell(owner, finished ? null : decoder, finished);
        farewell.look(rest == null ? Stream.NOTHING : rest);
        clear();
        return farewell;
    }

    /** Memory is short: the peer's answer to the end is not awaited, since that takes what is held of its last message. */
    void giveUp() {
        decoder = null;
        rest = null;
        countUnfinished(0);
    }

    private long heldBytes() {
        long ofRest = rest == null ? 0 : rest.capacity();
        return decoder == null ? ofRest : ofRest + decoder.heldBytes();
    }

    /** Gives up what is not decoded. */
    private void clear() {
        rest = null;
        countUnfinished(0);
        if (opening != null) {
            opening.giveUp();
        }
        if (patience != null) {
            patience.stop();
        }
        patience = null;
        pace().stop();
    }

    // ---- the end

    private void endConnection(Code code, String text) {
        inProtocol = true;
        int held =
                decoder != null ? decoder.heldBytes() : opening().candidates().heldBytes();
        inProtocol = false;
        CloseReason reason = CloseReason.of(code, held > 0 ? text + " in the middle of a message" : text);
        finish(end == null ? new InputEnd(reason, Wire.EMPTY) : end);
    }

    /** A broken rule has a better reason than the bytes' own, and nothing that comes after it is decoded. */
    @Override
    public void end(CloseReason reason, Wire words) {
        rest = null;
        finish(new InputEnd(reason, words));
    }

    /** Nothing more is read. */
    private void finish(InputEnd reached) {
        owner.hold(Interest.ENDED, true);
        if (end == null || !end.passedOn) {
            end = reached;
        }
        passEndOn();
    }

    private void passEndOn() {
        if (end == null || rest != null || end.passedOn || owner.isClosing() || isAnswerable()) {
            return;
        }
        end.passedOn = true;
        owner.ended(end.reason());
    }

    /** A peer that has ended its output may still be let in, and is answered. */
    private boolean isAnswerable() {
        return opening != null && opening.isAdmitting() && finished;
    }

    /** Of a connection whose session has not opened: why it ends, where nothing was found in its bytes. */
    void endUnopened(CloseReason reason) {
        if (end == null) {
            end = new InputEnd(reason, Wire.EMPTY);
            end.passedOn = true;
        }
    }

    /** With its evidence. */
    CloseReason endReason() {
        CloseReason reason = end == null ? CloseReason.of(Code.CONNECTION_LOST, "connection lost") : end.reason();
        return reason.withEvidence(0, idle());
    }

    /** What the peer is told in place of the usual notice. */
    Wire lastWords() {
        return end == null ? Wire.EMPTY : end.lastWords();
    }

    // ---- messages

    private void decode(ByteBuffer input) {
        messagesLeft = (byte) pace().beginTurn(MESSAGES_PER_TURN);
        try {
            keepRest(messagesLeft == 0 ? input : decodeTurn(input));
            countUnfinished(heldBytes());
        } catch (ProtocolException e) {
            inProtocol = false;
            end(e.reason(), e.lastWords());
            return;
        }
        passEndOn();
    }

    /** Gives what is left. */
    private ByteBuffer decodeTurn(ByteBuffer input) throws ProtocolException {
        Opening begun = opening;
        if (begun == null) {
            decodeBy(Objects.requireNonNull(decoder), input, this);
        }
        if (begun == null || begun.isAdmitting()) {
            return input;
        }
        ByteBuffer bytes = input;
        if (decoder == null) {
            inProtocol = true;
            Protocol chosen = begun.candidates().judge(input);
            inProtocol = false;
            if (chosen == null) {
                return input;
            }
            bytes = begun.candidates().takenAnd(input);
            choose(chosen);
        }
        while (bytes.hasRemaining() && !isWaiting(begun) && owner.isTaking()) {
            decodeBy(Objects.requireNonNull(decoder), bytes, begun);
            if (!settle(begun)) {
                break;
            }
        }
        return bytes;
    }

    private void decodeBy(Decoder by, ByteBuffer bytes, Decoder.Sink sink) throws ProtocolException {
        int before = bytes.remaining();
        full = false;
        inProtocol = true;
        try {
            by.decode(bytes, sink);
        } catch (ProtocolException e) {
            by.isAnswered(bytes);
            throw e;
        }
        if (bytes.remaining() == before && !full && end == null && (opening == null || !opening.isAdmitting())) {
            throw new IllegalStateException("a decoder used up nothing of " + before + " bytes, and would not ever");
        }
        inProtocol = false;
    }

    /** Whether an admission is waited for; one that was asked for and answered already is taken first. */
    private boolean isWaiting(Opening begun) throws ProtocolException {
        return begun.isAdmitting() && !settle(begun);
    }

    /** What the decoder has left is kept, in memory of its own, until the handler has caught up or the next turn comes. */
    private void keepRest(ByteBuffer input) {
        if (!input.hasRemaining() || !owner.isTaking() || (end != null && !finished)) {
            rest = null;
        } else if (input != rest) {
            rest = ByteBuffer.allocate(input.remaining()).put(input).flip();
        }
        owner.hold(Interest.UNDECODED, rest != null);
        pace().endTurn(messagesLeft, rest == null && !hasMoreToRead());
        orderTurn();
    }

    /** Orders a turn if there is something left to decode or to read, and it may be; if not yet, this is called when it may. */
    @Override
    public void orderTurn() {
        if (mayDecode() && (rest != null || hasMoreToRead())) {
            owner.takeTurnAgain();
        }
    }

    /** One turn without an event. */
    void takeTurn() {
        if (owner.isClosing() || !mayDecode()) {
            return;
        }
        if (rest != null) {
            decode(rest);
        } else if (hasMoreToRead()) {
            read(0);
        }
    }

    private boolean hasMoreToRead() {
        return end == null && (owner.stream().pending() & Stream.MORE_INPUT) != 0;
    }

    private boolean mayDecode() {
        return (opening == null ? owner.mayDecode() : !opening.isAdmitting()) && !pace().isHeld();
    }

    @Override
    public boolean message(Message message) {
        inProtocol = false;
        owner.station().counters().messagesIn.increment();
        if (patience != null && !patience.onMessage()) {
            patience = null;
        }
        owner.session().tell(new HandlerQueue.Received(message));
        full = !owner.mayDecode() || !owner.isTaking() || --messagesLeft <= 0;
        inProtocol = true;
        return !full;
    }

    // ---- opening

    @Override
    public void opened(Protocol spoken, Encoder encoder, @Nullable Belongings belongings) {
        Wire ping = encoder.ping();
        owner.open(spoken, encoder, belongings);
        opening = null;
        if (patience != null && !patience.onOpen(ping)) {
            patience = null;
        }
    }

    /** Whether an admission was answered: from now on the decoder goes on. */
    private boolean settle(Opening begun) throws ProtocolException {
        inProtocol = true;
        boolean answered = begun.settle();
        inProtocol = false;
        return answered;
    }

    @Override
    public void onAnswer() {
        try {
            if (opening != null && !owner.isClosing() && settle(opening)) {
                orderTurn();
                passEndOn();
            }
        } catch (ProtocolException e) {
            inProtocol = false;
            end(e.reason(), e.lastWords());
        } catch (Throwable t) {
            owner.onFailure(t);
        }
    }

    // ---- patience

    @Override
    public void serveSilent() {
        if (!owner.isClosing()) {
            ofProtocol(opening().candidates()::ofSilent).ifPresent(this::choose);
        }
    }

    @Override
    public void timeOut(CloseReason reason) {
        end(reason, opening == null ? Wire.EMPTY : ofProtocol(opening::timeOut));
    }

    @Override
    public String awaited() {
        return opening == null ? "" : ofProtocol(opening::awaited);
    }
}
