package io.hongyan.im.recorder;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.hongyan.im.AttributeKey;
import io.hongyan.im.ClientSession;
import io.hongyan.im.CloseReason;
import io.hongyan.im.ImServer;
import io.hongyan.im.Message;
import io.hongyan.im.MessageHandler;
import io.hongyan.im.Protocols;
import io.hongyan.im.test.client.LineClient;
import io.hongyan.im.test.evidence.Await;
import io.hongyan.im.test.virtual.ClientCodec;
import io.hongyan.im.test.virtual.Replay;
import io.hongyan.im.test.virtual.Replayed;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What real clients did to a real server is done again to a simulated one. */
class ReplayTest {
    /** What the clients of {@link #talk} were told. */
    private static final List<String> TRANSCRIPT = List.of(
            "connection 1 (line)",
            "  text welcome, who are you?",
            "  text ann is here",
            "  text ann: nobody here yet\\\\",
            "  text bob is here",
            "  text bob: hello ann",
            "  text ann: hello bob",
            "  text bob has left",
            "  end",
            "connection 2 (line)",
            "  text welcome, who are you?",
            "  text bob is here",
            "  text bob: hello ann",
            "  text ann: hello bob",
            "  notice closing POLICY bye",
            "  end");

    @TempDir
    private Path directory;

    /** The first thing a client says is its name. */
    private static class Chat implements MessageHandler {
        private static final AttributeKey<String> NAME = new AttributeKey<>("chat.name", String.class);

        @Override
        public void onOpen(ClientSession session) {
            session.send("welcome, who are you?");
        }

        @Override
        public void onMessage(ClientSession session, Message message) {
            String name = session.attribute(NAME).orElse("");
            if (name.isEmpty()) {
                session.attribute(NAME, message.text());
                session.join("chat");
                tell(session, message.text() + " is here");
            } else if (message.text().equals("/quit")) {
                session.close(CloseReason.of(CloseReason.Code.POLICY, "bye"));
            } else {
                tell(session, say(name, message.text()));
            }
        }

        String say(String name, String text) {
            return name + ": " + text;
        }

        @Override
        public void onClose(ClientSession session, CloseReason reason) {
            session.attribute(NAME).ifPresent(name -> tell(session, name + " has left"));
        }

        private static void tell(ClientSession session, String what) {
            session.server().group("chat").send(what);
        }
    }

    /** Two people and a real server, on which the recorder listens. */
    private void talk() throws Exception {
        Recorder recorder = Recorder.around(Protocols.line(), directory);
        try (recorder;
                ImServer server = ImServer.builder()
                        .host("127.0.0.1")
                        .port(0)
                        .transport("nio")
                        .protocol(recorder)
                        .protocols("line")
                        .plugin(recorder.ends())
                        .handler(new Chat())
                        .start();
                LineClient ann = new LineClient(server.address());
                LineClient bob = new LineClient(server.address())) {
            ann.expectLine("welcome, who are you?");
            ann.send("ann");
            ann.expectLine("ann is here");
            ann.send("nobody here yet\\");
            ann.expectLine("ann: nobody here yet\\");
            bob.expectLine("welcome, who are you?");
            bob.send("bob");
            bob.expectLine("bob is here");
            ann.expectLine("bob is here");
            bob.send("hello ann");
            ann.expectLine("bob: hello ann");
            ann.send("hello bob");
            ann.expectLine("ann: hello bob");
            assertEquals(List.of("bob: hello ann", "ann: hello bob"), bob.lines(2));
            bob.send("/quit");
            bob.expectLine("!closing POLICY bye");
            bob.expectEnd();
            ann.expectLine("bob has left");
            ann.halfClose();
            ann.expectEnd();
            Await.until("both are gone", () -> server.stats().openSessions() == 0);
        }
    }

    @Test
    void shouldAnswerInTheReplayAsItDidThen() throws Exception {
        talk();

        Replayed replayed = Replay.of(directory).decodedBy(ClientCodec::line).against(new Chat());

        assertEquals(String.join("\n", TRANSCRIPT), replayed.toString());
    }

    @Test
    void shouldShowWhatHasChangedWhenTheHandlerHas() throws Exception {
        talk();
        Path saved = directory.resolve("chat.transcript");
        Replay.of(directory).decodedBy(ClientCodec::line).against(new Chat()).save(saved);

        Replayed changed = Replay.of(directory).decodedBy(ClientCodec::line).against(new Chat() {
            @Override
            String say(String name, String text) {
                return name + " says: " + text;
            }
        });

        AssertionError difference = assertThrows(AssertionError.class, () -> changed.expectSameAs(saved));
        assertTrue(difference.getMessage().contains("""
                --- chat.transcript
                +++ now
                @@ -1,16 +1,16 @@
                 connection 1 (line)
                   text welcome, who are you?
                   text ann is here
                -  text ann: nobody here yet\\\\
                +  text ann says: nobody here yet\\\\
                   text bob is here
                """), difference.getMessage());
    }

    @Test
    void shouldShowBytesWhenNobodyDecodesThem() throws Exception {
        talk();

        Replayed replayed = Replay.of(directory).against(new Chat());

        assertEquals(
                "  bytes 77656c636f6d652c2077686f2061726520796f753f0a616e6e20697320686572 welcome, who are you?.ann is her",
                replayed.lines().get(1));
    }
}
