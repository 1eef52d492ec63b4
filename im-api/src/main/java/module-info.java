import io.hongyan.im.MessageHandler;
import io.hongyan.im.spi.HandlerPlugin;
import io.hongyan.im.spi.Protocol;
import io.hongyan.im.spi.TransportProvider;

/**
 * Hongyan: an instant-messaging server that lives inside a Java application.
 *
 * <p>Applications use {@code io.hongyan.im}; transports, protocols and plugins implement {@code io.hongyan.im.spi}.
 * The engine is for the transports and the test kit alone. The descriptor names its friends, which need not be there:
 * hence the suppressed warning.
 */
@SuppressWarnings("module")
module io.hongyan.im {
    requires static org.jspecify;

    exports io.hongyan.im;
    exports io.hongyan.im.spi;
    exports io.hongyan.im.engine to
            io.hongyan.im.epoll,
            io.hongyan.im.nio,
            io.hongyan.im.test;

    uses HandlerPlugin;
    uses MessageHandler;
    uses Protocol;
    uses TransportProvider;
}
