package io.hongyan.im.websocket;

import io.hongyan.im.AttributeKey;

/** What a session that came by WebSocket has from its opening on: {@code session.attribute(WebSocket.HANDSHAKE)}. */
public final class WebSocket {
    /**
     * What is kept of the request that the session began with: path, query, subprotocol and address, and of the header fields those
     * that {@link WebSocketProtocol.Builder#keepHeaders} names.
     */
    public static final AttributeKey<Handshake> HANDSHAKE = new AttributeKey<>("websocket.handshake", Handshake.class);

    private WebSocket() {}
}
