package io.hongyan.im.websocket;

import io.hongyan.im.ClientSession;
import io.hongyan.im.ImServer;
import io.hongyan.im.MessageHandler;
import io.hongyan.im.test.client.LineClient;
import io.hongyan.im.test.client.RawClient;
import io.hongyan.im.test.evidence.RecordingHandler;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.AfterEach;

/** What tests over real sockets share: a server on a free port, and clients, which end with the test. */
abstract class ServerTest {
    static final MessageHandler ECHO = ClientSession::send;

    private final List<RawClient> clients = new ArrayList<>();
    private final List<ImServer> servers = new ArrayList<>();
    private final List<RecordingHandler> recordings = new ArrayList<>();

    @AfterEach
    final void endEverything() throws IOException {
        for (RawClient client : clients) {
            client.close();
        }
        servers.forEach(ImServer::close);
        recordings.forEach(RecordingHandler::verifyAllClosed);
    }

    final RecordingHandler recording(MessageHandler handler) {
        RecordingHandler recording = new RecordingHandler(handler);
        recordings.add(recording);
        return recording;
    }

    /** Speaks line and WebSocket. */
    final ImServer.Builder server(MessageHandler handler) {
        return ImServer.builder()
                .host("127.0.0.1")
                .port(0)
                .transport("nio")
                .loops(2)
                .handler(handler instanceof RecordingHandler ? handler : recording(handler));
    }

    final ImServer start(ImServer.Builder builder) throws IOException {
        ImServer server = builder.start();
        servers.add(server);
        return server;
    }

    final ImServer start(MessageHandler handler) throws IOException {
        return start(server(handler));
    }

    final ImServer echoing(WebSocketProtocol protocol) throws IOException {
        return start(server(ECHO).protocol(protocol));
    }

    /** Not yet upgraded. */
    final WebSocketClient client(ImServer server) throws IOException {
        return kept(new WebSocketClient(server.address()));
    }

    final WebSocketClient open(ImServer server, String... fields) throws IOException {
        return kept(WebSocketClient.open(server.address(), fields));
    }

    final LineClient line(ImServer server) throws IOException {
        return kept(new LineClient(server.address()));
    }

    final <T extends RawClient> T kept(T client) {
        clients.add(client);
        return client;
    }
}
