package io.hongyan.im.test;

import io.hongyan.im.ClientSession;
import io.hongyan.im.Dispatch;
import io.hongyan.im.ImServer;
import io.hongyan.im.MessageHandler;
import io.hongyan.im.test.client.FrameClient;
import io.hongyan.im.test.client.LineClient;
import io.hongyan.im.test.client.RawClient;
import io.hongyan.im.test.client.Wiring;
import io.hongyan.im.test.evidence.Await;
import io.hongyan.im.test.evidence.NothingLeft;
import io.hongyan.im.test.evidence.RecordingHandler;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.util.ArrayList;
import java.util.List;
import java.util.Queue;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentLinkedQueue;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.extension.ExtendWith;

/**
 * What the parts of the {@link TransportContract} share: servers on a free port of the loopback, clients and recordings, which
 * all end with the test. Every server of a test holds the engine to the grammar of callbacks.
 */
@ExtendWith(NothingLeft.class)
abstract class ServerTest {
    /** Enough for order between loops to matter. */
    static final int LOOPS = 3;

    static final MessageHandler ECHO = ClientSession::send;
    static final MessageHandler IGNORE = (session, message) -> {};

    private final String transport;
    private final Wiring wiring;
    private final Queue<RawClient> clients = new ConcurrentLinkedQueue<>();
    private final Queue<ImServer> servers = new ConcurrentLinkedQueue<>();
    private final Queue<RecordingHandler> recordings = new ConcurrentLinkedQueue<>();

    ServerTest(String transport, Wiring wiring) {
        this.transport = transport;
        this.wiring = wiring;
    }

    final String transport() {
        return transport;
    }

    @AfterEach
    final void endEverything() throws IOException {
        for (RawClient client : clients) {
            client.close();
        }
        servers.forEach(ImServer::close);
        recordings.forEach(RecordingHandler::verifyAllClosed);
    }

    /** A handler whose calls are checked; those given to {@link #server} are in any case. */
    final RecordingHandler recording(MessageHandler handler) {
        RecordingHandler recording = new RecordingHandler(handler);
        recordings.add(recording);
        return recording;
    }

    /** A server of lines that is yet to be started. */
    final ImServer.Builder server(Dispatch dispatch, MessageHandler handler) {
        return unchecked(dispatch, handler instanceof RecordingHandler ? handler : recording(handler));
    }

    /** The same, without a check of how its handler is called. */
    final ImServer.Builder unchecked(Dispatch dispatch, MessageHandler handler) {
        return ImServer.builder()
                .host("127.0.0.1")
                .port(0)
                .protocols("line")
                .transport(transport)
                .loops(LOOPS)
                .dispatch(dispatch)
                .discoverPlugins(false)
                .handler(handler);
    }

    final ImServer start(ImServer.Builder builder) throws IOException {
        ImServer server = builder.start();
        servers.add(server);
        return server;
    }

    final ImServer start(Dispatch dispatch, MessageHandler handler) throws IOException {
        return start(server(dispatch, handler));
    }

    /** A server's end must not take the whole time of the test, if it never comes. */
    static void close(ImServer server) throws InterruptedException {
        Await.result("close() returns", CompletableFuture.runAsync(server::close, task -> {
            Thread thread = new Thread(task, "closing");
            thread.setDaemon(true);
            thread.start();
        }));
    }

    final LineClient client(ImServer server) throws IOException {
        return client(server.address());
    }

    /** One that lets the server feel soon that it does not read. */
    final LineClient slowClient(ImServer server) throws IOException {
        return kept(new LineClient(wiring.connect(server.address(), 4096)));
    }

    final FrameClient frameClient(ImServer server) throws IOException {
        return frameClient(server.address());
    }

    final LineClient client(InetSocketAddress address) throws IOException {
        return kept(passing(address));
    }

    final FrameClient frameClient(InetSocketAddress address) throws IOException {
        return kept(new FrameClient(wiring.connect(address, 0)));
    }

    final LineClient clientFrom(String address, ImServer server) throws IOException {
        return kept(new LineClient(wiring.connectFrom(InetAddress.getByName(address), server.address())));
    }

    /** A client that the test sees to, one of very many. */
    final LineClient passing(InetSocketAddress address) throws IOException {
        return new LineClient(wiring.connect(address, 0));
    }

    /** A port that somebody else has, until it is closed. */
    final Wiring.Port occupy(InetSocketAddress address) throws IOException {
        return wiring.occupy(address);
    }

    final void expectPortFree(InetSocketAddress address) throws IOException {
        occupy(address).close();
    }

    final <T extends RawClient> T kept(T client) {
        clients.add(client);
        return client;
    }

    /** On a thread of its own, to its end: what a handler on the loop has done so is not done by the loop. */
    static void elsewhere(Runnable action) {
        CompletableFuture.runAsync(action, task -> new Thread(task, "elsewhere").start())
                .join();
    }

    /** Clients, and the session of each. */
    final List<Member> members(ImServer server, RecordingHandler handler, int count)
            throws IOException, InterruptedException {
        List<Member> members = new ArrayList<>();
        while (members.size() < count) {
            LineClient client = client(server);
            members.add(new Member(client, handler.awaitOpen()));
        }
        return members;
    }

    /** A client with its session. */
    record Member(LineClient client, ClientSession session) {}
}
