package io.hongyan.im.nio;

import io.hongyan.im.test.TransportContract;
import io.hongyan.im.test.client.Wiring;
import io.hongyan.im.test.layer.LayeredWiring;
import io.hongyan.im.test.layer.NotOverALayer;
import org.junit.jupiter.api.extension.ExtendWith;

/** All that a transport must do it does, too, where a layer such as TLS stands around its connections. */
@ExtendWith(NotOverALayer.class)
final class LayeredNioTransportContractTest extends TransportContract {
    @Override
    protected String transportName() {
        return LayeredNioTransportProvider.NAME;
    }

    @Override
    protected Wiring wiring() {
        return new LayeredWiring(Wiring.sockets());
    }
}
