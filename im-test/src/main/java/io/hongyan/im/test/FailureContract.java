package io.hongyan.im.test;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.hongyan.im.AttributeKey;
import io.hongyan.im.ClientSession;
import io.hongyan.im.CloseReason;
import io.hongyan.im.CloseReason.Code;
import io.hongyan.im.Dispatch;
import io.hongyan.im.Fanout;
import io.hongyan.im.ImServer;
import io.hongyan.im.Limits;
import io.hongyan.im.Message;
import io.hongyan.im.MessageHandler;
import io.hongyan.im.Overflow;
import io.hongyan.im.spi.ForwardingHandler;
import io.hongyan.im.spi.HandlerPlugin;
import io.hongyan.im.test.client.LineClient;
import io.hongyan.im.test.client.Wiring;
import io.hongyan.im.test.evidence.Await;
import io.hongyan.im.test.evidence.RecordingHandler;
import java.io.IOException;
import java.util.List;
import java.util.Queue;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.Supplier;
import org.junit.jupiter.api.Tag;

/** Whatever the user's code throws costs one session. */
abstract class FailureContract extends ServerTest {
    private static final Limits LIMITS = Limits.defaults().withOutbound(64 * 1024, 10_000, Overflow.CLOSE);

    private static final AttributeKey<Integer> NUMBER = new AttributeKey<>("number", Integer.class);

    FailureContract(String transport, Wiring wiring) {
        super(transport, wiring);
    }

    /** What user code may throw. */
    private static final List<Supplier<Throwable>> THROWN = List.of(
            () -> new IllegalStateException("planted"),
            () -> new IOException("planted"),
            () -> new AssertionError("planted"),
            StackOverflowError::new,
            () -> new ThrowableOfTheHost(),
            Unspeakable::new);

    private static final class ThrowableOfTheHost extends Throwable {
        private static final long serialVersionUID = 1L;
    }

    /** One of the host's that fails when it is asked about itself, as the log does. */
    private static final class Unspeakable extends RuntimeException {
        private static final long serialVersionUID = 1L;

        @Override
        public synchronized Throwable getCause() {
            throw new IllegalStateException("planted");
        }
    }

    /** Throws in one callback, for sessions in the group "bad". */
    private static final class Failing implements MessageHandler {
        private final String where;
        private final Queue<Supplier<Throwable>> thrown = new ConcurrentLinkedQueue<>(THROWN);

        Failing(String where) {
            this.where = where;
        }

        private void reach(String callback, ClientSession session) {
            if (callback.equals(where)
                    && (callback.equals("onOpen") || session.groups().contains("bad"))) {
                Supplier<Throwable> next = thrown.poll();
                if (next != null) {
                    sneak(next.get());
                }
            }
        }

        /** Throws anything where the compiler expects nothing of the kind, as other JVM languages do. */
        @SuppressWarnings("unchecked")
        private static <T extends Throwable> void sneak(Throwable thrown) throws T {
            throw (T) thrown;
        }

        @Override
        public void onOpen(ClientSession session) {
            reach("onOpen", session);
        }

        @Override
        public void onMessage(ClientSession session, Message message) {
            if (message.text().equals("be bad")) {
                session.join("bad");
                if (where.equals("onError")) {
                    throw new IllegalArgumentException("planted");
                }
                if (where.equals("onWritable")) {
                    while (session.isWritable()) {
                        session.send("x".repeat(1023));
                    }
                    return;
                }
            }
            reach("onMessage", session);
            session.send(message);
        }

        @Override
        public void onWritable(ClientSession session) {
            reach("onWritable", session);
        }

        @Override
        public void onError(ClientSession session, Throwable cause) {
            reach("onError", session);
        }

        @Override
        public void onClose(ClientSession session, CloseReason reason) {
            reach("onClose", session);
        }
    }

    @EachDispatch
    @Tag("E1")
    void shouldContainWhatOnMessageThrows(Dispatch dispatch) throws Exception {
        expectEachThrownToCostItsSession(dispatch, "onMessage");
    }

    @EachDispatch
    @Tag("E1")
    void shouldContainWhatOnWritableThrows(Dispatch dispatch) throws Exception {
        expectEachThrownToCostItsSession(dispatch, "onWritable");
    }

    @EachDispatch
    @Tag("E1")
    void shouldContainWhatOnErrorThrows(Dispatch dispatch) throws Exception {
        expectEachThrownToCostItsSession(dispatch, "onError");
    }

    private void expectEachThrownToCostItsSession(Dispatch dispatch, String where) throws Exception {
        RecordingHandler handler = recording(new Failing(where));
        ImServer server = start(server(dispatch, handler).limits(LIMITS));
        LineClient other = client(server);
        handler.awaitOpen();

        for (Supplier<Throwable> thrown : THROWN) {
            LineClient bad = client(server);
            ClientSession session = handler.awaitOpen();
            bad.echo("good still");
            bad.send("be bad");

            List<String> lines = bad.linesToEnd();
            String last = lines.get(lines.size() - 1);
            assertTrue(last.startsWith("!closing INTERNAL_ERROR "), last);
            assertEquals(Code.INTERNAL_ERROR, handler.awaitClose(session).code());
            String name = where.equals("onError")
                    ? "IllegalArgumentException"
                    : thrown.get().getClass().getSimpleName();
            List<String> events = handler.transcript(session);
            assertEquals(
                    List.of("error " + name, "close INTERNAL_ERROR"), events.subList(events.size() - 2, events.size()));
            other.echo("unmoved");
        }
        Await.until("only the other is left", () -> server.sessions().size() == 1);
        assertTrue(
                server.stats().errors() >= THROWN.size(), () -> server.stats().toString());
    }

    @EachDispatch
    @Tag("E1")
    void shouldContainWhatOnOpenThrows(Dispatch dispatch) throws Exception {
        RecordingHandler handler = recording(new Failing("onOpen"));
        ImServer server = start(dispatch, handler);

        for (Supplier<Throwable> thrown : THROWN) {
            List<String> lines = client(server).linesToEnd();

            assertEquals(1, lines.size());
            assertTrue(lines.get(0).startsWith("!closing INTERNAL_ERROR "), lines.get(0));
            ClientSession session = handler.awaitOpen();
            handler.awaitClose(session);
            String name = thrown.get().getClass().getSimpleName();
            assertEquals(List.of("open", "error " + name, "close INTERNAL_ERROR"), handler.transcript(session));
        }
        client(server).echo("unmoved");
    }

    @EachDispatch
    @Tag("E1")
    void shouldContainWhatOnCloseThrows(Dispatch dispatch) throws Exception {
        RecordingHandler handler = recording(new Failing("onClose"));
        ImServer server = start(dispatch, handler);
        LineClient other = client(server);
        handler.awaitOpen();

        for (int i = 0; i < THROWN.size(); i++) {
            LineClient bad = client(server);
            ClientSession session = handler.awaitOpen();
            bad.echo("be bad");
            bad.halfClose();
            bad.expectEnd();

            CloseReason reason = Await.result("closeFuture", session.closeFuture());
            assertEquals(Code.PEER_CLOSED, reason.code());
            assertEquals(List.of("open", "message be bad", "close PEER_CLOSED"), handler.transcript(session));
            other.echo("unmoved");
        }
        Await.until("only the other is left", () -> server.sessions().size() == 1);
    }

    /** All kinds in turn; every second time onError fails, too, and every third time onClose. */
    @EachDispatch
    @Tag("E1")
    void shouldSurviveThousandsOfFailures(Dispatch dispatch) throws Exception {
        int crew = 4;
        int each = Times.of(250, 2_500);
        int all = crew * each;
        AtomicInteger failures = new AtomicInteger();
        ImServer server = start(server(dispatch, new FailingInTurn(failures)));
        LineClient other = client(server);

        Crew.run(crew, n -> {
            for (int i = 0; i < each; i++) {
                try (LineClient bad = passing(server.address())) {
                    bad.send("bad " + i);
                    bad.awaitGone();
                }
                if (n == 0 && i % 50 == 0) {
                    other.echo("unmoved " + i);
                }
            }
        });

        other.echo("unmoved");
        assertEquals(all, failures.get());
        Await.until("they are gone", () -> server.stats().openSessions() == 1);
        assertTrue(server.stats().errors() >= all, () -> server.stats().toString());
    }

    private static final class FailingInTurn implements MessageHandler {
        private final AtomicInteger failures;

        FailingInTurn(AtomicInteger failures) {
            this.failures = failures;
        }

        @Override
        public void onMessage(ClientSession session, Message message) {
            if (message.text().startsWith("bad ")) {
                int number = Integer.parseInt(message.text().substring(4));
                failures.incrementAndGet();
                session.attribute(NUMBER, number);
                Failing.sneak(THROWN.get(number % THROWN.size()).get());
            }
            session.send(message);
        }

        @Override
        public void onError(ClientSession session, Throwable cause) {
            failEvery(2, session);
        }

        @Override
        public void onClose(ClientSession session, CloseReason reason) {
            failEvery(3, session);
        }

        private static void failEvery(int times, ClientSession session) {
            int number = session.attribute(NUMBER).orElse(1);
            if (number % times == 0) {
                Failing.sneak(THROWN.get(number % THROWN.size()).get());
            }
        }
    }

    /** A plugin that passes all on, and fails where a message says its name. */
    private record Culprit(String name, int order) implements HandlerPlugin {
        @Override
        public MessageHandler wrap(MessageHandler next) {
            return new ForwardingHandler(next) {
                @Override
                public void onMessage(ClientSession session, Message message) throws Exception {
                    if (message.text().equals(name)) {
                        throw new IllegalStateException("planted");
                    }
                    super.onMessage(session, message);
                }
            };
        }
    }

    @EachDispatch
    @Tag("E1")
    void shouldNameWhoFailed(Dispatch dispatch) throws Exception {
        RecordingHandler handler = recording((session, message) -> {
            if (message.text().equals("handler")) {
                throw new IllegalStateException("planted");
            }
            session.send(message);
        });
        ImServer server =
                start(server(dispatch, handler).plugin(new Culprit("outer", -1)).plugin(new Culprit("inner", 1)));
        LineClient other = client(server);
        handler.awaitOpen();

        for (String name : List.of("outer", "inner", "handler")) {
            LineClient bad = client(server);
            ClientSession session = handler.awaitOpen();
            bad.echo("passed on");
            bad.send(name);

            String last = bad.line();
            assertTrue(last.startsWith("!closing INTERNAL_ERROR "), last);
            assertFalse(last.contains("Exception"), "the peer need not know what failed: " + last);
            bad.expectEnd();
            CloseReason reason = handler.awaitClose(session);
            assertEquals(Code.INTERNAL_ERROR, reason.code());
            assertTrue(reason.text().contains(name), reason.text());
            assertTrue(reason.text().contains("IllegalStateException"), reason.text());
            other.echo("unmoved");
        }
    }

    @EachDispatch
    @Tag("E1")
    void shouldContainADecoderThatFails(Dispatch dispatch) throws Exception {
        RecordingHandler handler = recording(ECHO);
        ImServer server =
                start(server(dispatch, handler).protocol(new FaultyProtocol()).protocols("faulty"));
        LineClient other = client(server);
        handler.awaitOpen();

        LineClient bad = client(server);
        ClientSession session = handler.awaitOpen();
        bad.send("fail to decode");

        assertEquals(Code.INTERNAL_ERROR, handler.awaitClose(session).code());
        bad.awaitGone();
        other.echo("unmoved");
    }

    @EachDispatch
    @Tag("E1")
    void shouldContainAnEncoderThatFails(Dispatch dispatch) throws Exception {
        RecordingHandler handler = recording(ECHO);
        ImServer server =
                start(server(dispatch, handler).protocol(new FaultyProtocol()).protocols("faulty"));
        List<Member> members = members(server, handler, 2);

        assertThrows(IllegalStateException.class, () -> members.get(0).session().send("fail to encode"));
        try {
            Fanout.Counts counts =
                    Await.result("counts", server.all().send("fail to encode").counts());
            assertEquals(2, counts.overflow() + counts.closed() + counts.refused(), counts::toString);
        } catch (IllegalStateException toTheSender) {
            assertEquals("planted", toTheSender.getMessage());
        }

        for (Member member : members) {
            member.client().echo("unmoved");
        }
    }
}
