package io.hongyan.im.websocket;

import io.hongyan.im.ImServer;
import io.hongyan.im.Message;
import io.hongyan.im.test.DeliveryLaws;
import io.hongyan.im.test.virtual.ClientCodec;
import java.nio.charset.StandardCharsets;

/** What WebSocket promises of messages, to clients of which every second one sends in fragments. */
class WebSocketDeliveryLawsTest extends DeliveryLaws {
    private int clients;

    @Override
    protected ImServer.Builder newBuilder() {
        return ImServer.builder()
                .protocol(new WebSocketProtocol())
                .protocols("websocket")
                .discoverPlugins(false);
    }

    @Override
    protected ClientCodec newCodec() {
        return new WebSocketCodec(clients++ % 2 == 0);
    }

    /** Text and binary. */
    @Override
    protected Message message(String text) {
        return text.length() % 3 == 0 ? Message.binary(text.getBytes(StandardCharsets.UTF_8)) : Message.text(text);
    }
}
