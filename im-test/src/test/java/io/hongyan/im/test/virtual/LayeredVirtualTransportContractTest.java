package io.hongyan.im.test.virtual;

import static org.junit.jupiter.api.Assertions.assertEquals;

import io.hongyan.im.test.TransportContract;
import io.hongyan.im.test.client.Wiring;
import io.hongyan.im.test.layer.LayeredWiring;
import io.hongyan.im.test.layer.NotOverALayer;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.extension.ExtendWith;

/**
 * All that a transport must do is done, too, where a layer such as TLS stands around its connections; and neither the engine nor the layer
 * does with these what the contract of a connection forbids.
 */
@ExtendWith(NotOverALayer.class)
final class LayeredVirtualTransportContractTest extends TransportContract {
    @BeforeEach
    void forgetWhatOthersBroke() {
        RealThreads.FATE.takeBroken();
    }

    @AfterEach
    void expectNothingBroken() {
        assertEquals(List.of(), RealThreads.FATE.takeBroken());
    }

    @Override
    protected String transportName() {
        return LayeredVirtualTransportProvider.NAME;
    }

    @Override
    protected Wiring wiring() {
        return new LayeredWiring(new VirtualWiring());
    }
}
