package io.hongyan.im.epoll;

import static java.lang.foreign.ValueLayout.JAVA_BYTE;
import static java.lang.foreign.ValueLayout.JAVA_INT;
import static java.lang.foreign.ValueLayout.JAVA_LONG;
import static java.lang.foreign.ValueLayout.JAVA_SHORT;

import java.io.IOException;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.net.Inet4Address;
import java.net.Inet6Address;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.UnknownHostException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import org.jspecify.annotations.Nullable;

/**
 * One C socket address with its length, as a call reads or fills it: {@code sockaddr_in} (ip(7)) or {@code
 * sockaddr_in6} (ipv6(7)). Family and scope are in the machine's byte order, port and address in the network's. One
 * thread at a time.
 */
final class Sockaddr {
    static final int SIZE_IN = 16;
    static final int SIZE_IN6 = 28;

    private static final ValueLayout.OfShort NETWORK_SHORT = JAVA_SHORT.withOrder(ByteOrder.BIG_ENDIAN);
    private static final ValueLayout.OfInt NETWORK_INT = JAVA_INT.withOrder(ByteOrder.BIG_ENDIAN);
    private static final ValueLayout.OfLong NETWORK_LONG = JAVA_LONG.withOrder(ByteOrder.BIG_ENDIAN);
    private static final int FAMILY = 0;
    private static final int PORT = 2;
    private static final int IN_ADDRESS = 4;
    private static final int IN6_ADDRESS = 8;
    private static final int IN6_MAPPED = 20;
    private static final int IN6_SCOPE = 24;

    private final MemorySegment memory;
    private final MemorySegment length;

    Sockaddr(Arena arena) {
        memory = arena.allocate(SIZE_IN6, Long.BYTES);
        length = arena.allocate(JAVA_INT);
    }

    long address() {
        return memory.address();
    }

    /**
     * Where the length is. A call that fills the address wants to find there how much room it has: see {@link
     * #clear}.
     */
    long lengthAddress() {
        return length.address();
    }

    int length() {
        return length.get(JAVA_INT, 0);
    }

    /** Makes room for a call to fill. */
    void clear() {
        memory.set(JAVA_SHORT, FAMILY, (short) 0);
        length.set(JAVA_INT, 0, SIZE_IN6);
    }

    /**
     * Writes an address.
     *
     * @param family {@link Libc#AF_INET} for an IPv4 address; {@link Libc#AF_INET6} for an IPv6 one. A wildcard
     * address is that of
     *     the family, whatever its own
     */
    void encode(InetAddress host, int port, int family) {
        memory.fill((byte) 0);
        memory.set(JAVA_SHORT, FAMILY, (short) family);
        memory.set(NETWORK_SHORT, PORT, (short) port);
        length.set(JAVA_INT, 0, family == Libc.AF_INET ? SIZE_IN : SIZE_IN6);
        if (host.isAnyLocalAddress()) {
            return;
        }
        byte[] bytes = host.getAddress();
        MemorySegment.copy(
                bytes, 0, memory, JAVA_BYTE, family == Libc.AF_INET ? IN_ADDRESS : IN6_ADDRESS, bytes.length);
        if (host instanceof Inet6Address scoped) {
            memory.set(JAVA_INT, IN6_SCOPE, scoped.getScopeId());
        }
    }

    /**
     * Reads an address; a v4-mapped one is an {@link Inet4Address}.
     *
     * @throws IOException if the family is neither
     */
    InetSocketAddress decode() throws IOException {
        return toSocketAddress(in(), in6(), port());
    }

    int port() {
        return memory.get(NETWORK_SHORT, PORT) & 0xFFFF;
    }

    /** The IPv4 address, or the part of an IPv6 one that is it if that is v4-mapped. */
    int in() {
        return memory.get(NETWORK_INT, memory.get(JAVA_SHORT, FAMILY) == Libc.AF_INET ? IN_ADDRESS : IN6_MAPPED);
    }

    /**
     * The IPv6 address.
     *
     * @return null if {@link #in} is all: of an IPv4 address, and of one that is v4-mapped without a scope
     * @throws IOException if the family is neither
     */
    @Nullable
    In6 in6() throws IOException {
        int family = memory.get(JAVA_SHORT, FAMILY);
        if (family == Libc.AF_INET) {
            return null;
        }
        if (family != Libc.AF_INET6) {
            throw new IOException("a socket address must be of family AF_INET or AF_INET6, was " + family);
        }
        long high = memory.get(NETWORK_LONG, IN6_ADDRESS);
        long low = memory.get(NETWORK_LONG, IN6_ADDRESS + Long.BYTES);
        int scope = memory.get(JAVA_INT, IN6_SCOPE);
        boolean mapped = high == 0 && low >>> Integer.SIZE == 0xFFFF;
        return mapped && scope == 0 ? null : new In6(high, low, scope);
    }

    /** The JDK's object for what {@link #in}, {@link #in6} and {@link #port} have told. */
    static InetSocketAddress toSocketAddress(int in, @Nullable In6 in6, int port) {
        try {
            return new InetSocketAddress(in6 == null ? inet4(in) : in6.toInetAddress(), port);
        } catch (UnknownHostException e) {
            throw new AssertionError("an address has 4 or 16 bytes", e);
        }
    }

    private static InetAddress inet4(int in) throws UnknownHostException {
        return InetAddress.getByAddress(
                ByteBuffer.allocate(Integer.BYTES).putInt(in).array());
    }
}
