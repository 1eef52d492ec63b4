package io.hongyan.im.test;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.hongyan.im.Dispatch;
import io.hongyan.im.ImServer;
import io.hongyan.im.MessageHandler;
import io.hongyan.im.ServerStats;
import io.hongyan.im.spi.HandlerPlugin;
import io.hongyan.im.test.client.LineClient;
import io.hongyan.im.test.client.Wiring;
import io.hongyan.im.test.evidence.Await;
import io.hongyan.im.test.evidence.RecordingHandler;
import io.hongyan.im.test.evidence.Resources;
import java.io.IOException;
import java.net.BindException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.UnknownHostException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Assumptions;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

/** How servers start, and what is left of them and of their peers; behind each class of the contracts nothing is (L2, L4, G4). */
abstract class LifecycleContract extends ServerTest {
    private static final int CROWD = 400;
    private static final long CROWD_NANOS = TimeUnit.SECONDS.toNanos(15);
    private static final Path SOMAXCONN = Path.of("/proc/sys/net/core/somaxconn");

    LifecycleContract(String transport, Wiring wiring) {
        super(transport, wiring);
    }

    @EachDispatch
    @Tag("D3")
    void shouldLeaveNoThreadDescriptorOrPortBehind(Dispatch dispatch) throws Exception {
        try (ImServer first = server(dispatch, ECHO).start()) {
            client(first).echo("what is loaded once is loaded now");
        }
        endEverything();
        Resources before = Resources.now();
        int port = 0;

        for (int i = 0; i < Times.of(100, 1_000); i++) {
            try (ImServer server = server(dispatch, ECHO).port(port).start()) {
                if (i % 2 == 0) {
                    LineClient client = client(server);
                    client.echo("hello");
                    client.halfClose();
                }
                port = server.port();
            }
        }
        endEverything();

        before.expectNoneLeft();
        expectPortFree(ipv4(port));
    }

    @EachDispatch
    void shouldBeBoundWhenStartReturnsAndKeepItsAddress(Dispatch dispatch) throws Exception {
        ImServer server = start(server(dispatch, ECHO).listen("127.0.0.1", 0, "line"));
        List<InetSocketAddress> addresses = List.copyOf(server.addresses());

        assertEquals(2, addresses.size());
        assertEquals(server.address(), addresses.get(0));
        assertNotEquals(addresses.get(0), addresses.get(1));
        assertTrue(server.port() > 0);
        for (InetSocketAddress address : addresses) {
            client(address).echo("hello");
        }
        server.close();
        assertEquals(addresses, List.copyOf(server.addresses()));
        for (InetSocketAddress address : addresses) {
            expectPortFree(address);
        }
    }

    @EachDispatch
    @Tag("D4")
    void shouldRefuseAPortInUseByNameAndLeaveNothing(Dispatch dispatch) throws Exception {
        ImServer first = start(dispatch, ECHO);
        client(first).echo("before");
        Resources before = Resources.now();
        List<String> threads = Resources.threads();

        BindException failure = assertThrows(
                BindException.class,
                () -> server(dispatch, ECHO).port(first.port()).start());

        assertTrue(
                failure.toString().contains("127.0.0.1") && failure.toString().contains(Integer.toString(first.port())),
                failure.toString());
        assertEquals(threads, Resources.threads());
        client(first).echo("after");
        first.close();
        endEverything();
        before.expectNoneLeft();
        start(server(dispatch, ECHO).port(first.port()));
    }

    @EachDispatch
    @Tag("D4")
    void shouldFreeTheFirstPortWhereTheSecondIsInUse(Dispatch dispatch) throws Exception {
        Resources before = Resources.now();
        int free;
        try (Wiring.Port reserved = occupy(ipv4(0))) {
            free = reserved.address().getPort();
        }
        try (Wiring.Port port = occupy(ipv4(0))) {
            int used = port.address().getPort();
            BindException failure = assertThrows(
                    BindException.class,
                    () -> server(dispatch, ECHO)
                            .port(free)
                            .listen("127.0.0.1", used, "line")
                            .start());
            assertTrue(failure.toString().contains(Integer.toString(used)), failure.toString());
        }

        before.expectNoneLeft();
        expectPortFree(ipv4(free));
    }

    @EachDispatch
    @Tag("D4")
    void shouldLeaveNothingWhereAPluginFailsToWrap(Dispatch dispatch) throws Exception {
        Resources before = Resources.now();
        HandlerPlugin failing = next -> {
            throw new IllegalStateException("planted");
        };
        HandlerPlugin wrappingNothing = new HandlerPlugin() {
            @Override
            @SuppressWarnings("NullAway")
            public MessageHandler wrap(MessageHandler next) {
                return null;
            }
        };

        for (HandlerPlugin plugin : List.of(failing, wrappingNothing)) {
            RuntimeException failure = assertThrows(
                    RuntimeException.class,
                    () -> server(dispatch, ECHO).plugin(plugin).start());
            assertNotEquals("", failure.getMessage());
        }

        before.expectNoneLeft();
    }

    @EachDispatch
    @Tag("D4")
    void shouldRefuseAnAddressThatIsNotOurs(Dispatch dispatch) throws Exception {
        Resources before = Resources.now();

        IOException failure = assertThrows(
                IOException.class,
                () -> server(dispatch, ECHO).host("192.0.2.1").start());

        assertTrue(failure.toString().contains("192.0.2.1"), failure.toString());
        before.expectNoneLeft();
    }

    @EachDispatch
    @Tag("X6")
    @Tag("X7")
    @Tag("L3")
    void shouldForgetAThousandPeersThatVanish(Dispatch dispatch) throws Exception {
        RecordingHandler handler = recording(ECHO);
        ImServer server = start(dispatch, handler);
        Resources before = Resources.now();

        Crew.run(4, n -> {
            for (int i = 0; i < 250; i++) {
                vanish(passing(server.address()), i);
            }
        });

        Await.until(
                "1,000 were accepted",
                () -> server.stats().accepted() + server.stats().refused() == 1_000);
        Await.until("all are gone", () -> server.stats().openSessions() == 0);
        Await.until("no session is left", () -> server.sessions().isEmpty());
        assertEquals(0, server.all().size());
        ServerStats stats = server.stats();
        assertEquals(0, stats.errors());
        assertEquals(0, stats.overflowed());
        assertEquals(0, stats.heldBytes());
        assertTrue(stats.messagesOut() + stats.discardedIn() <= stats.messagesIn(), stats::toString);
        client(server).echo("still there");
        endEverything();
        before.expectNoneLeft();
        handler.verifyAllClosed();
    }

    private static void vanish(LineClient client, int way) throws IOException {
        switch (way % 6) {
            case 0 -> client.reset();
            case 1 -> client.close();
            case 2 -> {
                client.send("hello");
                client.reset();
            }
            case 3 -> {
                client.sendBytes(new byte[] {'h', 'a', 'l', 'f'});
                client.close();
            }
            case 4 -> {
                client.send("hello");
                client.halfClose();
                client.close();
            }
            default -> {
                client.halfClose();
                client.awaitGone();
                client.close();
            }
        }
    }

    @EachDispatch
    @Tag("X7")
    void shouldServeFourHundredAtOnce(Dispatch dispatch) throws Exception {
        ImServer server = start(dispatch, ECHO);

        long start = System.nanoTime();
        Crew.run(CROWD, n -> client(server).echo("at once " + n));

        assertTrue(System.nanoTime() - start < CROWD_NANOS, "served, but not within 15 s");
        assertEquals(CROWD, server.sessions().size());
    }

    /** The loop that accepts is held up until the kernel takes nobody any more, and so many come on top: it lets them try again later. */
    @Test
    @Tag("X7")
    void shouldServeFourHundredAtOnceWhenTheBacklogIsFull() throws Exception {
        CountDownLatch held = new CountDownLatch(1);
        CountDownLatch mayGo = new CountDownLatch(1);
        ImServer server = start(unchecked(Dispatch.ON_LOOP, (session, message) -> {
                    if (message.text().equals("hold")) {
                        held.countDown();
                        Await.zero("the test goes on", mayGo);
                    }
                    session.send(message);
                })
                .loops(1));
        client(server).send("hold");
        Await.zero("the loop is held up", held);
        int waiting = backlog() + 1;
        for (int i = 0; i < waiting; i++) {
            client(server);
        }
        AtomicInteger knocking = new AtomicInteger();
        AtomicInteger connected = new AtomicInteger();

        Crew crowd = Crew.start(CROWD, n -> {
            knocking.incrementAndGet();
            LineClient client = client(server);
            connected.incrementAndGet();
            client.echo("on top " + n);
        });
        Await.until("all knock", () -> knocking.get() == CROWD);
        assertTrue(hasNoBacklog() || connected.get() < CROWD, "the backlog was not full");
        mayGo.countDown();
        crowd.await();

        Await.until("all are in", () -> server.sessions().size() == 1 + waiting + CROWD);
        assertEquals(0, server.stats().refused());
    }

    /** The network in memory lets everybody wait. */
    private boolean hasNoBacklog() {
        return !Files.isReadable(SOMAXCONN) || transport().equals("virtual");
    }

    /** How many a kernel lets wait: we ask for more. In one read: the file has no second one. */
    private static int backlog() throws IOException {
        return Files.isReadable(SOMAXCONN)
                ? Integer.parseInt(Files.readAllLines(SOMAXCONN).get(0))
                : 128;
    }

    @EachDispatch
    void shouldServeSeveralServersInOneProcess(Dispatch dispatch) throws Exception {
        ImServer one = start(dispatch, (session, message) -> session.send("one"));
        ImServer two = start(dispatch, (session, message) -> session.send("two"));
        LineClient ofTwo = client(two);

        client(one).send("x");
        one.close();
        ofTwo.send("x");

        ofTwo.expectLine("two");
        assertTrue(one.sessions().isEmpty());
        assertEquals(1, two.sessions().size());
    }

    /** On port 0 each has one of its own. */
    @EachDispatch
    void shouldStartAnotherServerWhenABuilderIsStartedAgain(Dispatch dispatch) throws Exception {
        ImServer.Builder builder = server(dispatch, ECHO);

        ImServer one = start(builder);
        ImServer two = start(builder);

        assertNotEquals(one.port(), two.port());
        one.close();
        client(two).echo("still there");
    }

    @Test
    void shouldServeIpv6() throws Exception {
        assumeIpv6();
        RecordingHandler handler = recording(ECHO);
        ImServer server = start(server(Dispatch.ON_LOOP, handler).host("::1"));

        LineClient client = client(server);
        client.echo("hello");

        assertEquals(client.localAddress(), handler.awaitOpen().remoteAddress());
        assertEquals(ipv6(server.port()), server.address());
        assertThrows(IOException.class, () -> passing(ipv4(server.port())));
    }

    @Test
    void shouldServeIpv4AndIpv6OnTheWildcard() throws Exception {
        RecordingHandler handler = recording(ECHO);
        ImServer server = start(server(Dispatch.ON_LOOP, handler).host(""));

        LineClient four = client(ipv4(server.port()));
        four.echo("hello");
        assertEquals(four.localAddress(), handler.awaitOpen().remoteAddress());

        assumeIpv6();
        LineClient six = client(ipv6(server.port()));
        six.echo("hello");
        assertEquals(six.localAddress(), handler.awaitOpen().remoteAddress());
    }

    private static InetSocketAddress ipv4(int port) throws UnknownHostException {
        return new InetSocketAddress(InetAddress.getByAddress(new byte[] {127, 0, 0, 1}), port);
    }

    private static InetSocketAddress ipv6(int port) throws UnknownHostException {
        byte[] loopback = new byte[16];
        loopback[15] = 1;
        return new InetSocketAddress(InetAddress.getByAddress(loopback), port);
    }

    private void assumeIpv6() {
        try {
            expectPortFree(ipv6(0));
        } catch (IOException e) {
            Assumptions.abort("no IPv6 here: " + e.getMessage());
        }
    }
}
