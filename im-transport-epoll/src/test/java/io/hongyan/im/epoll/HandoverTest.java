package io.hongyan.im.epoll;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.hongyan.im.ImServer;
import io.hongyan.im.MessageHandler;
import io.hongyan.im.engine.Connection;
import io.hongyan.im.engine.KeepAlive;
import io.hongyan.im.spi.HandlerPlugin;
import io.hongyan.im.test.client.LineClient;
import io.hongyan.im.test.evidence.Await;
import io.hongyan.im.test.evidence.LogCapture;
import io.hongyan.im.test.evidence.Resources;
import java.io.IOException;
import java.net.BindException;
import java.net.ConnectException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Listening sockets go from one server to the next, whatever becomes of either (R4). Both are in this JVM, and no wiser for that. */
@Tag("R4")
final class HandoverTest {
    private static final String HOST = "127.0.0.1";

    @TempDir
    private Path folder;

    private Path path;
    private Resources before;
    private LogCapture log;

    /** The JDK keeps a descriptor of its own from the first socket on. */
    @BeforeAll
    static void useASocket() throws IOException {
        new ServerSocket(0, 1, InetAddress.getLoopbackAddress()).close();
    }

    @BeforeEach
    void begin() {
        before = Resources.now();
        log = LogCapture.begin();
        path = folder.resolve("next");
    }

    @AfterEach
    void expectNothingLeft() {
        log.close();
        before.expectNoneLeft();
    }

    private ImServer.Builder server(String name, int port) {
        return ImServer.builder()
                .host(HOST)
                .port(port)
                .protocols("line")
                .loops(2)
                .transport("epoll")
                .discoverPlugins(false)
                .handover(path, Duration.ZERO)
                .handler((session, message) -> session.send(name + " " + message.text()));
    }

    private static void expectServes(String name, InetSocketAddress address) throws IOException {
        try (LineClient client = new LineClient(address)) {
            client.send("hi");
            client.expectLine(name + " hi");
        }
    }

    private static void expectEnds(ImServer server) throws InterruptedException {
        Await.result("the predecessor ends", server.closeFuture());
        server.close();
    }

    @Test
    void shouldLeaveThePlaceToItsSuccessorAndEnd() throws Exception {
        ImServer old = server("old", 0).start();
        InetSocketAddress address = old.address();
        expectServes("old", address);
        LineClient witness = new LineClient(address);
        witness.send("hello");
        witness.expectLine("old hello");

        ImServer next = server("next", old.port()).start();

        expectServes("next", address);
        List<String> farewell = witness.linesToEnd();
        assertTrue(farewell.size() == 1 && farewell.get(0).startsWith("!closing GOING_AWAY "), farewell.toString());
        witness.close();
        expectEnds(old);
        expectServes("next", address);
        assertEquals("rw-------", PosixFilePermissions.toString(Files.getPosixFilePermissions(path)));
        ImServer last = server("last", address.getPort()).start();
        expectEnds(next);
        expectServes("last", address);
        last.close();
        try (var left = Files.list(folder)) {
            assertEquals(List.of(), left.toList());
        }
        assertThrows(ConnectException.class, () -> new Socket(HOST, address.getPort()).close());
    }

    /** One that both want is handed on, one that only the old one had is closed, one that only the new one wants is bound. */
    @Test
    void shouldTakeWhatItWantsAndCloseTheRest() throws Exception {
        ImServer old = server("old", 0)
                .listen(HOST, 0, "line")
                .listen("::1", 0, "line")
                .start();
        List<InetSocketAddress> addresses = List.copyOf(old.addresses());
        InetSocketAddress unwanted = addresses.get(1);

        ImServer next = server("next", 0)
                .listen("::1", addresses.get(2).getPort(), "line")
                .listen(HOST, addresses.get(0).getPort(), "line")
                .start();

        List<InetSocketAddress> now = List.copyOf(next.addresses());
        assertEquals(List.of(addresses.get(2), addresses.get(0)), now.subList(1, 3));
        assertFalse(addresses.contains(now.get(0)));
        for (InetSocketAddress each : now) {
            expectServes("next", each);
        }
        assertThrows(ConnectException.class, () -> new Socket(HOST, unwanted.getPort()).close());
        expectEnds(old);
        next.close();
    }

    @Test
    void shouldTakeAWildcardOver() throws Exception {
        ImServer old = server("old", 0).host("").start();

        ImServer next = server("next", old.port()).host("0.0.0.0").start();

        assertEquals(old.address(), next.address());
        expectServes("next", new InetSocketAddress(InetAddress.getLoopbackAddress(), next.port()));
        expectEnds(old);
        next.close();
    }

    @Test
    void shouldGoOnWhenItsSuccessorFailsToStart() throws Exception {
        ImServer old = server("old", 0).start();
        HandlerPlugin refusing = new HandlerPlugin() {
            @Override
            public MessageHandler wrap(MessageHandler next) {
                return next;
            }

            @Override
            public void onStart(ImServer server) {
                throw new IllegalStateException("not today");
            }
        };

        assertThrows(
                IllegalStateException.class,
                () -> server("next", old.port()).plugin(refusing).start());
        assertThrows(
                BindException.class,
                () -> server("next", old.port()).listen("192.0.2.1", 1, "line").start());

        expectServes("old", old.address());
        ImServer last = server("last", old.port()).start();
        expectServes("last", old.address());
        expectEnds(old);
        last.close();
        assertTrue(log.text().contains("was to take over and is gone; this server goes on"), log.text());
    }

    /** Killed after it has given its sockets away. */
    @Test
    void shouldServeWhenItsPredecessorDiesInTheMiddle() throws Exception {
        LocalSocket dying = LocalSocket.listen(path);
        EpollAcceptor acceptor =
                EpollAcceptor.bind(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), KeepAlive.OFF);
        CompletableFuture<ImServer> starting = CompletableFuture.supplyAsync(
                () -> started(server("next", acceptor.address().getPort())));
        LocalSocket asking = awaitOne(dying);
        asking.say(EpollHandover.OFFER, acceptor.fd());
        acceptor.close();
        asking.close();
        dying.close();

        ImServer next = Await.result("the successor starts", starting);

        expectServes("next", acceptor.address());
        ImServer last = server("last", next.port()).start();
        expectServes("last", acceptor.address());
        expectEnds(next);
        last.close();
    }

    /** The last of the steps: who says that it serves, and dies before the path is its own, was the one to serve. */
    @Test
    void shouldEndWhenItsSuccessorHasSaidThatItServes() throws Exception {
        ImServer old = server("old", 0).start();
        LocalSocket successor = LocalSocket.connect(path, 10);
        RightsMessage offer = successor.hear(0);
        assertEquals(EpollHandover.OFFER, offer.word());
        EpollAcceptor taken = EpollAcceptor.over(offer.descriptors()[0], KeepAlive.OFF);
        LocalSocket second = LocalSocket.connect(path, 10);

        successor.say(EpollHandover.SERVING);

        assertEquals(EpollHandover.STOPPED, successor.hear(0).word());
        try (Socket waits = new Socket(HOST, old.port())) {
            assertNull(second.hear(Libc.MSG_DONTWAIT), "two are asked at the same time");
            successor.close();
            expectEnds(old);
            assertEquals(RightsMessage.END, second.hear(0).word());
            Connection accepted = taken.accept();
            assertTrue(waits.isConnected() && accepted != null, "who waits is lost");
            accepted.close();
        }
        second.close();
        taken.close();
    }

    @Test
    void shouldAskTheNextWhenOneHasJustLeft() throws Exception {
        LocalSocket leaving = LocalSocket.listen(path);
        CompletableFuture<ImServer> starting = CompletableFuture.supplyAsync(() -> started(server("next", 0)));
        LocalSocket asking = awaitOne(leaving);
        LocalSocket staying = LocalSocket.listen(path);
        leaving.close();
        asking.close();
        LocalSocket again = awaitOne(staying);
        again.say(EpollHandover.OFFER);
        again.close();
        staying.close();

        Await.result("the successor starts", starting).close();
    }

    @Test
    void shouldReplaceASocketThatNobodyListensOn() throws Exception {
        LocalSocket.listen(path).close();
        assertTrue(Files.exists(path));

        ImServer first = server("first", 0).start();

        ImServer next = server("next", first.port()).start();
        expectServes("next", first.address());
        expectEnds(first);
        next.close();
    }

    @Test
    void shouldLeaveAFileThatIsAnothersNow() throws Exception {
        ImServer server = server("first", 0).start();
        LocalSocket other = LocalSocket.listen(path);

        server.close();

        assertTrue(Files.exists(path));
        other.close();
    }

    @Test
    void shouldRefuseAPlaceThatCannotBe() throws IOException {
        Files.writeString(path, "precious");
        expectRefusal("there is something else than a socket; name a path that nothing else uses");
        assertEquals("precious", Files.readString(path));
        path = folder.resolve("missing").resolve("next");
        expectRefusal("the directory must exist and be writable; make it, for this user alone (mode 0700)");
        path = folder.resolve("x".repeat(100));
        expectRefusal("the path must be of 100 bytes at most, was of "
                + path.toString().length() + "; choose a shorter one");
        path = folder.resolve("next2");
        LocalSocket strange = LocalSocket.listen(path);
        CompletableFuture<Void> answer = CompletableFuture.runAsync(() -> {
            try {
                LocalSocket asking = awaitOne(strange);
                asking.say("hongyan handover 99");
                asking.close();
            } catch (IOException e) {
                throw new AssertionError(e);
            }
        });
        expectRefusal("process " + ProcessHandle.current().pid()
                + " speaks another version of the handover; end it, then start this one");
        answer.join();
        strange.close();
    }

    private void expectRefusal(String why) {
        IOException refusal =
                assertThrows(IOException.class, () -> server("none", 0).start());
        assertEquals("handover(" + path + "): " + why, refusal.getMessage());
    }

    @Test
    void shouldRefuseTheTransportThatCannot() {
        IllegalStateException refusal = assertThrows(
                IllegalStateException.class,
                () -> server("none", 0).transport("nio").start());

        assertEquals(
                "transport nio cannot hand its listening sockets over: handover(...) needs the transport epoll: make it"
                        + " available, or leave handover(...) out",
                refusal.getMessage());
    }

    /** A second server of the path that is not told of it gets its error, as ever. */
    @Test
    void shouldNotShareThePortWithWhoDoesNotAsk() throws Exception {
        ImServer old = server("old", 0).start();

        ImServer.Builder stranger =
                ImServer.builder().host(HOST).port(old.port()).transport("epoll");
        assertThrows(
                BindException.class,
                () -> stranger.handler((session, message) -> {}).start());

        old.close();
        new ServerSocket(old.port(), 1, InetAddress.getLoopbackAddress()).close();
    }

    private static ImServer started(ImServer.Builder builder) {
        try {
            return builder.start();
        } catch (IOException e) {
            throw new AssertionError(e);
        }
    }

    private static LocalSocket awaitOne(LocalSocket listening) {
        LocalSocket[] accepted = new LocalSocket[1];
        Await.until("somebody asks", () -> {
            try {
                accepted[0] = listening.accept();
            } catch (IOException e) {
                throw new AssertionError(e);
            }
            return accepted[0] != null;
        });
        return accepted[0];
    }
}
