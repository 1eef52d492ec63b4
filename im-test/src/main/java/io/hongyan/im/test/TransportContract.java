package io.hongyan.im.test;

import io.hongyan.im.test.client.Wiring;
import org.junit.jupiter.api.Nested;

/**
 * What a transport must do, shown by plain sockets on the loopback, or by its own {@link Wiring}. A transport runs all of it by a class in its tests:
 *
 * <pre>{@code
 * class NioTransportContractTest extends TransportContract {
 *     protected String transportName() {
 *         return "nio";
 *     }
 * }
 * }</pre>
 *
 * <p>Each part is a class of its own, named for its matter. No test depends on another one or on the time of day.
 */
public abstract class TransportContract {
    /** For subclasses. */
    protected TransportContract() {}

    /**
     * The transport under test.
     *
     * @return the name of its {@link io.hongyan.im.spi.TransportProvider}
     */
    protected abstract String transportName();

    /**
     * How clients reach its servers.
     *
     * @return the sockets of the machine, unless the transport brings a network of its own
     */
    protected Wiring wiring() {
        return Wiring.sockets();
    }

    /** In what order a handler is called. */
    @Nested
    class Grammar extends GrammarContract {
        Grammar() {
            super(transportName(), wiring());
        }
    }

    /** In what order messages arrive. */
    @Nested
    class Order extends OrderContract {
        Order() {
            super(transportName(), wiring());
        }
    }

    /** What a full command queue does. */
    @Nested
    class FullQueue extends FullQueueContract {
        FullQueue() {
            super(transportName(), wiring());
        }
    }

    /** What a slow reader costs. */
    @Nested
    class Backpressure extends BackpressureContract {
        Backpressure() {
            super(transportName(), wiring());
        }
    }

    /** What one peer, or one address, may take of all. */
    @Nested
    class Strict extends StrictContract {
        Strict() {
            super(transportName(), wiring());
        }
    }

    /** What much at once costs. */
    @Nested
    class Burst extends BurstContract {
        Burst() {
            super(transportName(), wiring());
        }
    }

    /** What handlers that take all processors cost. */
    @Nested
    class BusyHandlers extends BusyHandlersContract {
        BusyHandlers() {
            super(transportName(), wiring());
        }
    }

    /** How lines come in. */
    @Nested
    class Line extends LineContract {
        Line() {
            super(transportName(), wiring());
        }
    }

    /** How frames come in. */
    @Nested
    class Frame extends FrameContract {
        Frame() {
            super(transportName(), wiring());
        }
    }

    /** What user code that throws costs. */
    @Nested
    class Failure extends FailureContract {
        Failure() {
            super(transportName(), wiring());
        }
    }

    /** What a third party's protocol costs that throws. */
    @Nested
    class ThirdParty extends ThirdPartyContract {
        ThirdParty() {
            super(transportName(), wiring());
        }
    }

    /** What plugins can do. */
    @Nested
    class Plugins extends PluginContract {
        Plugins() {
            super(transportName(), wiring());
        }
    }

    /** Where handlers run. */
    @Nested
    class Dispatching extends DispatchContract {
        Dispatching() {
            super(transportName(), wiring());
        }
    }

    /** What is known of a session. */
    @Nested
    class Session extends SessionContract {
        Session() {
            super(transportName(), wiring());
        }
    }

    /** Who is in a group. */
    @Nested
    class Groups extends GroupContract {
        Groups() {
            super(transportName(), wiring());
        }
    }

    /** How a server starts, and what is left. */
    @Nested
    class Lifecycle extends LifecycleContract {
        Lifecycle() {
            super(transportName(), wiring());
        }
    }

    /** How a server ends. */
    @Nested
    class Close extends CloseContract {
        Close() {
            super(transportName(), wiring());
        }
    }

    /** That no thread of a server waits for itself. */
    @Nested
    class End extends EndContract {
        End() {
            super(transportName(), wiring());
        }
    }

    /** How a server ends without haste. */
    @Nested
    class Drain extends DrainContract {
        Drain() {
            super(transportName(), wiring());
        }
    }

    /** What all sessions may hold together. */
    @Nested
    class Overload extends OverloadContract {
        Overload() {
            super(transportName(), wiring());
        }
    }

    /** How a server ends against resistance. */
    @Nested
    class HardClose extends HardCloseContract {
        HardClose() {
            super(transportName(), wiring());
        }
    }

    /** That slow code is named. */
    @Nested
    class SlowCode extends SlowCodeContract {
        SlowCode() {
            super(transportName(), wiring());
        }
    }

    /** What is logged. */
    @Nested
    class Log extends LogContract {
        Log() {
            super(transportName(), wiring());
        }
    }
}
