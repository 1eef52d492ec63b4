package io.hongyan.im.examples;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.hongyan.im.test.client.LineClient;
import io.hongyan.im.test.evidence.Await;
import org.junit.jupiter.api.Test;

class ChatRoomsTest extends ChatCase {
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
}
