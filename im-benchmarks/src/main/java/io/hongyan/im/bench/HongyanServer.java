package io.hongyan.im.bench;

import io.hongyan.im.ClientSession;
import io.hongyan.im.Dispatch;
import io.hongyan.im.Group;
import io.hongyan.im.ImServer;
import io.hongyan.im.Message;
import io.hongyan.im.MessageHandler;
import java.io.IOException;

/** Hongyan on one of its transports, with default limits, on a port that speaks lines only. */
final class HongyanServer implements ServerUnderTest {
    private static final Message GREETING = Message.text(Workload.GREETING);

    private final ImServer server;
    private final Dispatch dispatch;

    private HongyanServer(ImServer server, Dispatch dispatch) {
        this.server = server;
        this.dispatch = dispatch;
    }

    static HongyanServer start(String transport, Workload workload, int loops, Dispatch dispatch) throws IOException {
        ImServer server = ImServer.builder()
                .host("127.0.0.1")
                .port(0)
                .protocols("line")
                .transport(transport)
                .loops(loops)
                .dispatch(dispatch)
                .handler(handler(workload))
                .start();
        return new HongyanServer(server, dispatch);
    }

    private static MessageHandler handler(Workload workload) {
        return switch (workload) {
            case ECHO -> new Echo();
            case ROOM -> new Room();
        };
    }

    @Override
    public int port() {
        return server.port();
    }

    @Override
    public String description() {
        return "Hongyan, transport " + server.transport().name() + ", " + dispatch;
    }

    @Override
    public void close() {
        server.close();
    }

    private static final class Echo implements MessageHandler {
        @Override
        public void onOpen(ClientSession session) {
            session.send(GREETING);
        }

        @Override
        public void onMessage(ClientSession session, Message message) {
            session.send(message);
        }
    }

    private static final class Room implements MessageHandler {
        private static final String NAME = "room";

        @Override
        public void onOpen(ClientSession session) {
            session.join(NAME);
            session.send(GREETING);
        }

        @Override
        public void onMessage(ClientSession session, Message message) {
            Group room = session.server().group(NAME);
            room.send(message);
        }
    }
}
