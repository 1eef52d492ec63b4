package io.hongyan.im.test.virtual;

import static org.junit.jupiter.api.Assertions.assertEquals;

import io.hongyan.im.test.TransportContract;
import io.hongyan.im.test.client.Wiring;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;

/**
 * The virtual transport, taken by name, does what every transport must do, and nothing of it is left out. It sees, too, that the engine
 * keeps to the contracts of its ports.
 */
final class VirtualTransportContractTest extends TransportContract {
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
        return "virtual";
    }

    @Override
    protected Wiring wiring() {
        return new VirtualWiring();
    }
}
