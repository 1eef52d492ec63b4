package io.hongyan.im.websocket;

/**
 * Decides who may open a WebSocket. Asked once for each handshake that is otherwise in order, before the session opens.
 *
 * <p>Called on the event loop of the connection, by several loops at once: it must be thread-safe and must not block. One
 * that throws costs that connection, which is answered 500.
 */
@FunctionalInterface
public interface HandshakeFilter {
    /**
     * Judges one handshake.
     *
     * @param handshake the request
     * @return the decision
     * @throws Exception if it fails; the connection is refused
     */
    HandshakeDecision judge(Handshake handshake) throws Exception;
}
