package io.hongyan.im.engine;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.hongyan.im.CloseReason;
import io.hongyan.im.Limits;
import io.hongyan.im.protocol.LineProtocol;
import io.hongyan.im.spi.Decoder;
import io.hongyan.im.spi.Encoder;
import io.hongyan.im.spi.Protocol;
import io.hongyan.im.spi.ProtocolException;
import java.nio.ByteBuffer;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

/** A connection that has been told to close, or that nobody answers about, before its session is open: it ends, and opens nothing (S3, E10). */
class LateOpeningTest {
    private final ThirdParty third = new ThirdParty();
    private final Recording handler = new Recording();

    private void requireAllEnded(ScriptedServer server) {
        server.pass(Duration.ofSeconds(10));
        server.connections().forEach(c -> assertEquals(1, c.closes(), () -> "closes of " + c.remoteAddress()));
        assertEquals(List.of(), handler.violationsAtTheEnd());
        assertEquals(0, server.server().sessions().size(), "sessions");
        assertEquals(0, server.server().all().size(), "members of all");
    }

    @Test
    void shouldEndCleanlyWhenAnAdmissionIsAnsweredInTheIterationThatClosesTheServer() {
        CompletableFuture<String> answer = new CompletableFuture<>();
        ScriptedServer server = ScriptedServer.Setup.onLoop()
                .protocols(third.asks(answer), new LineProtocol())
                .start(handler);
        ScriptedConnection other = server.connect().sends("hello\n");
        server.settle();
        server.offer().sends("#");
        server.settle();
        handler.whenMessage((session, message) -> {
            session.server().close();
            answer.complete("come in");
        });

        other.sends("close\n");
        server.settle();

        requireAllEnded(server);
    }

    @Test
    void shouldEndCleanlyWhenSilenceEndsInTheIterationThatClosesTheServer() {
        ScriptedServer server = ScriptedServer.Setup.onLoop()
                .protocols(third, new LineProtocol())
                .start(handler);
        ScriptedConnection other = server.connect().sends("hello\n");
        server.settle();
        server.connect();
        handler.whenMessage((session, message) -> session.server().close());

        server.jump(Limits.defaults().silenceTimeout().plusMillis(200));
        other.sends("close\n");
        server.settle();

        requireAllEnded(server);
    }

    @Test
    void shouldEndAConnectionWhenWhoIsAskedAboutASilentPeerNeverAnswers() {
        ScriptedServer server = ScriptedServer.Setup.onLoop()
                .protocols(third.asks(new CompletableFuture<>()), new LineProtocol())
                .start(handler);
        ScriptedConnection silent = server.connect();

        server.pass(Limits.defaults().silenceTimeout());
        server.pass(Limits.defaults().handshakeTimeout());
        server.pass(Duration.ofSeconds(10));

        assertTrue(silent.isClosed(), "it waits for ever");
    }

    /** A peer that has ended its output may still be let in, but not for ever; and what is answered too late is nobody's matter. */
    @Test
    @Tag("A8")
    void shouldEndAConnectionWhenItsOutputHasEndedAndWhoIsAskedAboutItNeverAnswers() {
        CompletableFuture<String> answer = new CompletableFuture<>();
        ScriptedServer server =
                ScriptedServer.Setup.onLoop().protocols(third.asks(answer)).start(handler);
        ScriptedConnection ended = server.offer().endsOutput();

        server.pass(Limits.defaults().handshakeTimeout());
        server.pass(Duration.ofMillis(150));

        assertTrue(ended.isClosed(), "it waits for ever");
        answer.completeExceptionally(new IllegalStateException("too late"));
        server.settle();
        assertEquals(1, server.server().stats().errors(), "errors");
        requireAllEnded(server);
    }

    /** Its last words cannot be written, and are not tried again and again until the time to close is over. */
    @Test
    void shouldNotSpinWhenTheLastWordsOfAnUnopenedConnectionCannotBeWritten() {
        ScriptedServer server =
                ScriptedServer.Setup.onLoop().protocols(new Refusing()).start(handler);
        ScriptedConnection connection = server.offer().sends("x");
        connection.breaksOnWrite(new IllegalStateException("a bug of the stream"));

        server.settle();

        assertTrue(connection.isClosed());
    }

    private static final class Refusing implements Protocol {
        @Override
        public String name() {
            return "refusing";
        }

        @Override
        public Detection detect(ByteBuffer first) {
            return Detection.MATCH;
        }

        @Override
        public Encoder encoder() {
            return new LineProtocol().encoder();
        }

        @Override
        public Decoder newDecoder(Limits limits) {
            return new Decoder() {
                @Override
                public void start(Sink sink) {}

                @Override
                public void decode(ByteBuffer input, Sink sink) throws ProtocolException {
                    throw new ProtocolException(
                            CloseReason.of(CloseReason.Code.PROTOCOL_ERROR, "no"), ThirdParty.wire("no\n"));
                }

                @Override
                public int heldBytes() {
                    return 0;
                }
            };
        }
    }
}
