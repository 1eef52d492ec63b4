package io.hongyan.im.test;

import io.hongyan.im.ImServer;
import io.hongyan.im.Message;
import io.hongyan.im.test.virtual.ClientCodec;
import java.nio.charset.StandardCharsets;

/** What frames promise of messages. */
final class FrameDeliveryLawsTest extends DeliveryLaws {
    @Override
    protected ImServer.Builder newBuilder() {
        return ImServer.builder().protocols("frame").discoverPlugins(false);
    }

    @Override
    protected ClientCodec newCodec() {
        return ClientCodec.frame();
    }

    @Override
    protected Message message(String text) {
        return Message.binary(text.getBytes(StandardCharsets.UTF_8));
    }
}
