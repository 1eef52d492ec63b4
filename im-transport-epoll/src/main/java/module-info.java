import io.hongyan.im.epoll.EpollTransportProvider;
import io.hongyan.im.spi.TransportProvider;

/**
 * The transport over Linux epoll by {@code java.lang.foreign}.
 *
 * <p>Agrona is an automatic module: hence the suppressed warning.
 */
@SuppressWarnings("requires-automatic")
module io.hongyan.im.epoll {
    requires static org.jspecify;
    requires io.hongyan.im;
    requires org.agrona;
    requires org.jctools.core.jdk11;

    provides TransportProvider with
            EpollTransportProvider;
}
