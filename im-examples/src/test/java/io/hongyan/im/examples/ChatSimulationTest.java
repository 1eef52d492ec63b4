package io.hongyan.im.examples;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.hongyan.im.CloseReason.Code;
import io.hongyan.im.Message;
import io.hongyan.im.test.virtual.Faults;
import io.hongyan.im.test.virtual.VirtualClient;
import io.hongyan.im.test.virtual.VirtualServer;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Consumer;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

/** The chat on a simulated network: what people see of each other, whatever comes first. */
class ChatSimulationTest {
    private static final int SEEDS = 60;

    @RegisterExtension
    final VirtualServer im = VirtualServer.of(new ChatHandler());

    @Test
    void shouldTellTheRoomWhoLeavesWhenAConnectionBreaks() {
        VirtualClient ann = enter(im, "ann");
        VirtualClient bob = enter(im, "bob");
        ann.expectMessages("* guest2 joined lobby", "* guest2 is now bob");

        bob.reset();

        ann.expectMessage("* bob left lobby").expectNothing();
        bob.send("nobody hears this");
        ann.expectNothing();
    }

    @Test
    void shouldSayGoodbyeAndClose() {
        VirtualClient ann = enter(im, "ann");

        ann.send("/quit").expectMessage("* Goodbye, ann").expectClosed(Code.NORMAL);
    }

    @Test
    void shouldGiveANameToOneOfTwoWhoAskAtOnce() {
        underManySeeds(server -> {
            VirtualClient ann = server.connect();
            VirtualClient bob = server.connect();

            server.together(() -> {
                ann.send("/nick fox");
                bob.send("/nick fox");
            });

            List<String> heard = new ArrayList<>(heard(ann));
            heard.addAll(heard(bob));
            assertEquals(
                    2,
                    heard.stream().filter(line -> line.endsWith(" is now fox")).count(),
                    heard::toString);
            assertEquals(
                    1,
                    heard.stream()
                            .filter(line -> line.contains("the name fox is taken"))
                            .count(),
                    heard::toString);
        });
    }

    @Test
    void shouldShowAllPeopleInARoomTheSameOrder() {
        underManySeeds(server -> {
            List<VirtualClient> people = List.of(server.connect(), server.connect(), server.connect());

            server.together(() -> {
                for (int i = 0; i < 5; i++) {
                    for (VirtualClient person : people) {
                        person.send(person + " says " + i);
                    }
                }
            });

            List<String> first = said(people.get(0));
            assertEquals(15, first.size());
            assertEquals(first, said(people.get(1)));
            assertEquals(first, said(people.get(2)));
        });
    }

    @Test
    void shouldForgetNobodyWhoStaysWhenOthersComeAndGo() {
        underManySeeds(server -> {
            VirtualClient ann = server.connect();
            VirtualClient bob = server.connect();
            VirtualClient eve = server.connect();

            server.together(() -> {
                bob.send("/join den").reset();
                ann.send("/join den");
                eve.send("/join den").send("/leave den").send("/quit");
            });
            heard(ann);
            ann.send("/who den");

            assertEquals(List.of("* in den: guest1"), heard(ann));
            assertEquals(1, server.server().sessions().size());
        });
    }

    private static void underManySeeds(Consumer<VirtualServer> scenario) {
        for (long seed = 1; seed <= SEEDS; seed++) {
            try (VirtualServer server =
                    VirtualServer.of(new ChatHandler()).seed(seed).faults(Faults.harmless())) {
                scenario.accept(server);
                assertEquals(0, server.server().stats().errors(), "no callback may throw");
            } catch (AssertionError e) {
                throw new AssertionError("seed " + seed + ": " + e.getMessage(), e);
            }
        }
    }

    private static VirtualClient enter(VirtualServer server, String nick) {
        VirtualClient client = server.connect();
        String welcome = client.nextMessage().text();
        assertTrue(welcome.startsWith("* Welcome"), welcome);
        client.nextMessage();
        client.send("/nick " + nick).nextMessage();
        return client;
    }

    private static List<String> said(VirtualClient client) {
        return heard(client).stream().filter(line -> line.startsWith("[")).toList();
    }

    /** All that it has received by now. */
    private static List<String> heard(VirtualClient client) {
        List<String> heard = new ArrayList<>();
        for (Message message : client.received()) {
            heard.add(message.text());
            client.nextMessage();
        }
        return heard;
    }
}
