package io.hongyan.im.epoll;

import static org.junit.jupiter.api.Assertions.assertEquals;

import io.hongyan.im.ClientSession;
import io.hongyan.im.CloseReason;
import io.hongyan.im.Dispatch;
import io.hongyan.im.ImServer;
import io.hongyan.im.Limits;
import io.hongyan.im.Message;
import io.hongyan.im.MessageHandler;
import io.hongyan.im.ServerStats;
import io.hongyan.im.test.client.LineClient;
import io.hongyan.im.test.evidence.Await;
import io.hongyan.im.test.evidence.RecordingHandler;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

/** The same peers are served in the same way by epoll, virtual and NIO: the same calls, the same bytes, the same counts. */
final class SameAsNioTest {
    private static final Limits LIMITS = Limits.defaults().withMaxMessageBytes(50);

    /** What one peer does from connect to end; what it reads on the way is noted. */
    private interface Part {
        void play(LineClient client, ImServer server, List<String> read) throws Exception;
    }

    private static final List<Part> PARTS = List.of(
            (client, server, read) -> {
                client.send("one");
                client.sendBytes(utf8("two\r\nthree\n\nfour"));
                client.halfClose();
                read.addAll(client.linesToEnd());
            },
            (client, server, read) -> {
                client.send("join room");
                client.send("publish to the room");
                client.send("close");
                read.addAll(client.linesToEnd());
            },
            (client, server, read) -> {
                client.sendBytes(utf8("good\n" + "x".repeat(51)));
                read.addAll(client.linesToEnd());
            },
            (client, server, read) -> {
                client.sendBytes(new byte[] {'b', 'a', 'd', (byte) 0xFF, '\n'});
                read.addAll(client.linesToEnd());
            },
            (client, server, read) -> {
                client.send("throw");
                read.addAll(client.linesToEnd());
            },
            (client, server, read) -> {
                client.send("many 200");
                read.addAll(client.lines(200));
                client.halfClose();
                client.expectEnd();
            },
            (client, server, read) -> {
                client.send("before the reset");
                read.add(client.line());
                long before = server.stats().bytesIn();
                client.sendBytes(utf8("half a line"));
                Await.until("the half is read", () -> server.stats().bytesIn() == before + 11);
                client.reset();
            },
            (client, server, read) -> {
                client.send("abort");
                client.awaitGone();
            },
            (client, server, read) -> {
                client.send("last");
                read.add(client.line());
                server.close();
                read.addAll(client.linesToEnd());
            });

    /** Does what messages say. */
    private static final class Obedient implements MessageHandler {
        @Override
        public void onOpen(ClientSession session) {
            session.send("welcome to " + session.protocol());
        }

        @Override
        public void onMessage(ClientSession session, Message message) throws IOException {
            String[] words = message.text().split(" ", 2);
            switch (words[0]) {
                case "join" -> session.join(words[1]);
                case "publish" -> session.server().group("room").send(words[1]);
                case "close" -> session.close(CloseReason.of(CloseReason.Code.POLICY, "as you wish"));
                case "abort" -> session.abort(CloseReason.of(CloseReason.Code.POLICY, "as you wish"));
                case "throw" -> throw new IOException("planted");
                case "many" -> {
                    for (int i = 0; i < Integer.parseInt(words[1]); i++) {
                        session.send("answer " + i);
                    }
                }
                default -> session.send(message);
            }
        }
    }

    /** Everything that can be seen from outside. */
    private record Seen(List<List<String>> calls, List<List<String>> read, ServerStats stats) {}

    private static byte[] utf8(String text) {
        return text.getBytes(StandardCharsets.UTF_8);
    }

    private static Seen play(String transport, Dispatch dispatch) throws Exception {
        List<List<String>> calls = new ArrayList<>();
        List<List<String>> read = new ArrayList<>();
        RecordingHandler handler = new RecordingHandler(new Obedient());
        ImServer seen;
        try (ImServer server = ImServer.builder()
                .host("127.0.0.1")
                .port(0)
                .protocols("line")
                .transport(transport)
                .loops(2)
                .dispatch(dispatch)
                .discoverPlugins(false)
                .limits(LIMITS)
                .handler(handler)
                .start()) {
            for (Part part : PARTS) {
                List<String> lines = new ArrayList<>();
                try (LineClient client = new LineClient(Play.wiring(transport).connect(server.address(), 0))) {
                    ClientSession session = handler.awaitOpen();
                    lines.add(client.line());
                    part.play(client, server, lines);
                    handler.awaitClose(session);
                    calls.add(handler.transcript(session));
                }
                read.add(lines);
            }
            seen = server;
        }
        handler.verifyAllClosed();
        return new Seen(calls, read, withoutWrites(seen.stats()));
    }

    /** How often is written depends on when handlers run. */
    private static ServerStats withoutWrites(ServerStats s) {
        return new ServerStats(
                s.openSessions(),
                s.accepted(),
                s.refused(),
                s.messagesIn(),
                s.messagesOut(),
                s.bytesIn(),
                s.bytesOut(),
                0,
                s.overflowed(),
                s.discardedIn(),
                s.discardedOut(),
                s.errors(),
                s.heldBytes(),
                Duration.ZERO,
                s.closes());
    }

    @Test
    @Tag("J6")
    void shouldServeTheSamePeersTheSameWayOnTheLoop() throws Exception {
        expectTheSame(Dispatch.ON_LOOP);
    }

    @Test
    @Tag("J6")
    void shouldServeTheSamePeersTheSameWayOnVirtualThreads() throws Exception {
        expectTheSame(Dispatch.VIRTUAL_THREADS);
    }

    private static void expectTheSame(Dispatch dispatch) throws Exception {
        Seen byNio = play("nio", dispatch);
        for (String transport : List.of("epoll", "virtual")) {
            assertEquals(byNio, play(transport, dispatch), transport);
        }
    }
}
