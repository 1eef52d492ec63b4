package io.hongyan.im.engine;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.hongyan.im.Limits;
import io.hongyan.im.engine.Addresses.Answer;
import java.net.Inet6Address;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.UnknownHostException;
import java.nio.ByteBuffer;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.constraints.IntRange;
import net.jqwik.api.constraints.Size;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** How many connections come from one address, and how fast (X8); by the manual clock. */
class AddressesTest {
    private static final Duration SECOND = Duration.ofSeconds(1);
    private static final InetAddress HERE = address(127, 0, 0, 1);
    private static final InetAddress THERE = address(127, 0, 0, 2);

    private final List<ScriptedServer> servers = new ArrayList<>();

    @AfterEach
    void endEverything() {
        servers.forEach(ScriptedServer::endAll);
    }

    private ScriptedServer server(int loops, Limits limits) {
        ScriptedServer server =
                ScriptedServer.Setup.onLoop().loops(loops).limits(limits).start(new Recording());
        servers.add(server);
        return server;
    }

    private static InetAddress address(int... bytes) {
        byte[] raw = new byte[bytes.length];
        for (int i = 0; i < raw.length; i++) {
            raw[i] = (byte) bytes[i];
        }
        try {
            return InetAddress.getByAddress(raw);
        } catch (UnknownHostException e) {
            throw new AssertionError(e);
        }
    }

    /** Never taken for one of IPv4. */
    private static InetAddress ipv6(byte[] bytes) {
        try {
            return Inet6Address.getByAddress(null, bytes, -1);
        } catch (UnknownHostException e) {
            throw new AssertionError(e);
        }
    }

    private static InetSocketAddress of(InetAddress address) {
        return new InetSocketAddress(address, 12345);
    }

    private static InetSocketAddress network(long number) {
        return of(ipv6(ByteBuffer.allocate(16).putLong(number).array()));
    }

    // ---- a server

    @Test
    void shouldCloseWhatIsOverTheNumberHeldAndServeOtherAddresses() {
        ScriptedServer server = server(2, Limits.defaults().withPerAddress(2, 1000));
        List<ScriptedConnection> first = List.of(server.offer(HERE), server.offer(HERE));
        ScriptedConnection over = server.offer(HERE);
        ScriptedConnection other = server.offer(THERE);
        server.settle();

        assertTrue(over.isClosed());
        assertEquals(1, server.server().stats().refused());
        assertEquals(3, server.server().stats().accepted());
        assertTrue(server.session(other).isOpen());

        for (ScriptedConnection gone : first) {
            gone.endsOutput();
            server.settle();
            ScriptedConnection next = server.offer(HERE);
            server.settle();
            assertFalse(next.isClosed(), "there was room for it");
        }
        assertEquals(1, server.server().stats().refused());
    }

    @Test
    void shouldCloseWhatComesFasterThanItMay() {
        ScriptedServer server = server(1, Limits.defaults().withPerAddress(1000, 5));
        for (int i = 0; i < 8; i++) {
            server.offer(HERE);
        }
        server.settle();
        assertEquals(5, server.server().stats().accepted());
        assertEquals(3, server.server().stats().refused());

        server.offer(THERE);
        server.settle();
        assertEquals(6, server.server().stats().accepted());

        server.pass(Duration.ofMillis(400));
        for (int i = 0; i < 8; i++) {
            server.offer(HERE);
        }
        server.settle();
        assertEquals(8, server.server().stats().accepted());
        assertEquals(9, server.server().stats().refused());
    }

    /** What is refused for another reason holds no place. */
    @Test
    void shouldForgetWhoCouldNotBeWatchedOrWasTooMuchForAll() {
        ScriptedServer server = server(1, Limits.defaults().withMaxSessions(1).withPerAddress(1, 1000));
        server.offer(HERE);
        server.settle();
        server.offer(THERE);
        server.settle();
        assertEquals(1, server.server().stats().refused());

        server.connections().get(0).endsOutput();
        server.settle();
        server.offer(THERE);
        server.settle();

        assertEquals(2, server.server().stats().accepted());
    }

    @Test
    void shouldCountNothingByDefault() {
        ScriptedServer server = server(1, Limits.defaults());
        Addresses addresses = new Addresses(Limits.defaults(), server.loop(0));

        for (int i = 0; i < 200_000; i++) {
            assertEquals(Answer.ADMITTED, addresses.admit(of(HERE)));
        }

        addresses.left(of(HERE));
        assertEquals(0, addresses.size());
        assertEquals(0, server.loop(0).wheel().size());
    }

    @Test
    void shouldSayTheRuleTheValueAndTheWayOut() {
        Addresses addresses = new Addresses(
                Limits.defaults().withPerAddress(20, 5),
                server(1, Limits.defaults()).loop(0));

        assertEquals(
                "its address has as many as maxSessionsPerAddress, 20; behind a proxy, or where many clients share an"
                        + " address, raise it by withPerAddress",
                addresses.why(Answer.TOO_MANY));
        assertEquals(
                "its address comes more often than connectsPerSecondPerAddress, 5; behind a proxy, or where many clients"
                        + " share an address, raise it by withPerAddress",
                addresses.why(Answer.TOO_FAST));
    }

    // ---- what is an address

    @Property
    void ipv6CountsByItsNetworkOf64Bits(
            @ForAll @Size(16) byte[] one, @ForAll @Size(16) byte[] other, @ForAll @IntRange(max = 15) int changed) {
        boolean same = Arrays.equals(one, 0, 8, other, 0, 8);
        assertEquals(same, Addresses.network(ipv6(one)) == Addresses.network(ipv6(other)));

        byte[] near = one.clone();
        near[changed] ^= 1;
        assertEquals(changed >= 8, Addresses.network(ipv6(one)) == Addresses.network(ipv6(near)));
    }

    @Property
    void ipv4CountsByAddressHoweverItIsWritten(@ForAll int one, @ForAll int other) {
        InetAddress plain = address(one >> 24, one >> 16, one >> 8, one);
        byte[] mapped =
                ByteBuffer.allocate(16).putLong(0).putInt(0xFFFF).putInt(one).array();

        assertEquals(Addresses.network(plain), Addresses.network(ipv6(mapped)));
        assertEquals(
                one == other,
                Addresses.network(plain) == Addresses.network(address(other >> 24, other >> 16, other >> 8, other)));
        assertNotEquals(Addresses.network(plain), Addresses.network(ipv6(new byte[16])));
    }

    // ---- what it keeps

    /** Whatever comes, goes and waits: the bounds hold, and nothing is kept of who is gone for a second. */
    @Property(tries = 200)
    void boundsHoldAndNothingIsKept(
            @ForAll @Size(max = 200) List<@IntRange(max = 11) Integer> steps,
            @ForAll @IntRange(min = 1, max = 3) int most,
            @ForAll @IntRange(min = 1, max = 4) int perSecond) {
        ScriptedServer server = ScriptedServer.Setup.onLoop().start(new Recording());
        Addresses addresses = new Addresses(Limits.defaults().withPerAddress(most, perSecond), server.loop(0));
        int[] held = new int[3];
        Bucket[] model = new Bucket[3];
        for (int step : steps) {
            int who = step % 3;
            long now = server.loop(0).nowNanos();
            if (model[who] == null) {
                model[who] = new Bucket(perSecond, now);
            }
            switch (step / 3) {
                case 0, 1 -> {
                    Answer expected = model[who].tokens(now) == 0
                            ? Answer.TOO_FAST
                            : held[who] == most ? Answer.TOO_MANY : Answer.ADMITTED;
                    model[who].take(expected == Answer.TOO_FAST ? 0 : 1);
                    held[who] += expected == Answer.ADMITTED ? 1 : 0;
                    assertEquals(expected, addresses.admit(network(who)));
                }
                case 2 -> {
                    if (held[who] > 0) {
                        held[who]--;
                        addresses.left(network(who));
                        server.settle();
                    }
                }
                default -> server.pass(Duration.ofMillis(130));
            }
        }

        server.pass(SECOND.multipliedBy(3));
        assertEquals(Arrays.stream(held).filter(n -> n > 0).count(), addresses.size());
        for (int who = 0; who < held.length; who++) {
            while (held[who]-- > 0) {
                addresses.left(network(who));
            }
        }
        server.pass(SECOND.multipliedBy(3));
        assertEquals(0, addresses.size());
        assertEquals(0, server.loop(0).wheel().size());
        server.endAll();
    }

    @Test
    void shouldForgetWhoWaitsLongestWhenVeryManyNetworksCome() {
        ScriptedServer server = server(1, Limits.defaults());
        Addresses addresses = new Addresses(Limits.defaults().withPerAddress(1, 1), server.loop(0));
        assertEquals(Answer.ADMITTED, addresses.admit(network(-1)));

        for (int i = 0; i < 3 * Addresses.MOST_IDLE; i++) {
            assertEquals(Answer.ADMITTED, addresses.admit(network(i)));
            addresses.left(network(i));
            server.settle();
            assertTrue(addresses.size() <= Addresses.MOST_IDLE + 1, () -> addresses.size() + " are known");
        }

        assertEquals(Answer.TOO_FAST, addresses.admit(network(3 * Addresses.MOST_IDLE - 1)));
        assertEquals(Answer.TOO_FAST, addresses.admit(network(-1)), "one with a connection is never forgotten");
        server.pass(SECOND.multipliedBy(3));
        assertEquals(1, addresses.size());
        addresses.left(network(-1));
        server.pass(SECOND.multipliedBy(3));
        assertEquals(0, addresses.size());
    }
}
