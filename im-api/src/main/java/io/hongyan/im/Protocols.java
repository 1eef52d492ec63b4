package io.hongyan.im;

import io.hongyan.im.protocol.FrameProtocol;
import io.hongyan.im.protocol.LineProtocol;
import io.hongyan.im.spi.Protocol;

/**
 * The built-in protocols, such as to decorate one. A builder knows them by their names already; one of the same name that is given to
 * {@link ImServer.Builder#protocol} takes the place of the built-in.
 */
public final class Protocols {
    private Protocols() {}

    /**
     * The protocol {@code line}: UTF-8 text, each message a line.
     *
     * @return a protocol for any number of servers
     */
    public static Protocol line() {
        return new LineProtocol();
    }

    /**
     * The protocol {@code frame}: bytes, with a length before each message.
     *
     * @return a protocol for any number of servers
     */
    public static Protocol frame() {
        return new FrameProtocol();
    }
}
