package io.hongyan.im.examples;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.hongyan.im.ImServer;
import io.hongyan.im.test.client.FrameClient;
import io.hongyan.im.test.client.LineClient;
import io.hongyan.im.test.evidence.Await;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class ChatTest extends ChatCase {
    private static final String NAME_RULE = "a name has 1 to 20 letters, digits, _ or -, and no spaces";

    @Test
    void shouldWelcomeAGuestAndPutHimInTheLobby() throws Exception {
        LineClient client = connect();

        client.expectLine("* Welcome to Hongyan, guest1. Take a name with /nick NAME; /help shows the rest.");
        client.expectLine("* guest1 joined lobby");
    }

    @Test
    void shouldLetTwoUsersTalk() throws Exception {
        LineClient alice = enter("alice");
        LineClient bob = enter("bob", alice);

        alice.send("hello bob");
        expect("[lobby] alice: hello bob", alice, bob);
        bob.send("hi alice, 鸿雁 🪿");
        expect("[lobby] bob: hi alice, 鸿雁 🪿", alice, bob);
    }

    @Test
    void shouldIgnoreEmptyLines() throws Exception {
        LineClient alice = enter("alice");

        alice.send("");
        alice.send("   ");
        alice.send("\r");
        alice.send("said");

        alice.expectLine("[lobby] alice: said");
    }

    /** Windows' Notepad and PowerShell put one before what they write. */
    @Test
    void shouldNotSayAByteOrderMark() throws Exception {
        LineClient alice = enter("alice");
        LineClient bob = connect();
        expect("* guest2 joined lobby", alice);
        bob.line();
        bob.expectLine("* guest2 joined lobby");

        bob.send("\uFEFF/nick bob");
        expect("* guest2 is now bob", alice, bob);
        bob.send("\uFEFFhello\uFEFF");
        expect("[lobby] bob: hello\uFEFF", alice, bob);
    }

    @Test
    void shouldRefuseANameThatIsTakenWhateverItsCase() throws Exception {
        LineClient alice = enter("alice");
        LineClient bob = enter("bob", alice);

        bob.send("/nick ALICE");
        bob.expectLine("* the name ALICE is taken; choose another one: /nick NAME");
        bob.send("/nick ａｌｉｃｅ");
        bob.expectLine("* the name ａｌｉｃｅ is taken; choose another one: /nick NAME");
        alice.send("/nick Alice");
        expect("* alice is now Alice", alice, bob);
        alice.send("/nick carol");
        expect("* Alice is now carol", alice, bob);
        bob.send("/nick Alice");
        expect("* bob is now Alice", alice, bob);
    }

    @Test
    void shouldNotCallAGuestWhatSomeoneIsCalledAlready() throws Exception {
        LineClient alice = enter("Guest2");

        LineClient guest = connect();

        guest.linesBefore("* guest3 joined lobby");
        alice.expectLine("* guest3 joined lobby");
    }

    @Test
    void shouldGiveANameToOneOfManyWhoTakeItAtOnce() throws Exception {
        List<LineClient> all = new ArrayList<>();
        for (int i = 1; i <= 8; i++) {
            all.add(connect());
            all.get(i - 1).linesBefore("* guest" + i + " joined lobby");
        }

        for (int round = 1; round <= 20; round++) {
            String name = "star" + round;
            for (LineClient client : all) {
                client.send("/nick " + name);
            }
            int refused = 0;
            for (LineClient client : all) {
                client.send("/msg " + client.hashCode() + " x"); // its answer stands behind the one to /nick
                refused += (int)
                        client
                                .linesBefore("* nobody here is called " + client.hashCode() + "; /who shows who is")
                                .stream()
                                .filter(line -> line.startsWith("* the name " + name + " is taken"))
                                .count();
            }

            assertEquals(7, refused);
        }
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "two words",
                "a23456789012345678901",
                "bell\u0007",
                "esc\u001B[2J",
                "a/b",
                "nul\u0000",
                "[lobby]",
                "right\u202Eleft",
                "\u3164",
                "🪿"
            })
    void shouldSayTheRuleWhenANameBreaksIt(String name) throws Exception {
        LineClient alice = enter("alice");

        alice.send("/nick " + name);
        alice.expectLine("* " + NAME_RULE + ": /nick NAME");
        alice.send("/join " + name);
        alice.expectLine("* " + NAME_RULE + ": /join ROOM");
    }

    @Test
    void shouldTakeNamesOfAllScripts() throws Exception {
        LineClient client = enter("小明");

        for (String name : new String[] {"Ωmega", "אבג", "x", "under_score-4", "a2345678901234567890"}) {
            client.send("/nick " + name);
            assertTrue(client.line().endsWith(" is now " + name));
        }
    }

    @Test
    void shouldSendADirectMessageToOneUserOnly() throws Exception {
        LineClient alice = enter("alice");
        LineClient bob = enter("bob", alice);
        LineClient carol = enter("carol", alice, bob);

        alice.send("/msg BOB meet me  at 8");
        expect("[alice -> bob] meet me  at 8", alice, bob);
        alice.send("/msg alice note to self");
        alice.expectLine("[alice -> alice] note to self");
        alice.send("done");
        expect("[lobby] alice: done", alice, bob, carol);
    }

    @Test
    void shouldSayWhatIsWrongWithADirectMessage() throws Exception {
        LineClient alice = enter("alice");

        alice.send("/msg");
        alice.expectLine("* a name is missing: /msg USER TEXT");
        alice.send("/msg alice");
        alice.expectLine("* the text is missing: /msg USER TEXT");
        alice.send("/msg bob hi");
        alice.expectLine("* nobody here is called bob; /who shows who is");
        alice.send("/msg !? hi");
        alice.expectLine("* " + NAME_RULE + ": /msg USER TEXT");
    }

    @Test
    void shouldSayTheWayOutWhenACommandIsWrong() throws Exception {
        LineClient alice = enter("alice");

        alice.send("/dance");
        alice.expectLine("* there is no such command; /help shows those there are");
        alice.send("/");
        alice.expectLine("* there is no such command; /help shows those there are");
        alice.send("/nick");
        alice.expectLine("* a name is missing: /nick NAME");
        alice.send("/JOIN");
        alice.expectLine("* a name is missing: /join ROOM");
    }

    @Test
    void shouldListEveryCommand() throws Exception {
        LineClient alice = enter("alice");

        alice.send("/help");
        for (String command : new String[] {"/nick", "/join", "/leave", "/msg", "/who", "/rooms", "/quit"}) {
            String line = alice.line();
            assertTrue(line.startsWith("* " + command + " "), line);
        }
    }

    @Test
    void shouldSayWhoQuitAndFreeTheName() throws Exception {
        LineClient alice = enter("alice");
        LineClient bob = enter("bob", alice);
        alice.send("/join java");
        alice.expectLine("* alice joined java");

        alice.send("/quit");
        alice.expectLine("* Goodbye, alice");
        alice.expectEnd();
        bob.expectLine("* alice left lobby");
        Await.until("the name is free", () -> {
            try {
                bob.send("/nick alice");
                return bob.line().equals("* bob is now alice");
            } catch (IOException e) {
                throw new AssertionError(e);
            }
        });
        bob.send("/rooms");
        bob.expectLine("* rooms: lobby (1)");
    }

    @Test
    void shouldSayWhoLeftWhenAConnectionBreaks() throws Exception {
        LineClient alice = enter("alice");
        LineClient bob = enter("bob", alice);
        LineClient carol = enter("carol", alice, bob);

        alice.reset();
        expect("* alice left lobby", bob, carol);
        bob.close();
        carol.expectLine("* bob left lobby");
    }

    @Test
    void shouldNotLetATextTouchTheReadersTerminal() throws Exception {
        LineClient alice = enter("alice");
        LineClient bob = enter("bob", alice);

        alice.send("\u001B[2Jboo\u0007\ttab \u202Egnp");
        expect("[lobby] alice: \uFFFD[2Jboo\uFFFD\ttab \uFFFDgnp", alice, bob);
        alice.send("/msg bob line\u2028[lobby] carol: forged");
        expect("[alice -> bob] line\uFFFD[lobby] carol: forged", alice, bob);
    }

    @Test
    void shouldTakeBinaryMessagesForText() throws Exception {
        try (ImServer frames = Loopback.serve(new ChatHandler(), "frame");
                FrameClient client = new FrameClient(frames.address())) {
            assertTrue(client.frame().text().startsWith("* Welcome"));
            assertEquals("* guest1 joined lobby", client.frame().text());

            client.send(utf8("two\nlines"));
            assertEquals("[lobby] guest1: two\uFFFDlines", client.frame().text());
            client.send(utf8("/nick goose"));
            assertEquals("* guest1 is now goose", client.frame().text());
            client.send(new byte[] {'x', -1});
            assertEquals(
                    "* this chat is for text; a binary message must be UTF-8",
                    client.frame().text());
        }
    }

    @Test
    void shouldShowEveryoneTheSameOrder() throws Exception {
        int people = 6;
        int messages = 200;
        List<LineClient> all = new ArrayList<>();
        for (int i = 1; i <= people; i++) {
            all.add(connect());
            all.get(i - 1).linesBefore("* guest" + i + " joined lobby");
        }
        List<Thread> talkers = new ArrayList<>();
        for (LineClient client : all) {
            talkers.add(Thread.ofVirtual().start(() -> {
                try {
                    for (int i = 1; i <= messages; i++) {
                        client.send("message " + i);
                    }
                } catch (IOException e) {
                    throw new AssertionError(e);
                }
            }));
        }

        List<String> first = said(all.get(0), people * messages);
        for (LineClient client : all.subList(1, people)) {
            assertEquals(first, said(client, people * messages));
        }
        for (int i = 1; i <= people; i++) {
            String nick = "[lobby] guest" + i + ": ";
            List<String> ofOne =
                    first.stream().filter(line -> line.startsWith(nick)).toList();
            for (int m = 1; m <= messages; m++) {
                assertEquals(nick + "message " + m, ofOne.get(m - 1));
            }
        }
        for (Thread talker : talkers) {
            talker.join();
        }
    }
}
