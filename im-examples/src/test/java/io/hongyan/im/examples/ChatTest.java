package io.hongyan.im.examples;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.hongyan.im.ImServer;
import io.hongyan.im.test.Await;
import io.hongyan.im.test.FrameClient;
import io.hongyan.im.test.LineClient;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

class ChatTest extends LineChat {
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

    @Test
    void shouldSendWhatIsSaidToTheRoomJoinedLast() throws Exception {
        LineClient alice = enter("alice");
        LineClient bob = enter("bob", alice);

        alice.send("/join Java");
        alice.expectLine("* alice joined java");
        alice.send("for myself");
        alice.expectLine("[java] alice: for myself");
        bob.send("/join JAVA");
        expect("* bob joined java", alice, bob);
        bob.send("both");
        expect("[java] bob: both", alice, bob);
        bob.send("/join lobby");
        bob.expectLine("* you talk in lobby now");
        bob.send("all");
        expect("[lobby] bob: all", alice, bob);
    }

    @Test
    void shouldNotHearARoomOnceItWasLeft() throws Exception {
        LineClient alice = enter("alice");
        LineClient bob = enter("bob", alice);

        bob.send("/leave");
        expect("* bob left lobby", alice, bob);
        alice.send("bob is away");
        alice.expectLine("[lobby] alice: bob is away");
        bob.send("hello?");
        bob.expectLine("* you are in no room; join one: /join ROOM");
        bob.send("/leave lobby");
        bob.expectLine("* you are in no room; join one: /join ROOM");
        bob.send("/join lobby");
        expect("* bob joined lobby", alice, bob);
    }

    @Test
    void shouldTalkInTheRoomBeforeWhenOneWasLeft() throws Exception {
        LineClient alice = enter("alice");

        alice.send("/join one");
        alice.send("/join two");
        alice.send("/leave");
        alice.send("where am I");
        alice.send("/leave lobby");
        alice.send("/leave moon");

        alice.expectLine("* alice joined one");
        alice.expectLine("* alice joined two");
        alice.expectLine("* alice left two");
        alice.expectLine("[one] alice: where am I");
        alice.expectLine("* alice left lobby");
        alice.expectLine("* you are not in moon, but in: one");
    }

    @Test
    void shouldShowWhoIsInARoom() throws Exception {
        LineClient bob = enter("bob");
        LineClient alice = enter("Alice", bob);
        alice.send("/join java");
        alice.expectLine("* Alice joined java");

        bob.send("/who");
        bob.expectLine("* in lobby: Alice, bob");
        bob.send("/who java");
        bob.expectLine("* in java: Alice");
        bob.send("/who moon");
        bob.expectLine("* nobody is in moon; /rooms shows where people are");
        alice.send("/who");
        alice.expectLine("* in java: Alice");
    }

    @Test
    void shouldNameAHundredMembersAtMost() throws Exception {
        for (int i = 1; i <= 103; i++) {
            connect();
        }
        Await.until("all are in", () -> server.group("lobby#line").size() == 103);

        LineClient first = clients.get(0);
        first.send("/who");
        String line = first.line();
        while (!line.startsWith("* in lobby: guest1, ")) {
            line = first.line();
        }

        assertEquals(101, line.split(", ", -1).length);
        assertTrue(line.endsWith(", and 3 more"), line);
    }

    @Test
    void shouldNameAHundredRoomsAtMost() throws Exception {
        for (int i = 1; i <= 12; i++) {
            LineClient client = connect();
            for (int room = 1; room < 10; room++) {
                client.send("/join room-" + i + "-" + room);
            }
            client.linesBefore("* guest" + i + " joined room-" + i + "-9");
        }

        LineClient first = clients.get(0);
        first.send("/rooms");
        String line = first.line();
        while (!line.startsWith("* rooms: lobby (12), room-1-1 (1), ")) {
            line = first.line();
        }

        assertEquals(101, line.split(", ", -1).length);
        assertTrue(line.endsWith(" (1), and 9 more"), line);
    }

    @Test
    void shouldShowTheRoomsThereAre() throws Exception {
        LineClient alice = enter("alice");
        LineClient bob = enter("bob", alice);
        alice.send("/join java");
        alice.expectLine("* alice joined java");

        bob.send("/rooms");
        bob.expectLine("* rooms: java (1), lobby (2)");
        alice.send("/leave");
        alice.expectLine("* alice left java");
        bob.send("/rooms");
        bob.expectLine("* rooms: lobby (2)");
    }

    @Test
    void shouldBoundTheRoomsOfOneUser() throws Exception {
        LineClient alice = enter("alice");
        for (int i = 2; i <= 10; i++) {
            alice.send("/join room" + i);
            alice.expectLine("* alice joined room" + i);
        }

        alice.send("/join room11");
        alice.expectLine("* nobody can be in more than 10 rooms; leave one first: /leave ROOM");
        alice.send("/join room2");
        alice.expectLine("* you talk in room2 now");
        alice.send("/leave room3");
        alice.expectLine("* alice left room3");
        alice.send("/join room11");
        alice.expectLine("* alice joined room11");
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

    private static List<String> said(LineClient client, int count) throws IOException {
        List<String> said = new ArrayList<>(count);
        while (said.size() < count) {
            String line = client.line();
            if (line.startsWith("[")) {
                said.add(line);
            }
        }
        return said;
    }

    private static byte[] utf8(String text) {
        return text.getBytes(StandardCharsets.UTF_8);
    }
}
