import io.hongyan.im.spi.TransportProvider;
import io.hongyan.im.test.virtual.VirtualTransportProvider;

/**
 * The test kit: contracts that every transport, protocol and handler must pass, and jqwik arbitraries.
 *
 * <p>jqwik is an automatic module: hence the suppressed warnings.
 */
@SuppressWarnings({"requires-automatic", "requires-transitive-automatic"})
module io.hongyan.im.test {
    requires static org.jspecify;
    requires java.compiler;
    requires java.logging;
    requires transitive io.hongyan.im;
    requires transitive net.jqwik.api;
    requires transitive org.junit.jupiter.api;

    exports io.hongyan.im.test;
    exports io.hongyan.im.test.client;
    exports io.hongyan.im.test.evidence;
    exports io.hongyan.im.test.virtual;

    provides TransportProvider with
            VirtualTransportProvider;
}
