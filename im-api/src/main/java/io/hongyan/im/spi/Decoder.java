package io.hongyan.im.spi;

import io.hongyan.im.AttributeKey;
import io.hongyan.im.CloseReason;
import io.hongyan.im.Limits;
import io.hongyan.im.Message;
import java.net.InetSocketAddress;
import java.nio.ByteBuffer;
import java.security.Principal;
import java.util.concurrent.CompletionStage;

/**
 * Turns one peer's bytes into messages: a resumable parser, fed with whatever cut of the bytes the network made, that
 * gives the same messages for every cut. It has no policy and does no I/O. Only the session's loop calls it.
 *
 * <p>The calls are {@code start, decode*, isAnswered*}; after {@code decode} has thrown there is none more of it.
 *
 * <p>A session's end has three steps. Its last word is {@link Encoder#closing}, or what the decoder gave with the end that it found. If the
 * protocol has an answer to that, {@link #isAnswered} looks for it, and until it is there the output stays open: a peer that is still
 * working on what came before would take the end of the stream for the loss of it. Then the output ends, and what the peer still says is
 * thrown away until its output ends, too.
 */
public interface Decoder {
    /**
     * The connection is there. A protocol without a handshake opens the session here.
     *
     * @param sink where events go
     */
    default void start(Sink sink) {
        sink.open();
    }

    /**
     * Parses. Returns when the input is used up, or when the sink has said that it is full; what is then left in
     * {@code input} is kept and given again. Each call uses up at least a byte unless the sink was full.
     *
     * @param input bytes from position to limit; never kept
     * @param sink where messages go
     * @throws ProtocolException if the peer broke a rule; messages before that still count
     */
    void decode(ByteBuffer input, Sink sink) throws ProtocolException;

    /**
     * How much memory the unfinished message takes.
     *
     * @return bytes; at most twice what was received of it, and 1 KiB
     */
    int heldBytes();

    /**
     * Looks for the peer's answer to the end of the session. Once the session ends this is given what was not decoded, and then all that
     * comes, whatever the decoder has thrown or found before. It is waited for at most for {@link Limits#closeTimeout()}, and not at all
     * if the peer's output has ended.
     *
     * @param input bytes from position to limit, perhaps none; all are used up
     * @return whether the answer has come, or none is to be waited for; by default there is none
     */
    default boolean isAnswered(ByteBuffer input) {
        return true;
    }

    /** Takes what a decoder finds. Valid on the loop, during a call. */
    interface Sink {
        /** The session opens with {@link Protocol#encoder()}. */
        void open();

        /**
         * The peer is known to speak this protocol, its handshake is done: the session opens. Once, before the first message.
         *
         * @param encoder how to write to this peer; an object that all peers of the same kind share
         */
        void open(Encoder encoder);

        /**
         * Where the peer is.
         *
         * @return its address
         */
        InetSocketAddress remoteAddress();

        /**
         * Puts an attribute on the session that is to open, such as who the peer is.
         *
         * @param key the attribute's key
         * @param value its value
         * @param <T> its type
         */
        <T> void attribute(AttributeKey<T> key, T value);

        /**
         * Says who the peer is; the session has it as its {@link io.hongyan.im.ClientSession#principal()} from its opening on.
         *
         * @param principal who it is
         */
        void principal(Principal principal);

        /**
         * Asks whether the peer may come in. The decoder returns after this call; until the answer is there it gets no more bytes, and
         * what comes is kept and held back. The peer's {@code handshakeTimeout} goes on. Before the session is open, and once at a time.
         *
         * @param answer completes at any time, on any thread
         * @param admission what is done with the answer
         * @param <T> what is answered
         */
        <T> void admit(CompletionStage<T> answer, Admission<T> admission);

        /**
         * A whole message.
         *
         * @param message the message; never lost, whatever the answer
         * @return false if the decoder must return now
         */
        boolean message(Message message);

        /**
         * Bytes that the protocol itself answers, such as a handshake's or a pong. They leave after what was sent before; once the
         * session is open they count as output.
         *
         * @param wire the answer
         */
        void reply(Wire wire);

        /**
         * The peer has ended the session by the protocol's own means. Nothing that comes after is decoded; the messages before are
         * handled, then the session closes.
         *
         * @param reason why
         * @param lastWords what the peer is answered, in place of {@link Encoder#closing}
         */
        void end(CloseReason reason, Wire lastWords);
    }
}
