package io.hongyan.im.examples;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.hongyan.im.ImServer;
import io.hongyan.im.test.client.LineClient;
import io.hongyan.im.test.evidence.Await;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** The chat as the page hears it, beside people at terminals. */
class JsonChatTest {
    private ImServer server;

    @BeforeEach
    void start() throws IOException {
        server = Loopback.serve(new ChatHandler(), "auto");
    }

    @AfterEach
    void stop() {
        server.close();
        assertEquals(0, server.stats().errors(), "no callback may throw");
    }

    @Test
    void shouldTellEachClientInItsOwnWords() throws Exception {
        try (SocketClient page = new SocketClient(server.address())) {
            assertEquals("{\"type\":\"welcome\",\"nick\":\"guest1\"}", page.event());
            assertEquals("{\"type\":\"joined\",\"nick\":\"guest1\",\"room\":\"lobby\"}", page.event());
            try (LineClient nc = new LineClient(server.address())) {
                nc.send("hello \"page\"");
                nc.linesBefore("[lobby] guest2: hello \"page\"");
                page.eventsBefore(
                        "{\"type\":\"said\",\"room\":\"lobby\",\"nick\":\"guest2\",\"text\":\"hello \\\"page\\\"\"}");

                page.send("{\"type\":\"nick\",\"name\":\"alice\"}");
                nc.expectLine("* guest1 is now alice");
                assertEquals("{\"type\":\"renamed\",\"from\":\"guest1\",\"to\":\"alice\"}", page.event());
                page.send("{\"type\":\"say\",\"room\":\"lobby\",\"text\":\"hi\\nthere \\ud83e\\udebf\"}");
                nc.expectLine("[lobby] alice: hi\uFFFDthere 🪿");
                assertEquals(
                        "{\"type\":\"said\",\"room\":\"lobby\",\"nick\":\"alice\",\"text\":\"hi\\nthere 🪿\"}",
                        page.event());
                nc.send("/msg alice psst");
                nc.expectLine("[guest2 -> alice] psst");
                assertEquals(
                        "{\"type\":\"direct\",\"from\":\"guest2\",\"to\":\"alice\",\"text\":\"psst\"}", page.event());
                page.send("{\"type\":\"direct\",\"to\":\"guest2\",\"text\":\"yes?\"}");
                nc.expectLine("[alice -> guest2] yes?");
                assertEquals(
                        "{\"type\":\"direct\",\"from\":\"alice\",\"to\":\"guest2\",\"text\":\"yes?\"}", page.event());
            }
            assertEquals("{\"type\":\"left\",\"nick\":\"guest2\",\"room\":\"lobby\"}", page.event());
        }
    }

    @Test
    void shouldCountThePeopleOfARoomWhateverTheySpeak() throws Exception {
        try (SocketClient page = new SocketClient(server.address());
                LineClient nc = new LineClient(server.address())) {
            nc.send("/who");
            nc.linesBefore("* in lobby: guest1, guest2");
            page.eventsBefore("{\"type\":\"joined\",\"nick\":\"guest2\",\"room\":\"lobby\"}");

            page.send("{\"type\":\"who\",\"room\":\"lobby\"}");
            assertEquals(
                    "{\"type\":\"members\",\"room\":\"lobby\",\"nicks\":[\"guest1\",\"guest2\"],\"more\":0}",
                    page.event());
            page.send("{\"type\":\"rooms\"}");
            assertEquals("{\"type\":\"rooms\",\"rooms\":[{\"room\":\"lobby\",\"size\":2}],\"more\":0}", page.event());
            page.send("{\"type\":\"leave\",\"room\":\"lobby\"}");
            nc.expectLine("* guest1 left lobby");
            assertEquals("{\"type\":\"left\",\"nick\":\"guest1\",\"room\":\"lobby\"}", page.event());
            nc.send("/rooms");
            nc.expectLine("* rooms: lobby (1)");
        }
    }

    @Test
    void shouldSayWhatIsRefusedAndWhy() throws Exception {
        try (SocketClient page = new SocketClient(server.address())) {
            page.eventsBefore("{\"type\":\"joined\",\"nick\":\"guest1\",\"room\":\"lobby\"}");

            page.send("{\"type\":\"nick\",\"name\":\"two words\"}");
            assertTrue(page.event()
                    .startsWith("{\"type\":\"refused\",\"command\":\"nick\",\"text\":\"a name has 1 to 20"));
            page.send("{\"type\":\"say\",\"room\":\"moon\",\"text\":\"hello\"}");
            assertEquals(
                    "{\"type\":\"refused\",\"command\":\"say\",\"text\":\"you are not in moon, but in: lobby\"}",
                    page.event());
            page.send("/who");
            assertTrue(
                    page.event().startsWith("{\"type\":\"refused\",\"command\":\"\",\"text\":\"a command is one JSON"));
            page.send("{\"type\":\"quit\"}");
            assertEquals("{\"type\":\"notice\",\"text\":\"Goodbye, guest1\"}", page.event());
            assertEquals(1000, page.closeStatus());
        }
    }

    @Test
    void shouldShowEveryoneTheSameOrderWhateverTheySpeak() throws Exception {
        int messages = 300;
        try (SocketClient page1 = new SocketClient(server.address());
                SocketClient page2 = new SocketClient(server.address());
                LineClient nc1 = new LineClient(server.address());
                LineClient nc2 = new LineClient(server.address())) {
            nc1.send("/who");
            nc2.send("/who");
            Await.until(
                    "all are in",
                    () -> server.group("lobby#line").size() == 2
                            && server.group("lobby#json").size() == 2);
            List<Thread> talkers = List.of(
                    talker(
                            i -> page1.send("{\"type\":\"say\",\"room\":\"lobby\",\"text\":\"p1-" + i + "\"}"),
                            messages),
                    talker(
                            i -> page2.send("{\"type\":\"say\",\"room\":\"lobby\",\"text\":\"p2-" + i + "\"}"),
                            messages),
                    talker(i -> nc1.send("n1-" + i), messages),
                    talker(i -> nc2.send("n2-" + i), messages));

            List<String> order = said(nc1::line, 4 * messages);
            assertEquals(order, said(page1::message, 4 * messages));
            assertEquals(order, said(nc2::line, 4 * messages));
            assertEquals(order, said(page2::message, 4 * messages));
            for (Thread talker : talkers) {
                talker.join();
            }
        }
    }

    private interface Talk {
        void say(int number) throws IOException;
    }

    private interface Hearing {
        String next() throws IOException, InterruptedException;
    }

    private static Thread talker(Talk talk, int messages) {
        return Thread.ofVirtual().start(() -> {
            try {
                for (int i = 1; i <= messages; i++) {
                    talk.say(i);
                }
            } catch (IOException e) {
                throw new AssertionError(e);
            }
        });
    }

    private static List<String> said(Hearing hearing, int count) throws Exception {
        Pattern text = Pattern.compile("[pn][12]-\\d+");
        List<String> said = new ArrayList<>();
        while (said.size() < count) {
            Matcher matcher = text.matcher(hearing.next());
            if (matcher.find()) {
                said.add(matcher.group());
            }
        }
        return said;
    }
}
