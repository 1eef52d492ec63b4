package io.hongyan.im.spi;

/**
 * Whether a peer may come in, where that is for somebody to say who may take a while: asked by {@link Decoder.Sink#admit} between a
 * protocol's handshake and the opening of the session. It fails closed: only an answer opens the session.
 *
 * @param <T> what is answered
 */
public interface Admission<T> {
    /**
     * Who is asked; logs and close reasons name it if it fails.
     *
     * @return such as {@code handshake filter com.example.Tokens}
     */
    String who();

    /**
     * The answer is there. Called on the session's loop; opens the session, or refuses it by what it throws.
     *
     * @param answer never null
     * @param sink the same as the decoder's
     * @throws ProtocolException if the peer is not let in
     */
    void answered(T answer, Decoder.Sink sink) throws ProtocolException;

    /**
     * There is no answer: who was asked has failed, has answered null, or is not done when {@link
     * io.hongyan.im.Limits#handshakeTimeout()} is over. The connection ends.
     *
     * @return what the peer is told; {@link Wire#EMPTY} to say nothing
     */
    Wire unanswered();
}
