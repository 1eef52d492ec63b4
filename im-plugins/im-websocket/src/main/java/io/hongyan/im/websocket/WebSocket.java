package io.hongyan.im.websocket;

import io.hongyan.im.AttributeKey;
import java.security.Principal;

/** What a session that came by WebSocket has from its opening on: {@code session.attribute(WebSocket.PRINCIPAL)}. */
public final class WebSocket {
    /** Who the peer is, where the {@link HandshakeFilter} has said so. */
    public static final AttributeKey<Principal> PRINCIPAL = new AttributeKey<>("websocket.principal", Principal.class);

    /** The request that the session began with. */
    public static final AttributeKey<Handshake> HANDSHAKE = new AttributeKey<>("websocket.handshake", Handshake.class);

    private WebSocket() {}
}
