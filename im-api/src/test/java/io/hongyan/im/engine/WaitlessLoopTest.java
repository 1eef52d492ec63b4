package io.hongyan.im.engine;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.hongyan.im.ClientSession;
import io.hongyan.im.Group;
import io.hongyan.im.Message;
import io.hongyan.im.protocol.LineProtocol;
import io.hongyan.im.spi.Encoder;
import io.hongyan.im.spi.Protocol;
import io.hongyan.im.spi.Wire;
import java.lang.reflect.Proxy;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** No loop waits for a thread of the host, wherever that one stands still (E3). */
class WaitlessLoopTest {
    private final CountDownLatch stands = new CountDownLatch(1);
    private final CountDownLatch mayGo = new CountDownLatch(1);
    private final Recording handler = new Recording().whenMessage(ClientSession::send);

    @AfterEach
    void letGo() {
        mayGo.countDown();
    }

    private static CompletableFuture<Void> onAThread(Runnable action) {
        return CompletableFuture.runAsync(action, task -> {
            Thread thread = new Thread(task, "of the host");
            thread.setDaemon(true);
            thread.start();
        });
    }

    /** The first to come here stands still until it may go. */
    private void standStill() {
        if (stands.getCount() > 0) {
            stands.countDown();
            await(mayGo);
        }
    }

    private static void await(CountDownLatch latch) {
        try {
            assertTrue(latch.await(20, TimeUnit.SECONDS));
        } catch (InterruptedException e) {
            throw new AssertionError(e);
        }
    }

    /** Some iterations of the first loop, which must come to their end. */
    private static void requireTurns(ScriptedServer server) throws Exception {
        CompletableFuture<Void> turns = onAThread(() -> {
            for (int i = 0; i < 4; i++) {
                server.turn(0);
            }
        });
        try {
            turns.get(5, TimeUnit.SECONDS);
        } catch (TimeoutException e) {
            throw new AssertionError("the loop waits for a thread of the host", e);
        }
    }

    /** A publisher that has offered to the first loop and stands still in its offer to the second one. */
    private CompletableFuture<Void> publisherThatStandsStill(ScriptedServer server, Group group) {
        server.mailbox(1).beforeOffer(this::standStill);
        CompletableFuture<Void> publisher = onAThread(() -> group.send("message"));
        await(stands);
        return publisher;
    }

    private void finish(ScriptedServer server, CompletableFuture<Void> standing) throws Exception {
        mayGo.countDown();
        standing.get(20, TimeUnit.SECONDS);
        server.settle();
        server.endAll();
        assertEquals(List.of(), handler.violationsAtTheEnd());
    }

    @Test
    void shouldServeOthersWhenAPublisherStandsStill() throws Exception {
        ScriptedServer server = ScriptedServer.Setup.onLoop().loops(2).start(handler);
        List<ScriptedConnection> members = List.of(server.connect(), server.connect());
        members.forEach(c -> server.session(c).join("room"));
        ScriptedConnection other = server.connect();
        CompletableFuture<Void> publisher =
                publisherThatStandsStill(server, server.server().group("room"));

        other.sends("hello\n");
        requireTurns(server);

        assertEquals("hello\n", other.takenText());
        finish(server, publisher);
        members.forEach(c -> assertEquals("message\n", c.takenText()));
    }

    @Test
    void shouldOpenSessionsWhenAPublisherToAllStandsStill() throws Exception {
        ScriptedServer server = ScriptedServer.Setup.onLoop().loops(2).start(handler);
        server.connect();
        server.connect();
        CompletableFuture<Void> publisher =
                publisherThatStandsStill(server, server.server().all());

        ScriptedConnection comer = server.offer().sends("hello\n");
        requireTurns(server);

        assertTrue(comer.takenText().startsWith("hello\n"), comer::takenText);
        finish(server, publisher);
    }

    @Test
    void shouldCloseSessionsWhenAPublisherToTheirGroupStandsStill() throws Exception {
        ScriptedServer server = ScriptedServer.Setup.onLoop().loops(2).start(handler);
        List<ScriptedConnection> members = List.of(server.connect(), server.connect());
        members.forEach(c -> server.session(c).join("room"));
        CompletableFuture<Void> publisher =
                publisherThatStandsStill(server, server.server().group("room"));

        members.get(0).endsOutput();
        requireTurns(server);

        assertTrue(members.get(0).outputEnded());
        finish(server, publisher);
    }

    /** Where two need the encoding of one message, the loop does not wait for the other to have made it. */
    @Test
    void shouldDeliverToAGroupWhenASenderStandsStillInTheEncoding() throws Exception {
        ScriptedServer server =
                ScriptedServer.Setup.onLoop().protocols(standingStill()).start(handler);
        ScriptedConnection connection = server.connect();
        ClientSession session = server.session(connection);
        ScriptedConnection other = server.connect();
        Message message = Message.text("message");
        CompletableFuture<Void> sender = onAThread(() -> session.send(message));
        await(stands);

        server.server().all().send(message, session);
        requireTurns(server);

        assertEquals("message\n", other.takenText());
        finish(server, sender);
    }

    /** Lines, whose encoder stands still at its first message. */
    private Protocol standingStill() {
        Protocol line = new LineProtocol();
        Encoder encoder = (Encoder) Proxy.newProxyInstance(
                Encoder.class.getClassLoader(), new Class<?>[] {Encoder.class}, (proxy, method, arguments) -> {
                    if (method.getReturnType() == Wire.class && method.getName().equals("encode")) {
                        standStill();
                    }
                    return method.invoke(line.encoder(), arguments);
                });
        return (Protocol) Proxy.newProxyInstance(
                Protocol.class.getClassLoader(),
                new Class<?>[] {Protocol.class},
                (proxy, method, arguments) ->
                        method.getName().equals("encoder") ? encoder : method.invoke(line, arguments));
    }
}
