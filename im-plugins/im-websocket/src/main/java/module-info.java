import io.hongyan.im.spi.Protocol;
import io.hongyan.im.websocket.WebSocketProtocol;

/** WebSocket (RFC 6455) as a {@code Protocol}, found by {@code ServiceLoader}. */
module io.hongyan.im.websocket {
    requires static org.jspecify;
    requires transitive io.hongyan.im;

    exports io.hongyan.im.websocket;

    provides Protocol with
            WebSocketProtocol;
}
