package io.hongyan.im.epoll;

import java.net.Inet6Address;
import java.net.InetAddress;
import java.net.UnknownHostException;
import java.nio.ByteBuffer;

/**
 * An IPv6 address and its scope, as the kernel gave them.
 *
 * @param high its first eight bytes
 * @param low its last eight bytes
 * @param scope the interface of a link-local one; 0 if there is none
 */
record In6(long high, long low, int scope) {
    InetAddress toInetAddress() throws UnknownHostException {
        byte[] address =
                ByteBuffer.allocate(2 * Long.BYTES).putLong(high).putLong(low).array();
        return scope == 0 ? InetAddress.getByAddress(address) : Inet6Address.getByAddress(null, address, scope);
    }
}
