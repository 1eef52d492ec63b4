package io.hongyan.im.test;

import static org.junit.jupiter.api.Assertions.assertNull;

import io.hongyan.im.engine.Acceptor;
import io.hongyan.im.engine.Connection;
import io.hongyan.im.engine.KeepAlive;
import io.hongyan.im.engine.Poller;
import io.hongyan.im.engine.Transport;
import io.hongyan.im.test.client.RawClient;
import io.hongyan.im.test.client.Wiring;
import io.hongyan.im.test.evidence.Await;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.HashMap;
import java.util.Map;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;

/**
 * What the contracts of a transport's ports share: the test's thread is the loop's, and all that it opens is closed.
 */
abstract class PortTest {
    static final long FOREVER = Long.MAX_VALUE;

    private final Deque<AutoCloseable> opened = new ArrayDeque<>();

    private Transport transport;
    private Poller poller;

    /**
     * The transport under test.
     *
     * @return a new one or always the same
     */
    @SuppressWarnings("exports") // the engine is for transports, and so are these contracts
    protected abstract Transport transport();

    /**
     * How clients reach it.
     *
     * @return the sockets of the machine, unless the transport brings a network of its own
     */
    protected Wiring wiring() {
        return Wiring.sockets();
    }

    @BeforeEach
    final void openPoller() throws IOException {
        transport = transport();
        poller = transport.openPoller();
    }

    @AfterEach
    final void closeAll() throws Exception {
        while (!opened.isEmpty()) {
            opened.pop().close();
        }
        poller.close();
    }

    final Poller poller() {
        return poller;
    }

    final Acceptor bind(InetSocketAddress address) throws IOException {
        return bind(address, KeepAlive.OFF);
    }

    final Acceptor bind(InetSocketAddress address, KeepAlive keepAlive) throws IOException {
        Acceptor acceptor = transport.bind(address, keepAlive);
        opened.push(acceptor::close);
        return acceptor;
    }

    /** On a free port of the loopback. */
    final Acceptor bind() throws IOException {
        return bind(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0));
    }

    final RawClient connect(InetSocketAddress address) throws IOException {
        return keep(new RawClient(wiring().connect(address, 0)));
    }

    final void expectPortFree(InetSocketAddress address) throws IOException {
        wiring().occupy(address).close();
    }

    final RawClient connect(Acceptor acceptor) throws IOException {
        return connect(acceptor.address());
    }

    final <T extends AutoCloseable> T keep(T thing) {
        opened.push(thing);
        return thing;
    }

    /** Takes one that has connected, which the kernel may be about to hand over. */
    final Connection accept(Acceptor acceptor) throws IOException {
        Connection[] accepted = new Connection[1];
        Await.until("a connection is accepted", () -> {
            try {
                accepted[0] = acceptor.accept();
            } catch (IOException e) {
                throw new AssertionError(e);
            }
            return accepted[0] != null;
        });
        opened.push(accepted[0]::close);
        return accepted[0];
    }

    /** Polls once; the readiness of each key. */
    final Map<Long, Integer> poll(long timeoutNanos) throws IOException {
        Map<Long, Integer> ready = new HashMap<>();
        poller.poll(timeoutNanos, (key, readiness) -> assertNull(ready.put(key, readiness), "reported twice"));
        return ready;
    }

    /** Polls until the key has one of these bits. */
    final void awaitReady(long key, int bits) throws IOException {
        int readiness;
        do {
            readiness = poll(FOREVER).getOrDefault(key, 0);
        } while ((readiness & bits) == 0);
    }
}
