package io.hongyan.im.test;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;
import static org.junit.jupiter.api.Assertions.assertSame;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.hongyan.im.ClientSession;
import io.hongyan.im.CloseReason;
import io.hongyan.im.Dispatch;
import io.hongyan.im.ImServer;
import io.hongyan.im.Limits;
import io.hongyan.im.Message;
import io.hongyan.im.MessageHandler;
import io.hongyan.im.spi.HandlerPlugin;
import io.hongyan.im.test.client.LineClient;
import io.hongyan.im.test.client.Wiring;
import io.hongyan.im.test.evidence.Await;
import io.hongyan.im.test.evidence.LogCapture;
import io.hongyan.im.test.evidence.Resources;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.time.Duration;
import java.util.List;
import java.util.Queue;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.CountDownLatch;
import org.junit.jupiter.api.Tag;

/** What plugins around a handler can do. What they cost when they fail: {@link FailureContract}. */
abstract class PluginContract extends ServerTest {
    PluginContract(String transport, Wiring wiring) {
        super(transport, wiring);
    }

    /** What a plugin makes of a message before it goes on inwards, or does not. */
    private interface Passing {
        void pass(MessageHandler next, ClientSession session, Message message) throws Exception;
    }

    private record Plugin(String name, int order, Passing passing) implements HandlerPlugin {
        @Override
        public MessageHandler wrap(MessageHandler next) {
            return (session, message) -> passing.pass(next, session, message);
        }
    }

    @EachDispatch
    void shouldPassMessagesFromTheLowestOrderInwardsAndByNameWhereEqual(Dispatch dispatch) throws Exception {
        Queue<String> passed = new ConcurrentLinkedQueue<>();
        ImServer.Builder builder = unchecked(dispatch, ECHO);
        for (Plugin plugin : List.of(named("c", 7), named("b", 7), named("d", -3), named("a", 9))) {
            builder.plugin(new Plugin(plugin.name(), plugin.order(), (next, session, message) -> {
                passed.add(plugin.name());
                next.onMessage(session, message);
            }));
        }
        LineClient client = client(start(builder));

        client.echo("x");

        assertEquals(List.of("d", "b", "c", "a"), List.copyOf(passed));
    }

    private static Plugin named(String name, int order) {
        return new Plugin(name, order, MessageHandler::onMessage);
    }

    @EachDispatch
    void shouldLetAPluginChangeRefuseAndAnswer(Dispatch dispatch) throws Exception {
        Plugin plugin = new Plugin("censor", 0, (next, session, message) -> {
            switch (message.text()) {
                case "change" -> next.onMessage(session, Message.text("changed"));
                case "refuse" -> {}
                case "answer" -> session.send("answered");
                case "twice" -> {
                    next.onMessage(session, message);
                    next.onMessage(session, message);
                }
                default -> next.onMessage(session, message);
            }
        });
        LineClient client = client(start(unchecked(dispatch, ECHO).plugin(plugin)));

        for (String text : List.of("change", "refuse", "answer", "twice", "other")) {
            client.send(text);
        }

        assertEquals(List.of("changed", "answered", "twice", "twice", "other"), client.lines(5));
    }

    /** A plugin that is a lambda swallows every other callback: bad manners, but the session ends as it should. */
    @EachDispatch
    void shouldEndSessionsWhoseOnCloseAPluginSwallows(Dispatch dispatch) throws Exception {
        ImServer server = start(unchecked(dispatch, ECHO).plugin(named("silent", 0)));
        LineClient client = client(server);

        client.echo("x");
        client.halfClose();
        client.expectEnd();

        Await.until("the session is gone", () -> server.sessions().isEmpty());
        assertEquals(0, server.stats().errors());
    }

    /** Says when it is told of the start and of the end, and may throw at either. */
    private static final class Told implements HandlerPlugin {
        private final String name;
        private final Queue<String> story;
        private String failing = "";
        private ServerTask onStart = server -> {};
        private ServerTask onStop = server -> {};

        Told(String name, Queue<String> story) {
            this.name = name;
            this.story = story;
        }

        Told failing(String where) {
            failing = where;
            return this;
        }

        Told onStart(ServerTask task) {
            onStart = task;
            return this;
        }

        Told onStop(ServerTask task) {
            onStop = task;
            return this;
        }

        private void tell(String what) throws IOException {
            story.add(name + " " + what);
            if (failing.equals(what)) {
                throw new IOException("planted");
            }
        }

        @Override
        public String name() {
            return name;
        }

        @Override
        public MessageHandler wrap(MessageHandler next) {
            return next;
        }

        @Override
        public void onStart(ImServer server) throws Exception {
            onStart.run(server);
            tell("starts");
        }

        @Override
        public void onStop(ImServer server) throws Exception {
            onStop.run(server);
            tell("stops");
        }
    }

    private interface ServerTask {
        void run(ImServer server) throws Exception;
    }

    @EachDispatch
    @Tag("D5")
    void shouldTellPluginsOfTheStartBeforeAndOfTheEndBehindAllCallbacks(Dispatch dispatch) throws Exception {
        Queue<String> story = new ConcurrentLinkedQueue<>();
        MessageHandler handler = new MessageHandler() {
            @Override
            public void onOpen(ClientSession session) {
                story.add("opens");
            }

            @Override
            public void onMessage(ClientSession session, Message message) {
                session.send(message);
            }

            @Override
            public void onClose(ClientSession session, CloseReason reason) {
                story.add("closes");
            }
        };
        CompletableFuture<Boolean> endedBefore = new CompletableFuture<>();
        Told inner = new Told("b", story).onStop(server -> {
            endedBefore.complete(server.closeFuture().toCompletableFuture().isDone());
            expectPortFree(server.address());
            assertEquals(List.of(), List.copyOf(server.sessions()));
        });
        Thread starter = Thread.currentThread();
        LineClient[] early = new LineClient[1];
        Told outer = new Told("a", story).onStart(server -> {
            assertSame(starter, Thread.currentThread());
            early[0] = client(server);
            assertEquals(0, server.stats().accepted());
        });
        ImServer server = start(unchecked(dispatch, handler).plugin(inner).plugin(outer));

        early[0].echo("hello");
        close(server);

        assertEquals(List.of("a starts", "b starts", "opens", "closes", "b stops", "a stops"), List.copyOf(story));
        assertFalse(Await.result("the end", endedBefore));
    }

    @EachDispatch
    @Tag("D4")
    void shouldStartNothingWhereAPluginRefusesTo(Dispatch dispatch) throws Exception {
        Resources before = Resources.now();
        Queue<String> story = new ConcurrentLinkedQueue<>();
        int[] port = new int[1];
        ImServer.Builder builder = unchecked(dispatch, ECHO)
                .plugin(new Told("a", story).onStart(server -> port[0] = server.port()))
                .plugin(new Told("b", story))
                .plugin(new Told("c", story).failing("starts"))
                .plugin(new Told("d", story));

        IllegalStateException failure = assertThrows(IllegalStateException.class, builder::start);

        assertTrue(failure.toString().contains(": plugin c failed in onStart: "), failure.toString());
        assertInstanceOf(IOException.class, failure.getCause());
        assertEquals(List.of("a starts", "b starts", "c starts", "b stops", "a stops"), List.copyOf(story));
        before.expectNoneLeft();
        expectPortFree(new InetSocketAddress("127.0.0.1", port[0]));
    }

    @EachDispatch
    @Tag("D3")
    void shouldEndAllTheSameWhereAPluginThrowsAtTheEnd(Dispatch dispatch) throws Exception {
        Queue<String> story = new ConcurrentLinkedQueue<>();
        ImServer server = start(
                unchecked(dispatch, ECHO).plugin(new Told("a", story)).plugin(new Told("b", story).failing("stops")));

        try (LogCapture log = LogCapture.begin()) {
            close(server);

            assertTrue(log.text().contains("plugin b failed in onStop: java.io.IOException"), log.text());
        }
        assertEquals(List.of("a starts", "b starts", "b stops", "a stops"), List.copyOf(story));
        assertEquals(1, server.stats().errors());
        assertEquals(List.of(), Resources.threads());
    }

    /** A plugin can call the server whenever it is told of something. */
    @EachDispatch
    @Tag("D3")
    void shouldEndWhenAPluginClosesItAtItsStartOrItsEnd(Dispatch dispatch) throws Exception {
        Queue<String> story = new ConcurrentLinkedQueue<>();
        ImServer closedAtStart = start(unchecked(dispatch, ECHO).plugin(new Told("a", story).onStart(server -> {
                    server.close();
                    expectPortFree(server.address());
                })));
        Await.result("the end", closedAtStart.closeFuture());
        ImServer closedAtEnd = start(unchecked(dispatch, ECHO).plugin(new Told("b", story).onStop(ImServer::close)));
        close(closedAtEnd);

        assertEquals(List.of("a starts", "a stops", "b starts", "b stops"), List.copyOf(story));
    }

    @EachDispatch
    @Tag("D3")
    void shouldInterruptAPluginThatDoesNotComeBackFromItsEnd(Dispatch dispatch) throws Exception {
        Queue<String> story = new ConcurrentLinkedQueue<>();
        CountDownLatch never = new CountDownLatch(1);
        ImServer server = start(unchecked(dispatch, ECHO)
                .limits(Limits.defaults().withTimeouts(Duration.ofSeconds(60), Duration.ofMillis(250)))
                .plugin(new Told("a", story))
                .plugin(new Told("b", story).onStop(ending -> Await.zero("what never comes", never))));

        close(server);

        assertEquals(List.of("a starts", "b starts", "a stops"), List.copyOf(story));
    }
}
