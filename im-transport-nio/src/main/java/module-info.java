import io.hongyan.im.nio.NioTransportProvider;
import io.hongyan.im.spi.TransportProvider;

/** The transport over {@code java.nio}: the default on every platform. */
module io.hongyan.im.nio {
    requires static org.jspecify;
    requires io.hongyan.im;

    provides TransportProvider with
            NioTransportProvider;
}
