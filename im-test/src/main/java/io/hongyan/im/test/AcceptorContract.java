package io.hongyan.im.test;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertNotNull;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import io.hongyan.im.engine.Acceptor;
import io.hongyan.im.engine.Readiness;
import io.hongyan.im.test.client.RawClient;
import io.hongyan.im.test.evidence.Await;
import java.io.BufferedReader;
import java.io.IOException;
import java.net.BindException;
import java.net.Inet4Address;
import java.net.Inet6Address;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

/** What an {@link Acceptor} must do. A transport runs it by a class in its tests that extends this one. */
public abstract class AcceptorContract extends PortTest {
    /** Set aside for documents (RFC 5737): no machine's own. */
    private static final String NOBODYS = "192.0.2.1";

    /** More than the queues of most servers hold. */
    private static final int MANY = 1500;

    /** For subclasses. */
    protected AcceptorContract() {}

    @Test
    void shouldKnowItsPortWhenAnyWasAskedFor() throws IOException {
        Acceptor acceptor = bind();

        assertNotEquals(0, acceptor.address().getPort());
        assertEquals(InetAddress.getLoopbackAddress(), acceptor.address().getAddress());
    }

    @Test
    void shouldAcceptNoneWhenNobodyWaits() throws IOException {
        assertNull(bind().accept());
    }

    @Test
    void shouldServeIpv4WhenTheAddressIsTheWildcard() throws IOException {
        Acceptor acceptor = bind(new InetSocketAddress(0));

        connect(new InetSocketAddress("127.0.0.1", acceptor.address().getPort()));

        InetAddress peer = accept(acceptor).remoteAddress().getAddress();
        assertInstanceOf(Inet4Address.class, peer);
        assertEquals("127.0.0.1", peer.getHostAddress());
    }

    @Test
    void shouldServeIpv6WhenTheAddressIsTheWildcard() throws IOException {
        assumeTrue(hasIpv6(), "no ::1 here");
        Acceptor acceptor = bind(new InetSocketAddress(0));

        connect(new InetSocketAddress("::1", acceptor.address().getPort()));

        InetAddress peer = accept(acceptor).remoteAddress().getAddress();
        assertInstanceOf(Inet6Address.class, peer);
    }

    @Test
    void shouldServeIpv6WhenTheAddressIsIpv6() throws IOException {
        assumeTrue(hasIpv6(), "no ::1 here");
        Acceptor acceptor = bind(new InetSocketAddress("::1", 0));

        RawClient client = connect(acceptor);

        assertEquals(client.localAddress(), accept(acceptor).remoteAddress());
    }

    @Test
    void shouldNameCauseAndWayOutWhenThePortIsTaken() throws IOException {
        Acceptor first = bind();
        String address = "127.0.0.1:" + first.address().getPort();

        BindException refused = assertThrows(BindException.class, () -> bind(first.address()));

        assertEquals(
                "cannot listen on " + address
                        + ": Address already in use; choose another port or stop what listens there",
                refused.getMessage());
    }

    @Test
    void shouldRefuseWhenTheWildcardsPortIsTaken() throws IOException {
        Acceptor first = bind(new InetSocketAddress(0));

        assertThrows(
                BindException.class,
                () -> bind(new InetSocketAddress(first.address().getPort())));
    }

    @Test
    void shouldNameCauseAndWayOutWhenTheAddressIsNotOurs() {
        BindException refused = assertThrows(BindException.class, () -> bind(new InetSocketAddress(NOBODYS, 0)));

        assertEquals(
                "cannot listen on " + NOBODYS + ":0: Cannot assign requested address; name an address of this machine,"
                        + " or none for all of them",
                refused.getMessage());
    }

    @Test
    void shouldNameCauseAndWayOutWhenTheHostIsUnknown() {
        InetSocketAddress unknown = InetSocketAddress.createUnresolved("no-such-host.invalid", 8888);

        BindException refused = assertThrows(BindException.class, () -> bind(unknown));

        assertEquals(
                "cannot listen on no-such-host.invalid:8888: the host name is unknown; name an address of this machine,"
                        + " or none for all of them",
                refused.getMessage());
    }

    @Test
    void shouldLeaveThePortFreeWhenClosed() throws IOException {
        Acceptor acceptor = bind();

        acceptor.close();
        acceptor.close();

        bind(acceptor.address()).close();
    }

    @Test
    void shouldLeaveThePortFreeWhenClosedWhileRegistered() throws IOException {
        Acceptor acceptor = bind();
        poller().register(acceptor, 0, Readiness.READ);
        poll(0);

        acceptor.close();

        expectPortFree(acceptor.address());
    }

    @Test
    void shouldLeaveThePortFreeWhenClosedInsideEvents() throws IOException {
        Acceptor acceptor = bind();
        poller().register(acceptor, 0, Readiness.READ);
        connect(acceptor);

        poller().poll(FOREVER, (key, readiness) -> {
            acceptor.close();
            try {
                bind(acceptor.address()).close();
            } catch (IOException e) {
                throw new AssertionError("the port is not free yet", e);
            }
        });

        assertFalse(poll(0).containsKey(0L));
    }

    @Test
    void shouldAcceptNoneWhenClosed() throws IOException {
        Acceptor acceptor = bind();
        acceptor.close();

        assertThrows(IOException.class, acceptor::accept);
    }

    /** Those who come behind it are served. */
    @Test
    @Tag("X1")
    void shouldEndOneThatWaitsWhenItSheds() throws IOException {
        Acceptor acceptor = bind();
        for (int round = 0; round < 3; round++) {
            RawClient client = connect(acceptor);

            Await.until("one is turned away", acceptor::shed);

            client.expectEnd();
            assertFalse(acceptor.shed());
            RawClient next = connect(acceptor);
            assertEquals(next.localAddress(), accept(acceptor).remoteAddress());
        }
    }

    @Test
    @Tag("X1")
    void shouldShedNoneWhenClosed() throws IOException {
        Acceptor acceptor = bind();
        connect(acceptor);
        acceptor.close();

        assertFalse(acceptor.shed());
    }

    /** A storm of connects waits in the kernel; those that it has no room for come again a second later at the soonest. */
    @Test
    void shouldLetThousandsWaitWhenTheSystemDoes() throws IOException {
        assumeTrue(roomOfTheSystem() > MANY, "the system allows no more");
        Acceptor acceptor = bind();

        for (int i = 0; i < MANY; i++) {
            connect(acceptor);
        }

        assertNotNull(acceptor.accept());
    }

    /** Of connections that wait to be accepted; without a bound where there is no Linux. */
    private static int roomOfTheSystem() throws IOException {
        Path bound = Path.of("/proc/sys/net/core/somaxconn");
        if (!Files.exists(bound)) {
            return Integer.MAX_VALUE;
        }
        // In one read, which is all that such a file gives.
        try (BufferedReader reader = Files.newBufferedReader(bound)) {
            return Integer.parseInt(reader.readLine());
        }
    }

    private boolean hasIpv6() {
        try {
            expectPortFree(new InetSocketAddress("::1", 0));
            return true;
        } catch (IOException none) {
            return false;
        }
    }
}
