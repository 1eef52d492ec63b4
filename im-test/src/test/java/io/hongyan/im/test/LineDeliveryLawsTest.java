package io.hongyan.im.test;

import io.hongyan.im.ImServer;
import io.hongyan.im.test.virtual.ClientCodec;

/** What lines promise of messages. */
final class LineDeliveryLawsTest extends DeliveryLaws {
    @Override
    protected ImServer.Builder newBuilder() {
        return ImServer.builder().protocols("line").discoverPlugins(false);
    }

    @Override
    protected ClientCodec newCodec() {
        return ClientCodec.line();
    }
}
