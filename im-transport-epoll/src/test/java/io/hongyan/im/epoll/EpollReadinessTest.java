package io.hongyan.im.epoll;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

import io.hongyan.im.engine.Acceptor;
import io.hongyan.im.engine.Connection;
import io.hongyan.im.engine.KeepAlive;
import io.hongyan.im.engine.Poller;
import io.hongyan.im.engine.Readiness;
import io.hongyan.im.test.client.RawClient;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.ByteBuffer;
import java.util.Objects;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** What epoll tells beyond READ and WRITE, which the contract leaves open (X5). */
final class EpollReadinessTest {
    private static final int ENDED = Readiness.READ | Readiness.PEER_CLOSED;

    private Poller poller;
    private RawClient client;
    private Connection connection;

    @BeforeEach
    void connectOne() throws IOException {
        poller = EpollPoller.open();
        Acceptor acceptor =
                EpollAcceptor.bind(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), KeepAlive.OFF);
        client = new RawClient(acceptor.address(), 0);
        poller.register(acceptor, 0, Readiness.READ);
        poller.poll(Long.MAX_VALUE, (key, readiness) -> {});
        connection = Objects.requireNonNull(acceptor.accept());
        acceptor.close();
    }

    @AfterEach
    void closeAll() throws IOException {
        client.close();
        connection.close();
        poller.close();
    }

    @Test
    void shouldTellThePeersEndWhenReadIsAskedFor() throws IOException {
        poller.register(connection, 1, Readiness.READ);

        client.halfClose();

        assertEquals(ENDED, poll());
        connection.interest(Readiness.READ | Readiness.WRITE);
        assertEquals(ENDED | Readiness.WRITE, poll());
    }

    @Test
    void shouldNotTellThePeersEndWhenOnlyWriteIsAskedFor() throws IOException {
        poller.register(connection, 1, Readiness.READ);
        client.halfClose();
        poll();

        connection.interest(Readiness.WRITE);

        assertEquals(Readiness.WRITE, poll());
    }

    @Test
    void shouldTellTheEndOfBothWhenBothHaveEnded() throws IOException {
        poller.register(connection, 1, Readiness.READ);
        client.halfClose();
        poll();

        connection.shutdownOutput();

        assertEquals(ENDED | Readiness.HANG_UP, poll());
    }

    @Test
    void shouldTellErrorAndEndWhenThePeerResets() throws IOException {
        poller.register(connection, 1, Readiness.READ);

        client.reset();

        assertEquals(ENDED | Readiness.HANG_UP | Readiness.ERROR, poll());
    }

    @Test
    void shouldRoundUpWhenNanosBecomeMillis() {
        assertEquals(0, EpollPoller.millisRoundedUp(0));
        assertEquals(1, EpollPoller.millisRoundedUp(1));
        assertEquals(1, EpollPoller.millisRoundedUp(1_000_000));
        assertEquals(2, EpollPoller.millisRoundedUp(1_000_001));
        assertEquals(Integer.MAX_VALUE, EpollPoller.millisRoundedUp(Long.MAX_VALUE - 1));
        assertEquals(-1, EpollPoller.millisRoundedUp(Long.MAX_VALUE));
    }

    @Test
    void shouldRefuseWhenABufferIsOnTheHeap() {
        assertThrows(IllegalArgumentException.class, () -> connection.read(ByteBuffer.allocate(8)));
    }

    private int poll() throws IOException {
        AtomicInteger seen = new AtomicInteger();
        poller.poll(Long.MAX_VALUE, (key, readiness) -> seen.set(readiness));
        return seen.get();
    }
}
