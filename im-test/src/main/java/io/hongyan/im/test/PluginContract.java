package io.hongyan.im.test;

import static org.junit.jupiter.api.Assertions.assertEquals;

import io.hongyan.im.ClientSession;
import io.hongyan.im.Dispatch;
import io.hongyan.im.ImServer;
import io.hongyan.im.Message;
import io.hongyan.im.MessageHandler;
import io.hongyan.im.spi.HandlerPlugin;
import io.hongyan.im.test.client.LineClient;
import io.hongyan.im.test.client.Wiring;
import io.hongyan.im.test.evidence.Await;
import java.util.List;
import java.util.Queue;
import java.util.concurrent.ConcurrentLinkedQueue;

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
}
