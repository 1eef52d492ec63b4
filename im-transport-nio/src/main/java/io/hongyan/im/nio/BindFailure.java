package io.hongyan.im.nio;

import java.io.IOException;
import java.net.BindException;
import java.net.InetSocketAddress;

/** Says why an address cannot be listened on, and what to do. */
final class BindFailure {
    private BindFailure() {}

    static BindException unresolved(InetSocketAddress address) {
        return new BindException("cannot listen on " + address.getHostString() + ":" + address.getPort()
                + ": the host name is unknown; name an address of this machine, or none for all of them");
    }

    static BindException of(InetSocketAddress address, IOException cause) {
        String reason = String.valueOf(cause.getMessage());
        BindException failure =
                new BindException("cannot listen on " + text(address) + ": " + reason + "; " + wayOut(reason));
        failure.initCause(cause);
        return failure;
    }

    private static String text(InetSocketAddress address) {
        String host = address.getAddress().getHostAddress();
        return (host.indexOf(':') < 0 ? host : "[" + host + "]") + ":" + address.getPort();
    }

    private static String wayOut(String reason) {
        if (reason.contains("in use")) {
            return "choose another port or stop what listens there";
        }
        if (reason.contains("ermission")) {
            return "choose a port from 1024 on, or let the process bind lower ones";
        }
        if (reason.contains("assign")) {
            return "name an address of this machine, or none for all of them";
        }
        return "choose another address or port";
    }
}
