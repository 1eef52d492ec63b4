package io.hongyan.im.epoll;

import static java.lang.foreign.ValueLayout.JAVA_BYTE;
import static java.lang.foreign.ValueLayout.JAVA_INT;
import static java.lang.foreign.ValueLayout.JAVA_SHORT;
import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertThrows;

import java.io.IOException;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.net.Inet4Address;
import java.net.Inet6Address;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.UnknownHostException;
import java.nio.ByteOrder;
import java.util.HexFormat;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.constraints.IntRange;
import net.jqwik.api.constraints.Size;
import org.junit.jupiter.api.Test;

final class SockaddrTest {
    private final Sockaddr sockaddr = new Sockaddr(Arena.ofAuto());

    @Test
    void shouldBeSockaddrInWhenTheFamilyIsInet() throws IOException {
        sockaddr.encode(InetAddress.getByName("192.0.2.7"), 0x1234, Libc.AF_INET);

        assertEquals(16, sockaddr.length());
        assertBytes(family(Libc.AF_INET) + "1234" + "c0000207" + "0000000000000000");
    }

    @Test
    void shouldBeSockaddrIn6WhenTheFamilyIsInet6() throws IOException {
        sockaddr.encode(InetAddress.getByName("2001:db8::7"), 0xFEDC, Libc.AF_INET6);

        assertEquals(28, sockaddr.length());
        assertBytes(family(Libc.AF_INET6) + "fedc" + "00000000" + "20010db8000000000000000000000007" + "00000000");
    }

    @Test
    void shouldBeTheFamilysOwnWhenTheAddressIsAWildcard() throws IOException {
        sockaddr.encode(InetAddress.getByName("0.0.0.0"), 1, Libc.AF_INET6);
        assertEquals(new InetSocketAddress("::", 1), sockaddr.decode());

        sockaddr.encode(InetAddress.getByName("::"), 2, Libc.AF_INET);
        assertEquals(new InetSocketAddress("0.0.0.0", 2), sockaddr.decode());
    }

    @Test
    void shouldBeInet4WhenThePeerIsMapped() throws IOException {
        sockaddr.encode(InetAddress.getByName("::"), 80, Libc.AF_INET6);
        map();

        InetSocketAddress decoded = sockaddr.decode();

        assertInstanceOf(Inet4Address.class, decoded.getAddress());
        assertEquals(new InetSocketAddress("192.0.2.7", 80), decoded);
    }

    @Test
    void shouldKeepTheScopeWhenTheAddressIsLinkLocal() throws IOException {
        byte[] linkLocal = HexFormat.of().parseHex("fe800000000000000000000000000001");
        sockaddr.encode(Inet6Address.getByAddress(null, linkLocal, 3), 80, Libc.AF_INET6);

        Inet6Address decoded = (Inet6Address) sockaddr.decode().getAddress();

        assertArrayEquals(linkLocal, decoded.getAddress());
        assertEquals(3, decoded.getScopeId());
    }

    @Test
    void shouldNeedNoObjectWhenThePeerIsIpv4() throws IOException {
        sockaddr.encode(InetAddress.getByName("192.0.2.7"), 80, Libc.AF_INET);
        assertNull(sockaddr.in6());

        sockaddr.encode(InetAddress.getByName("::"), 80, Libc.AF_INET6);
        map();
        assertNull(sockaddr.in6());
    }

    @Test
    void shouldKeepTheScopeWhenTheAddressIsMapped() throws IOException {
        sockaddr.encode(InetAddress.getByName("::"), 80, Libc.AF_INET6);
        map();
        memory().set(JAVA_INT, 24, 3);

        Inet6Address decoded = (Inet6Address) sockaddr.decode().getAddress();

        assertEquals(3, decoded.getScopeId());
    }

    @Test
    void shouldBeWhatItWasWhenTheNextPeerCame() throws IOException {
        sockaddr.encode(InetAddress.getByName("2001:db8::7"), 80, Libc.AF_INET6);
        EpollConnection first = new EpollConnection(-1, new Scratch(Arena.ofAuto()), sockaddr);
        sockaddr.encode(InetAddress.getByName("192.0.2.7"), 81, Libc.AF_INET);
        EpollConnection second = new EpollConnection(-1, new Scratch(Arena.ofAuto()), sockaddr);
        sockaddr.clear();

        assertEquals(new InetSocketAddress("2001:db8::7", 80), first.remoteAddress());
        assertEquals(new InetSocketAddress("192.0.2.7", 81), second.remoteAddress());
    }

    @Test
    void shouldThrowWhenTheFamilyIsAnother() {
        sockaddr.clear();
        memory().set(JAVA_SHORT, 0, (short) 1);

        IOException refused = assertThrows(IOException.class, sockaddr::decode);

        assertEquals("a socket address must be of family AF_INET or AF_INET6, was 1", refused.getMessage());
    }

    @Test
    void shouldSayHowMuchRoomThereIsWhenCleared() throws UnknownHostException {
        sockaddr.encode(InetAddress.getByName("192.0.2.7"), 1, Libc.AF_INET);

        sockaddr.clear();

        assertEquals(28, sockaddr.length());
    }

    @Property(tries = 200)
    void encodeThenDecodeIsIdentityForIpv4(@ForAll @Size(4) byte[] host, @ForAll @IntRange(max = 65535) int port)
            throws IOException {
        InetAddress address = InetAddress.getByAddress(host);

        sockaddr.encode(address, port, Libc.AF_INET);

        assertEquals(new InetSocketAddress(address, port), sockaddr.decode());
    }

    @Property(tries = 200)
    void encodeThenDecodeIsIdentityForIpv6(@ForAll @Size(16) byte[] host, @ForAll @IntRange(max = 65535) int port)
            throws IOException {
        host[0] |= 0x20;
        InetAddress address = InetAddress.getByAddress(host);

        sockaddr.encode(address, port, Libc.AF_INET6);

        assertEquals(new InetSocketAddress(address, port), sockaddr.decode());
    }

    /** Makes a v4-mapped address of it, ::ffff:192.0.2.7. */
    private void map() {
        memory().asSlice(8, 16)
                .copyFrom(MemorySegment.ofArray(HexFormat.of().parseHex("00000000000000000000ffffc0000207")));
    }

    private void assertBytes(String hex) {
        assertEquals(
                hex,
                HexFormat.of().formatHex(memory().asSlice(0, sockaddr.length()).toArray(JAVA_BYTE)));
    }

    private static String family(int number) {
        return ByteOrder.nativeOrder() == ByteOrder.LITTLE_ENDIAN
                ? HexFormat.of().toHexDigits((short) (number << 8))
                : HexFormat.of().toHexDigits((short) number);
    }

    @SuppressWarnings("restricted")
    private MemorySegment memory() {
        return MemorySegment.ofAddress(sockaddr.address()).reinterpret(Sockaddr.SIZE_IN6);
    }
}
