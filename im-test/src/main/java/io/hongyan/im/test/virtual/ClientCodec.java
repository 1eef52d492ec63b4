package io.hongyan.im.test.virtual;

import io.hongyan.im.Message;
import java.nio.ByteBuffer;

/**
 * The client's side of a protocol, for a {@link VirtualClient}. One object serves one connection, on one thread. {@link #line()} and {@link
 * #frame()} are here; other protocols bring their own.
 */
public interface ClientCodec {
    /**
     * What a client says first, such as a request to upgrade.
     *
     * @return the bytes; none by default
     */
    default byte[] opening() {
        return new byte[0];
    }

    /**
     * Encodes a message as a client sends it.
     *
     * @param message the message
     * @return its bytes
     * @throws IllegalArgumentException if the protocol cannot carry it
     */
    byte[] encode(Message message);

    /**
     * Decodes what came from the server, in whatever pieces.
     *
     * @param received the next bytes; all of them are used up
     * @param sink where it goes
     * @throws AssertionError if the server has broken the protocol
     */
    void decode(ByteBuffer received, Sink sink);

    /** Takes what a client hears. */
    interface Sink {
        /**
         * A message of a handler.
         *
         * @param message the message
         */
        void message(Message message);

        /**
         * Something that the server says by itself: that messages are missing, or why it closes.
         *
         * @param text what it says
         */
        void notice(String text);

        /**
         * What the client answers by itself, such as a pong.
         *
         * @param bytes the answer
         */
        void reply(byte[] bytes);
    }

    /**
     * Lines of text. Lines that begin with {@code !closing} or {@code !missed} and a blank count as notices.
     *
     * @return a new codec
     */
    static ClientCodec line() {
        return new LineCodec();
    }

    /**
     * Frames with a length before each.
     *
     * @return a new codec
     */
    static ClientCodec frame() {
        return new FrameCodec();
    }
}
