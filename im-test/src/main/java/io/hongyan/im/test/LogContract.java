package io.hongyan.im.test;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.hongyan.im.ClientSession;
import io.hongyan.im.CloseReason;
import io.hongyan.im.CloseReason.Code;
import io.hongyan.im.Dispatch;
import io.hongyan.im.ImServer;
import io.hongyan.im.Limits;
import io.hongyan.im.Message;
import io.hongyan.im.MessageHandler;
import io.hongyan.im.Overflow;
import io.hongyan.im.spi.HandlerPlugin;
import io.hongyan.im.test.client.LineClient;
import io.hongyan.im.test.client.Wiring;
import io.hongyan.im.test.evidence.LogCapture;
import io.hongyan.im.test.evidence.RecordingHandler;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.Optional;
import org.junit.jupiter.api.Tag;

/** What must not stand in a log. */
abstract class LogContract extends ServerTest {
    private static final String CANARY = "canary-4711";
    private static final String FORGED = "\r\n\u001B[31m2026-01-01 ERROR forged\n";

    LogContract(String transport, Wiring wiring) {
        super(transport, wiring);
    }

    /** Fails in the worst ways: with what the peer sent in the message of what it throws. */
    private static final class Indiscreet implements MessageHandler {
        @Override
        public void onMessage(ClientSession session, Message message) throws Exception {
            switch (Optional.of(message.text())
                    .filter(t -> t.startsWith("throw"))
                    .map(t -> t.substring(0, 7))
                    .orElse("")) {
                case "throw 1" -> throw new IllegalStateException("cannot parse " + message.text() + FORGED);
                case "throw 2" -> throw new IOException(new IllegalArgumentException(message.text()));
                case "throw 3" -> throw new AssertionError(message.text(), new Error(message.text()));
                default -> session.send(message);
            }
        }

        @Override
        public void onError(ClientSession session, Throwable cause) {
            throw new IllegalStateException("while handling", cause);
        }

        @Override
        public void onClose(ClientSession session, CloseReason reason) {
            throw new IllegalStateException(CANARY);
        }
    }

    @EachDispatch
    @Tag("G1")
    @Tag("G2")
    void shouldNotLogWhatPeersSend(Dispatch dispatch) throws Exception {
        try (LogCapture log = LogCapture.begin()) {
            ImServer server = start(server(dispatch, new Indiscreet())
                    .plugin(new HandlerPlugin() {
                        @Override
                        public MessageHandler wrap(MessageHandler next) {
                            return next;
                        }
                    })
                    .limits(Limits.defaults().withMaxMessageBytes(200)));
            LineClient good = client(server);
            good.echo(CANARY + "\u001B[0m");

            sendAndGo(server, "throw 1 " + CANARY + "\u001B\n");
            sendAndGo(server, "throw 2 " + CANARY + "\n");
            sendAndGo(server, "throw 3 " + CANARY + "\n");
            sendAndGo(server, CANARY + "\u001B" + "x".repeat(300));
            sendAndGo(server, CANARY + "\r\u001B", 0xFF);
            sendAndGo(server, CANARY, 0xE2, '\n');
            client(server).sendBytes(CANARY.getBytes(StandardCharsets.UTF_8));
            server.close();

            assertFalse(log.messages().isEmpty(), "nothing was logged at all: is the log captured?");
            assertFalse(log.text().contains(CANARY), log.text());
            expectPlainLines(log);
        }
    }

    private void sendAndGo(ImServer server, String text, int... more) throws IOException {
        LineClient bad = client(server);
        bad.sendBytes(text.getBytes(StandardCharsets.UTF_8));
        for (int b : more) {
            bad.sendBytes(new byte[] {(byte) b});
        }
        for (String line : bad.linesToEnd()) {
            assertFalse(line.contains(CANARY), "the peer was told: " + line);
        }
    }

    private static void expectPlainLines(LogCapture log) {
        for (String message : log.messages()) {
            assertTrue(
                    message.chars().noneMatch(c -> c < ' ' && c != '\t'),
                    () -> "a control character in <" + message.replaceAll("\\p{Cntrl}", "?") + ">");
        }
    }

    /** A host's reason may quote a peer: in the log and on the wire it must not become a line of its own. */
    @EachDispatch
    @Tag("G2")
    void shouldNotLetAReasonForgeLines(Dispatch dispatch) throws Exception {
        try (LogCapture log = LogCapture.begin()) {
            RecordingHandler handler = recording(IGNORE);
            ImServer server = start(dispatch, handler);
            Member member = members(server, handler, 1).get(0);

            member.session().close(CloseReason.of(Code.POLICY, "bad name" + FORGED));

            String line = member.client().line();
            assertTrue(line.startsWith("!closing POLICY bad name"), line);
            assertTrue(line.chars().noneMatch(c -> c < ' '), "a control character reached the peer");
            member.client().expectEnd();
            server.close();
            expectPlainLines(log);
        }
    }

    /** The log is for hosts: each end of a session that is not as it should be says why, with the evidence. */
    @EachDispatch
    @Tag("G5")
    void shouldLogWhyASessionEnded(Dispatch dispatch) throws Exception {
        try (LogCapture log = LogCapture.begin()) {
            RecordingHandler handler = recording((session, message) -> {
                Message kilobyte = Message.text("x".repeat(1024));
                while (session.isOpen()) {
                    session.send(kilobyte);
                }
            });
            ImServer server =
                    start(server(dispatch, handler).limits(Limits.defaults().withOutbound(4096, 100, Overflow.CLOSE)));
            Member member = members(server, handler, 1).get(0);

            member.client().send("go");
            handler.awaitClose(member.session());
            server.close();

            long lines = log.messages().stream()
                    .filter(m -> m.contains("SLOW_CONSUMER") && m.contains("4096"))
                    .count();
            assertEquals(1, lines, () -> "lines about the slow consumer in " + log.messages());
        }
    }
}
