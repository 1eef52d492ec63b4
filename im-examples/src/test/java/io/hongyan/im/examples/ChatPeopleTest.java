package io.hongyan.im.examples;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.hongyan.im.test.Await;
import io.hongyan.im.test.LineClient;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Names, who comes and goes, and what is for one person alone. */
class ChatPeopleTest extends LineChat {
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
}
