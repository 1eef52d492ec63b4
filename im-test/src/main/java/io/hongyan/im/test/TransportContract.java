package io.hongyan.im.test;

import org.junit.jupiter.api.Nested;

/**
 * What a transport must do, shown by plain sockets on the loopback. A transport runs all of it by a class in its tests:
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

    /** In what order a handler is called. */
    @Nested
    class Grammar extends GrammarContract {
        Grammar() {
            super(transportName());
        }
    }

    /** In what order messages arrive. */
    @Nested
    class Order extends OrderContract {
        Order() {
            super(transportName());
        }
    }

    /** What a full command queue does. */
    @Nested
    class FullQueue extends FullQueueContract {
        FullQueue() {
            super(transportName());
        }
    }

    /** What a slow reader costs. */
    @Nested
    class Backpressure extends BackpressureContract {
        Backpressure() {
            super(transportName());
        }
    }

    /** How lines come in. */
    @Nested
    class Line extends LineContract {
        Line() {
            super(transportName());
        }
    }

    /** How frames come in. */
    @Nested
    class Frame extends FrameContract {
        Frame() {
            super(transportName());
        }
    }

    /** What user code that throws costs. */
    @Nested
    class Failure extends FailureContract {
        Failure() {
            super(transportName());
        }
    }

    /** What plugins can do. */
    @Nested
    class Plugins extends PluginContract {
        Plugins() {
            super(transportName());
        }
    }

    /** Where handlers run. */
    @Nested
    class Dispatching extends DispatchContract {
        Dispatching() {
            super(transportName());
        }
    }

    /** What is known of a session. */
    @Nested
    class Session extends SessionContract {
        Session() {
            super(transportName());
        }
    }

    /** Who is in a group. */
    @Nested
    class Groups extends GroupContract {
        Groups() {
            super(transportName());
        }
    }

    /** How a server starts, and what is left. */
    @Nested
    class Lifecycle extends LifecycleContract {
        Lifecycle() {
            super(transportName());
        }
    }

    /** How a server ends. */
    @Nested
    class Close extends CloseContract {
        Close() {
            super(transportName());
        }
    }

    /** How a server ends against resistance. */
    @Nested
    class HardClose extends HardCloseContract {
        HardClose() {
            super(transportName());
        }
    }

    /** What is logged. */
    @Nested
    class Log extends LogContract {
        Log() {
            super(transportName());
        }
    }
}
