package io.hongyan.im.engine;

import java.io.IOException;
import java.net.BindException;
import java.net.InetSocketAddress;

/** Says why an address cannot be listened on, and what to do. */
public final class BindFailure {
    private BindFailure() {}

    /** The host has no address. */
    public static BindException unresolved(InetSocketAddress address) {
        return new BindException("cannot listen on " + address.getHostString() + ":" + address.getPort()
                + ": the host name is unknown; name an address of this machine, or none for all of them");
    }

    /** The kernel refused; {@code reason} is its word, such as "Address already in use". */
    public static BindException of(InetSocketAddress address, String reason, IOException cause) {
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
        String shortage = Log.wayOut(reason);
        return shortage == null ? "choose another address or port" : shortage;
    }
}
