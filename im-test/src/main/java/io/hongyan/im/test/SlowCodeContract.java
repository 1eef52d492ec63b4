package io.hongyan.im.test;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.hongyan.im.Dispatch;
import io.hongyan.im.ImServer;
import io.hongyan.im.Limits;
import io.hongyan.im.MessageHandler;
import io.hongyan.im.Protocols;
import io.hongyan.im.spi.Decoder;
import io.hongyan.im.spi.Encoder;
import io.hongyan.im.spi.HandlerPlugin;
import io.hongyan.im.spi.Protocol;
import io.hongyan.im.spi.ProtocolException;
import io.hongyan.im.test.client.LineClient;
import io.hongyan.im.test.client.Wiring;
import io.hongyan.im.test.evidence.Await;
import io.hongyan.im.test.evidence.LogCapture;
import io.hongyan.im.test.evidence.Resources;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

/** Whoever blocks a loop, or is slow off it, is named in the log, in good time and seldom enough. */
abstract class SlowCodeContract extends ServerTest {
    private static final Duration BLOCKED = Duration.ofMillis(200);
    private static final String BLOCK = "block";

    private final CountDownLatch blocked = new CountDownLatch(1);
    private final CountDownLatch mayGoOn = new CountDownLatch(1);

    SlowCodeContract(String transport, Wiring wiring) {
        super(transport, wiring);
    }

    /** Does not come back before the test says so. */
    private void block() {
        blocked.countDown();
        try {
            Await.zero("the test has seen enough", mayGoOn);
        } catch (InterruptedException e) {
            throw new AssertionError("nobody interrupts", e);
        }
    }

    /** Lines whose decoder stops at some of them. */
    private final class Blocking implements Protocol {
        private final Protocol line = Protocols.line();

        @Override
        public String name() {
            return "blocking";
        }

        @Override
        public Encoder encoder() {
            return line.encoder();
        }

        @Override
        public Decoder newDecoder(Limits limits) {
            return new BlockingDecoder(line.newDecoder(limits));
        }
    }

    private final class BlockingDecoder implements Decoder {
        private final Decoder line;

        BlockingDecoder(Decoder line) {
            this.line = line;
        }

        @Override
        public void decode(ByteBuffer input, Sink sink) throws ProtocolException {
            if (StandardCharsets.UTF_8.decode(input.duplicate()).toString().startsWith(BLOCK)) {
                block();
            }
            line.decode(input, sink);
        }

        @Override
        public int heldBytes() {
            return line.heldBytes();
        }
    }

    private HandlerPlugin blockingPlugin() {
        return new HandlerPlugin() {
            @Override
            public String name() {
                return "sleepy";
            }

            @Override
            public MessageHandler wrap(MessageHandler next) {
                return (session, message) -> {
                    if (message.text().equals(BLOCK)) {
                        block();
                    }
                    next.onMessage(session, message);
                };
            }
        };
    }

    private MessageHandler blockingHandler() {
        return (session, message) -> {
            if (message.text().equals(BLOCK)) {
                block();
            }
            session.send(message);
        };
    }

    @EachDispatch
    @Tag("E4")
    @Tag("B9")
    void shouldNameTheDecoderThatBlocksALoop(Dispatch dispatch) throws Exception {
        ImServer.Builder server =
                server(dispatch, ECHO).protocol(new Blocking()).protocols("blocking");

        expectALoopBlockedBy(BlockingDecoder.class.getName(), server);
    }

    @Test
    @Tag("E4")
    void shouldNameTheHandlerThatBlocksItsLoop() throws Exception {
        MessageHandler handler = blockingHandler();

        expectALoopBlockedBy("handler " + handler.getClass().getName(), unchecked(Dispatch.ON_LOOP, handler));
    }

    @Test
    @Tag("E4")
    void shouldNameThePluginThatBlocksItsLoop() throws Exception {
        expectALoopBlockedBy("plugin sleepy", unchecked(Dispatch.ON_LOOP, ECHO).plugin(blockingPlugin()));
    }

    private void expectALoopBlockedBy(String culprit, ImServer.Builder builder) throws Exception {
        try (LogCapture log = LogCapture.begin()) {
            ImServer server = start(builder);
            LineClient slow = client(server);
            LineClient other = client(server);
            slow.echo("hello");
            other.echo("hello");

            slow.send(BLOCK);
            Await.zero("it blocks", blocked);
            // A slow machine may have other loops named beside.
            String named = " ms by " + culprit + ",";
            Await.until("it is named", () -> lines(log, named).size() == 1);

            String line = lines(log, named).get(0);
            assertTrue(line.startsWith("hongyan-loop-") && line.contains(" is blocked for "), line);
            assertTrue(line.contains("SlowCodeContract.block("), line);
            assertTrue(server.stats().loopLag().compareTo(BLOCKED) >= 0, () -> "" + server.stats());
            other.echo("another loop serves");

            mayGoOn.countDown();
            slow.expectLine(BLOCK);
            Await.until(
                    "it goes on",
                    () -> lines(log, " goes on after ").stream()
                                    .filter(told -> told.endsWith("by " + culprit))
                                    .count()
                            == 1);
            slow.echo("hello again");
            assertTrue(server.stats().loopLag().compareTo(BLOCKED) >= 0, () -> "" + server.stats());
            close(server);
        }
        assertEquals(List.of(), Resources.threads());
    }

    @Test
    @Tag("E4")
    void shouldNameThePluginThatIsSlowOffTheLoop() throws Exception {
        try (LogCapture log = LogCapture.begin()) {
            ImServer server = start(unchecked(Dispatch.VIRTUAL_THREADS, ECHO).plugin(blockingPlugin()));
            LineClient slow = client(server);
            LineClient other = client(server);

            slow.send(BLOCK);
            Await.zero("it blocks", blocked);
            Await.until(
                    "it is named", () -> lines(log, "plugin sleepy is slow: ").size() == 1);

            String line = lines(log, "plugin sleepy is slow: ").get(0);
            assertTrue(line.contains("one of 1 that wait for it") && line.contains("SlowCodeContract.block("), line);
            assertFalse(log.text().contains(" ms by plugin sleepy,"), log.text());
            other.echo("nobody else waits");
            mayGoOn.countDown();
            slow.expectLine(BLOCK);
        }
    }

    /** What a server writes of it at its end must not depend on it either. */
    @Test
    @Tag("E4")
    @Tag("D3")
    void shouldEndWithTheServerWhileALoopIsBlocked() throws Exception {
        try (LogCapture log = LogCapture.begin()) {
            ImServer server = start(unchecked(Dispatch.ON_LOOP, blockingHandler()));
            client(server).send(BLOCK);
            Await.zero("it blocks", blocked);
            Await.until("it is named", () -> !lines(log, " is blocked for ").isEmpty());

            Crew closing = Crew.start(1, n -> server.close());
            mayGoOn.countDown();
            closing.await();

            assertEquals(List.of(), Resources.threads());
        }
    }

    private static List<String> lines(LogCapture log, String with) {
        return log.messages().stream().filter(line -> line.contains(with)).toList();
    }
}
