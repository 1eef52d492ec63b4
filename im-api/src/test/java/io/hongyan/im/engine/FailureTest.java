package io.hongyan.im.engine;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertSame;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.hongyan.im.ClientSession;
import io.hongyan.im.CloseReason;
import io.hongyan.im.Dispatch;
import io.hongyan.im.Limits;
import io.hongyan.im.Message;
import io.hongyan.im.MessageHandler;
import io.hongyan.im.protocol.LineProtocol;
import io.hongyan.im.spi.Decoder;
import io.hongyan.im.spi.Encoder;
import io.hongyan.im.spi.HandlerPlugin;
import io.hongyan.im.spi.Protocol;
import io.hongyan.im.spi.ProtocolException;
import io.hongyan.im.spi.Wire;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.EnumSet;
import java.util.List;
import java.util.Set;
import java.util.function.Supplier;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** Whatever user code throws costs one session, with a named culprit; the loop and the others go on (E1, E9, G1). */
class FailureTest {
    private static final List<Supplier<Throwable>> THROWABLES = List.of(
            () -> new IllegalStateException("secret content"),
            () -> new Exception("secret content"),
            () -> new AssertionError("secret content"),
            StackOverflowError::new,
            () -> new OutOfMemoryError("scripted, secret content"),
            () -> new NoClassDefFoundError("secret content"),
            () -> new Throwable("secret content"));

    private enum Callback {
        ON_OPEN,
        ON_MESSAGE,
        ON_WRITABLE,
        ON_ERROR,
        ON_CLOSE
    }

    /** Throws in some callbacks of one session, and echoes for the others. */
    private static final class Thrower implements MessageHandler {
        private final Set<Callback> where;
        private final Throwable what;
        private final List<Throwable> told = new ArrayList<>();
        private final List<CloseReason> closes = new ArrayList<>();
        private ClientSession victim;

        Thrower(Set<Callback> where, Throwable what) {
            this.where = where;
            this.what = what;
        }

        private void maybeThrow(Callback callback, ClientSession session) throws Exception {
            if (session == victim && where.contains(callback)) {
                FailureTest.<RuntimeException>sneak(what);
            }
        }

        @Override
        public void onOpen(ClientSession session) throws Exception {
            victim = victim == null ? session : victim;
            maybeThrow(Callback.ON_OPEN, session);
        }

        @Override
        public void onMessage(ClientSession session, Message message) throws Exception {
            maybeThrow(Callback.ON_MESSAGE, session);
            session.send(message);
        }

        @Override
        public void onWritable(ClientSession session) throws Exception {
            maybeThrow(Callback.ON_WRITABLE, session);
        }

        @Override
        public void onError(ClientSession session, Throwable cause) throws Exception {
            told.add(cause);
            maybeThrow(Callback.ON_ERROR, session);
        }

        @Override
        public void onClose(ClientSession session, CloseReason reason) throws Exception {
            if (session == victim) {
                closes.add(reason);
            }
            maybeThrow(Callback.ON_CLOSE, session);
        }
    }

    @SuppressWarnings("unchecked")
    private static <T extends Throwable> void sneak(Throwable thrown) throws T {
        throw (T) thrown;
    }

    @ParameterizedTest
    @EnumSource
    void shouldCostOneSessionWhenACallbackThrowsAnything(Callback callback) {
        for (Dispatch dispatch : Dispatch.values()) {
            for (Supplier<Throwable> supplier : THROWABLES) {
                Throwable thrown = supplier.get();
                EnumSet<Callback> where = EnumSet.of(callback);
                if (callback == Callback.ON_ERROR) {
                    where.add(Callback.ON_MESSAGE);
                }
                requireContained(new Thrower(where, thrown), dispatch, callback + " " + dispatch + " " + thrown);
            }
        }
    }

    private static void requireContained(Thrower handler, Dispatch dispatch, String scenario) {
        ScriptedServer server = ScriptedServer.Setup.onLoop()
                .dispatch(dispatch)
                .limits(Limits.defaults()
                        .withOutbound(1024, 4, Limits.defaults().overflow()))
                .start(handler);
        ScriptedConnection connection = server.connect().takes(0);
        ScriptedConnection other = server.connect();
        connection.sends("1\n2\n3\n4\n");
        server.settle();
        connection.takes(Long.MAX_VALUE);
        server.settle();
        other.sends("still there?\n");
        server.settle();

        assertEquals("still there?\n", other.takenText(), scenario);
        connection.endsOutput();
        server.settle();
        assertEquals(1, handler.closes.size(), scenario);
        boolean inClose = handler.where.contains(Callback.ON_CLOSE);
        assertEquals(
                inClose ? CloseReason.Code.PEER_CLOSED : CloseReason.Code.INTERNAL_ERROR,
                handler.closes.get(0).code(),
                scenario);
        if (!inClose) {
            String text = handler.closes.get(0).text();
            assertTrue(
                    text.contains(Thrower.class.getName())
                            && text.contains(handler.what.getClass().getName()),
                    text);
            assertFalse(text.contains("secret"), text);
            assertSame(handler.what, handler.told.get(0), scenario);
            assertEquals(1, handler.told.size(), scenario);
            assertTrue(connection.takenText().contains("!closing INTERNAL_ERROR "), connection.takenText());
            assertFalse(connection.takenText().contains("Thrower"), connection.takenText());
        }
        assertEquals(handler.where.size(), server.server().stats().errors(), scenario);
        server.endAll();
    }

    /** Echoes bytes as lines would be; throws from where it is told to. */
    private static final class Evil implements Protocol {
        private final Protocol line = new LineProtocol();
        private final String where;

        Evil(String where) {
            this.where = where;
        }

        private void maybeThrow(String place) {
            if (where.equals(place)) {
                throw new IllegalStateException("secret content");
            }
        }

        @Override
        public String name() {
            return "evil";
        }

        @Override
        public Encoder encoder() {
            return new Encoder() {
                @Override
                public Wire encode(Message message) {
                    maybeThrow("encode");
                    return line.encoder().encode(message);
                }

                @Override
                public Wire gap(long missed) {
                    return line.encoder().gap(missed);
                }

                @Override
                public Wire closing(CloseReason reason) {
                    maybeThrow("closing");
                    return line.encoder().closing(reason);
                }
            };
        }

        @Override
        public Decoder newDecoder(Limits limits) {
            maybeThrow("newDecoder");
            Decoder decoder = line.newDecoder(limits);
            return new Decoder() {
                @Override
                public void start(Sink sink) {
                    maybeThrow("start");
                    decoder.start(sink);
                }

                @Override
                public void decode(ByteBuffer input, Sink sink) throws ProtocolException {
                    maybeThrow("decode");
                    decoder.decode(input, sink);
                }

                @Override
                public int heldBytes() {
                    maybeThrow("heldBytes");
                    return decoder.heldBytes();
                }
            };
        }
    }

    @Test
    void shouldCostOneSessionWhenAProtocolThrowsAnywhere() {
        for (String where : List.of("newDecoder", "start", "decode", "heldBytes", "encode", "closing")) {
            Recording handler = new Recording().whenMessage(ClientSession::send);
            ScriptedServer server =
                    ScriptedServer.Setup.onLoop().protocols(new Evil(where)).start(handler);
            ScriptedConnection connection = server.connect();
            connection.sends("one\n").sends(new byte[] {(byte) 0xFF}).endsOutput();

            server.settle();

            assertEquals(1, connection.closes(), where);
            handler.stories().values().forEach(story -> assertEquals(1, story.closes.size(), where));
            assertTrue(handler.stories().size() <= 1, where);
            server.endAll();
            assertEquals(List.of(), handler.violationsAtTheEnd(), where);
        }
    }

    private record Plugin(String name, String throwsOn, List<String> seen) implements HandlerPlugin {
        @Override
        public MessageHandler wrap(MessageHandler next) {
            return new Recording().whenMessage((session, message) -> {
                seen.add(name);
                if (message.text().equals(throwsOn)) {
                    throw new IllegalStateException("secret content");
                }
                try {
                    next.onMessage(session, message);
                } catch (Exception e) {
                    FailureTest.<RuntimeException>sneak(e);
                }
            });
        }
    }

    @Test
    void shouldNameThePluginOrTheHandlerWhenOneOfThemThrows() {
        List<String> seen = new ArrayList<>();
        List<String> texts = new ArrayList<>();
        for (String message : List.of("outer", "inner", "handler")) {
            MessageHandler handler =
                    (session, m) -> FailureTest.<RuntimeException>sneak(new Exception("secret content"));
            ScriptedServer server = ScriptedServer.Setup.onLoop()
                    .plugins(new Plugin("first", "outer", seen), new Plugin("second", "inner", seen))
                    .start(handler);
            ScriptedConnection connection = server.connect();
            ClientSession session = server.session(connection);
            session.closeFuture().thenAccept(reason -> texts.add(reason.text()));
            connection.sends(message + "\n");
            server.endAll();
        }

        assertEquals(List.of("first", "first", "second", "first", "second"), seen);
        assertEquals("plugin first threw java.lang.IllegalStateException", texts.get(0));
        assertEquals("plugin second threw java.lang.IllegalStateException", texts.get(1));
        assertTrue(texts.get(2).matches("handler .*FailureTest.* threw java.lang.Exception"), texts.get(2));
    }
}
