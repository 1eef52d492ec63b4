package io.hongyan.im.test;

import static org.junit.jupiter.api.Assertions.assertDoesNotThrow;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.hongyan.im.ClientSession;
import io.hongyan.im.CloseReason;
import io.hongyan.im.CloseReason.Code;
import io.hongyan.im.Group;
import io.hongyan.im.ImServer;
import io.hongyan.im.Message;
import io.hongyan.im.MessageHandler;
import io.hongyan.im.test.evidence.Await;
import io.hongyan.im.test.evidence.RecordingHandler;
import java.io.IOException;
import java.lang.reflect.Proxy;
import java.util.List;
import java.util.Set;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.atomic.AtomicBoolean;
import org.junit.jupiter.api.Test;

/** Every breach of the grammar that an engine could commit is noticed: the contract is only as good as this. */
final class RecordingHandlerTest {
    private static final MessageHandler IGNORE = (session, message) -> {};
    private static final Message MESSAGE = Message.text("x");
    private static final CloseReason REASON = CloseReason.of(Code.NORMAL, "done");

    private final AtomicBoolean open = new AtomicBoolean();
    private final AtomicBoolean inAll = new AtomicBoolean();
    private final AtomicBoolean inRoom = new AtomicBoolean();
    private final ClientSession session = session();

    private ClientSession session() {
        ImServer server = fake(ImServer.class, (method, args) -> switch (method) {
            case "all" -> group(inAll);
            case "group" -> group(inRoom);
            default -> throw new UnsupportedOperationException(method);
        });
        return fake(ClientSession.class, (method, args) -> switch (method) {
            case "isOpen" -> open.get();
            case "groups" -> Set.of("room");
            case "server" -> server;
            default -> throw new UnsupportedOperationException(method);
        });
    }

    private static Group group(AtomicBoolean contains) {
        return fake(Group.class, (method, args) -> contains.get());
    }

    private interface Answer {
        Object to(String method, Object[] args);
    }

    private static <T> T fake(Class<T> type, Answer answer) {
        return type.cast(Proxy.newProxyInstance(
                type.getClassLoader(), new Class<?>[] {type}, (proxy, method, args) -> switch (method.getName()) {
                    case "hashCode" -> System.identityHashCode(proxy);
                    case "equals" -> proxy == args[0];
                    default -> answer.to(method.getName(), args);
                }));
    }

    private static void expectViolation(RecordingHandler handler, String sentence) {
        AssertionError violation = assertThrows(AssertionError.class, handler::verify);
        assertTrue(violation.getMessage().contains(sentence), violation.getMessage());
    }

    @Test
    void shouldAcceptTheGrammarAndTellIt() throws Exception {
        RecordingHandler handler = new RecordingHandler(IGNORE);

        handler.onOpen(session);
        handler.onMessage(session, MESSAGE);
        handler.onMessage(session, Message.binary(new byte[3]));
        handler.onWritable(session);
        handler.onError(session, new IOException());
        assertThrows(AssertionError.class, handler::verifyAllClosed);
        handler.onClose(session, REASON);

        handler.verifyAllClosed();
        assertEquals(session, handler.awaitOpen());
        assertEquals(REASON, handler.awaitClose(session));
        assertEquals(
                List.of("open", "message x", "message of 3 bytes", "writable", "error IOException", "close NORMAL"),
                handler.transcript(session));
    }

    @Test
    void shouldNoticeWhatComesBeforeOnOpen() throws Exception {
        RecordingHandler handler = new RecordingHandler(IGNORE);

        handler.onMessage(session, MESSAGE);

        expectViolation(handler, "<message x> before onOpen");
    }

    @Test
    void shouldNoticeASecondOnOpen() throws Exception {
        RecordingHandler handler = new RecordingHandler(IGNORE);

        handler.onOpen(session);
        handler.onOpen(session);

        expectViolation(handler, "a second onOpen");
    }

    @Test
    void shouldNoticeASecondOnClose() throws Exception {
        RecordingHandler handler = new RecordingHandler(IGNORE);

        handler.onOpen(session);
        handler.onClose(session, REASON);
        handler.onClose(session, REASON);

        expectViolation(handler, "a second onClose");
    }

    @Test
    void shouldNoticeWhatComesAfterOnClose() throws Exception {
        RecordingHandler handler = new RecordingHandler(IGNORE);

        handler.onOpen(session);
        handler.onClose(session, REASON);
        handler.onWritable(session);

        expectViolation(handler, "<writable> after onClose");
    }

    @Test
    void shouldNoticeACallbackInsideAnother() throws Exception {
        RecordingHandler[] self = new RecordingHandler[1];
        ClientSession other = session();
        RecordingHandler handler = new RecordingHandler((from, message) -> self[0].onWritable(other));
        self[0] = handler;

        handler.onOpen(session);
        handler.onOpen(other);
        handler.onMessage(session, MESSAGE);

        expectViolation(handler, "<writable> inside another callback of the same thread");
    }

    @Test
    void shouldNoticeTwoCallbacksOfASessionAtOnce() throws Exception {
        CountDownLatch inside = new CountDownLatch(1);
        CountDownLatch mayReturn = new CountDownLatch(1);
        RecordingHandler handler = new RecordingHandler((from, message) -> {
            inside.countDown();
            Await.zero("the test goes on", mayReturn);
        });
        handler.onOpen(session);

        Crew first = Crew.start(1, n -> handler.onMessage(session, MESSAGE));
        Await.zero("the first is running", inside);
        handler.onWritable(session);
        mayReturn.countDown();
        first.await();

        expectViolation(handler, "<writable> while <message x> was running");
    }

    @Test
    void shouldNoticeWhoIsNotGoneInOnClose() throws Exception {
        for (AtomicBoolean flag : List.of(open, inAll, inRoom)) {
            RecordingHandler handler = new RecordingHandler(IGNORE);
            handler.onOpen(session);
            flag.set(true);
            handler.onClose(session, REASON);
            flag.set(false);

            expectViolation(handler, "in onClose");
        }
    }

    @Test
    void shouldGoOnAfterAHandlerThatThrows() throws Exception {
        RecordingHandler handler = new RecordingHandler((from, message) -> {
            throw new IOException("planted");
        });

        handler.onOpen(session);
        assertThrows(IOException.class, () -> handler.onMessage(session, MESSAGE));
        handler.onError(session, new IOException());
        handler.onClose(session, REASON);

        assertDoesNotThrow(handler::verifyAllClosed);
    }
}
