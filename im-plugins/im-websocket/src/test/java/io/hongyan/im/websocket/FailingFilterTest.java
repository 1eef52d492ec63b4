package io.hongyan.im.websocket;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.hongyan.im.ImServer;
import io.hongyan.im.Limits;
import io.hongyan.im.test.evidence.RecordingHandler;
import io.hongyan.im.websocket.WebSocketClient.Answer;
import java.io.IOException;
import java.time.Duration;
import java.util.Queue;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.logging.Handler;
import java.util.logging.LogRecord;
import java.util.logging.Logger;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** Filters that do not say who may come in: nobody may. */
@Tag("A8")
class FailingFilterTest extends ServerTest {
    private static final IOException SECRET = new IOException("the database's password is secret");

    /** In all the ways that there are. */
    enum Failure {
        THROWS(handshake -> {
            throw SECRET;
        }),
        THROWS_AN_ERROR(handshake -> {
            throw new StackOverflowError();
        }),
        HAS_NO_STAGE(handshake -> null),
        DECIDES_NULL(handshake -> CompletableFuture.completedStage(null)),
        DECIDES_NULL_LATER(handshake -> CompletableFuture.supplyAsync(() -> null)),
        FAILS(handshake -> CompletableFuture.failedStage(SECRET)),
        FAILS_LATER(handshake -> CompletableFuture.supplyAsync(() -> {
            throw new CompletionException(SECRET);
        })),
        IS_CANCELLED(handshake -> {
            CompletableFuture<HandshakeDecision> cancelled = new CompletableFuture<>();
            cancelled.cancel(true);
            return cancelled;
        }),
        RULE_THROWS(HandshakeFilter.of(handshake -> {
            throw new IllegalStateException(SECRET);
        })),
        RULE_DECIDES_NULL(HandshakeFilter.of(handshake -> null)),
        ALLOWS_NOBODY(HandshakeFilter.of(handshake -> HandshakeDecision.allow(null))),

        /** The one that takes until the handshake's time is over. */
        NEVER_DECIDES(handshake -> new CompletableFuture<>());

        private final HandshakeFilter filter;

        Failure(HandshakeFilter filter) {
            this.filter = filter;
        }
    }

    /** In less time than the usual. */
    private ImServer server(RecordingHandler handler, Failure failure) throws IOException {
        Limits usual = Limits.defaults();
        Limits quick = usual.withOpening(usual.silenceTimeout(), Duration.ofMillis(100), Duration.ZERO);
        return start(server(handler)
                .limits(failure == Failure.NEVER_DECIDES ? quick : usual)
                .protocol(WebSocketProtocol.builder().filter(failure.filter).build()));
    }

    @ParameterizedTest
    @EnumSource
    void shouldRefuseWhateverTheFilterDoesInPlaceOfDeciding(Failure failure) throws Exception {
        RecordingHandler handler = recording(ECHO);
        ImServer server = server(handler, failure);
        WebSocketClient client = client(server);

        client.sendBytes(
                ClientFrame.join(WebSocketClient.latin1(WebSocketClient.request()), ClientFrame.text("let me in")));
        Answer answer = client.answer();

        boolean late = failure == Failure.NEVER_DECIDES;
        assertEquals(late ? 503 : 500, answer.status());
        assertEquals(
                "the server could not " + (late ? "decide in time; come again later\n" : "handle this\n"),
                answer.body());
        assertEquals(0, handler.sessions());
    }

    /** Whoever runs the server must be told whom to ask. */
    @ParameterizedTest
    @EnumSource
    void shouldNameTheCulpritInTheLogAndCountTheFailure(Failure failure) throws Exception {
        Queue<String> logged = new ConcurrentLinkedQueue<>();
        Handler listener = listener(logged);
        Logger logger = Logger.getLogger("io.hongyan.im");
        logger.addHandler(listener);
        try {
            ImServer server = server(recording(ECHO), failure);

            client(server).answer(WebSocketClient.request());

            assertEquals(1, server.stats().errors());
            String culprit = "handshake filter " + FailingFilterTest.class.getName();
            assertTrue(logged.stream().anyMatch(line -> line.contains(culprit)), logged::toString);
            assertFalse(logged.toString().contains("secret"), logged::toString);
        } finally {
            logger.removeHandler(listener);
        }
    }

    private static Handler listener(Queue<String> lines) {
        return new Handler() {
            @Override
            public void publish(LogRecord logged) {
                lines.add(logged.getMessage());
            }

            @Override
            public void flush() {}

            @Override
            public void close() {}
        };
    }
}
