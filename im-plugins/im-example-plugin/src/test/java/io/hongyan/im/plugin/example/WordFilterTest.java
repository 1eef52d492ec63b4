package io.hongyan.im.plugin.example;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertSame;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.hongyan.im.ClientSession;
import io.hongyan.im.CloseReason;
import io.hongyan.im.ImServer;
import io.hongyan.im.Message;
import io.hongyan.im.MessageHandler;
import io.hongyan.im.spi.HandlerPlugin;
import io.hongyan.im.test.client.FrameClient;
import io.hongyan.im.test.client.LineClient;
import java.lang.reflect.Proxy;
import java.util.List;
import java.util.ServiceLoader;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicReference;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class WordFilterTest {
    private static final MessageHandler ECHO = ClientSession::send;

    @AfterEach
    void forgetTheProperty() {
        System.clearProperty(WordFilter.WORDS_PROPERTY);
    }

    @Test
    void shouldBeFoundByTheServiceLoaderAndServe() throws Exception {
        System.setProperty(WordFilter.WORDS_PROPERTY, "spam, ham");

        try (ImServer server = builder().handler(ECHO).start();
                LineClient client = new LineClient(server.address())) {
            client.send("I like spam and HAM");
            client.expectLine("I like **** and ***");
            client.echo("a message as any other");
        }
    }

    @Test
    void shouldDoNothingWhereNoWordsAreNamed() {
        ServiceLoader<HandlerPlugin> found = ServiceLoader.load(HandlerPlugin.class);

        HandlerPlugin plugin = found.findFirst().orElseThrow();

        assertTrue(plugin instanceof WordFilter);
        assertSame(ECHO, plugin.wrap(ECHO));
        assertSame(ECHO, new WordFilter(List.of("", " ")).wrap(ECHO));
    }

    @Test
    void shouldRefuseAndAnswerAfterTheWarnings() throws Exception {
        WordFilter filter = new WordFilter(List.of("spam"));

        try (ImServer server = builder().plugin(filter).handler(ECHO).start();
                LineClient client = new LineClient(server.address());
                LineClient other = new LineClient(server.address())) {
            for (int i = 1; i <= WordFilter.WARNINGS; i++) {
                client.send("spam " + i);
                client.expectLine("**** " + i);
            }
            client.send("spam again");
            client.expectLine("your message was not passed on: it has a word that is not wanted here, like 3 before it;"
                    + " say it in other words");
            client.echo("fine");
            other.send("spam");
            other.expectLine("****");

            assertEquals(5, filter.messagesWithHits());
        }
    }

    @Test
    void shouldPassOnBinaryMessagesUnseen() throws Exception {
        byte[] bytes = {'s', 'p', 'a', 'm', 0};

        try (ImServer server = builder()
                        .protocols("frame")
                        .plugin(new WordFilter(List.of("spam")))
                        .handler(ECHO)
                        .start();
                FrameClient client = new FrameClient(server.address())) {
            client.send(bytes);

            client.expectFrame(bytes);
        }
    }

    @ParameterizedTest
    @CsvSource({
        "ass,     class,          class",
        "ass,     you ass!,       you ***!",
        "ÉTÉ,     l'été dernier,  l'*** dernier",
        "a.b,     a.b aXb,        *** aXb",
        "坏话,    说坏话的人,     说**的人",
        "🪿,      a 🪿 flies,     a * flies",
        "$1,      cost: $1,       cost: **"
    })
    void shouldFindWholeWordsOfAnyScript(String word, String said, String passedOn) throws Exception {
        try (ImServer server = builder()
                        .plugin(new WordFilter(List.of(word)))
                        .handler(ECHO)
                        .start();
                LineClient client = new LineClient(server.address())) {
            client.send(said);

            client.expectLine(passedOn);
        }
    }

    @Test
    void shouldForwardOpenErrorAndClose() throws Exception {
        BlockingQueue<String> calls = new LinkedBlockingQueue<>();
        MessageHandler handler = new MessageHandler() {
            @Override
            public void onMessage(ClientSession session, Message message) {
                throw new IllegalStateException("on purpose");
            }

            @Override
            public void onOpen(ClientSession session) {
                calls.add("open");
            }

            @Override
            public void onError(ClientSession session, Throwable cause) {
                calls.add("error: " + cause.getMessage());
            }

            @Override
            public void onClose(ClientSession session, CloseReason reason) {
                calls.add("close: " + reason.code());
            }
        };

        try (ImServer server = builder()
                        .plugin(new WordFilter(List.of("spam")))
                        .handler(handler)
                        .start();
                LineClient client = new LineClient(server.address())) {
            client.send("hello");

            for (String call : List.of("open", "error: on purpose", "close: INTERNAL_ERROR")) {
                assertEquals(call, calls.poll(20, TimeUnit.SECONDS));
            }
        }
    }

    @Test
    void shouldForwardOnWritable() throws Exception {
        AtomicReference<ClientSession> writable = new AtomicReference<>();
        ClientSession session = (ClientSession) Proxy.newProxyInstance(
                WordFilterTest.class.getClassLoader(), new Class<?>[] {ClientSession.class}, (self, method, args) -> {
                    throw new AssertionError("no need to call " + method);
                });
        MessageHandler handler = new MessageHandler() {
            @Override
            public void onMessage(ClientSession from, Message message) {}

            @Override
            public void onWritable(ClientSession drained) {
                writable.set(drained);
            }
        };

        new WordFilter(List.of("spam")).wrap(handler).onWritable(session);

        assertTrue(writable.get() == session);
    }

    private static ImServer.Builder builder() {
        return ImServer.builder().host("127.0.0.1").port(0).transport("nio").loops(1);
    }
}
