package io.hongyan.im.test;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.hongyan.im.ClientSession;
import io.hongyan.im.CloseReason;
import io.hongyan.im.CloseReason.Code;
import io.hongyan.im.Dispatch;
import io.hongyan.im.ImServer;
import io.hongyan.im.Limits;
import io.hongyan.im.Message;
import io.hongyan.im.SendResult;
import io.hongyan.im.test.client.LineClient;
import io.hongyan.im.test.client.Wiring;
import io.hongyan.im.test.evidence.Await;
import io.hongyan.im.test.evidence.RecordingHandler;
import java.io.ByteArrayOutputStream;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Collections;
import java.util.HexFormat;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CountDownLatch;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

/** How lines come in, good and bad, over a real connection. */
abstract class LineContract extends ServerTest {
    private static final int MOST = 100;
    private static final Limits SMALL = Limits.defaults().withMaxMessageBytes(MOST);

    LineContract(String transport, Wiring wiring) {
        super(transport, wiring);
    }

    private static byte[] utf8(String text) {
        return text.getBytes(StandardCharsets.UTF_8);
    }

    /** Each half is known to have been read before the other is sent, so that the cut is where the test wants it. */
    @EachDispatch
    @Tag("U2")
    @Tag("U3")
    void shouldTakeALineCutAtEveryByte(Dispatch dispatch) throws Exception {
        byte[] line = utf8("é鸿😀\uFEFF\0e\u0301\r\n");
        ImServer server = start(dispatch, ECHO);
        LineClient client = client(server);

        long sent = 0;
        for (int cut = 1; cut < line.length; cut++) {
            client.sendBytes(line, 0, cut);
            long soFar = sent + cut;
            Await.until("the first half is read", () -> server.stats().bytesIn() >= soFar);
            client.sendBytes(line, cut, line.length);
            sent += line.length;

            client.expectLine("é鸿😀\uFEFF\0e\u0301");
        }
    }

    @EachDispatch
    @Tag("U3")
    void shouldTakeLinesByteByByte(Dispatch dispatch) throws Exception {
        LineClient client = client(start(dispatch, ECHO));

        for (byte b : utf8("鸿雁\n\nin der Wolken\r\n😀\n")) {
            client.sendBytes(new byte[] {b});
        }

        assertEquals(List.of("鸿雁", "", "in der Wolken", "😀"), client.lines(4));
    }

    @EachDispatch
    @Tag("O1")
    void shouldTakeTenThousandLinesOfOneWrite(Dispatch dispatch) throws Exception {
        StringBuilder lines = new StringBuilder();
        for (int i = 0; i < 10_000; i++) {
            lines.append("line ").append(i).append('\n');
        }
        ImServer server = start(dispatch, ECHO);
        LineClient client = client(server);

        Crew writer = Crew.start(1, n -> client.sendBytes(utf8(lines.toString())));

        for (int i = 0; i < 10_000; i++) {
            client.expectLine("line " + i);
        }
        writer.await();
        assertEquals(10_000, server.stats().messagesIn());
        assertEquals(0, server.stats().overflowed());
    }

    @EachDispatch
    @Tag("U1")
    @Tag("U4")
    void shouldCarryEveryTextByteForByte(Dispatch dispatch) throws Exception {
        List<byte[]> received = Collections.synchronizedList(new ArrayList<>());
        LineClient client = client(start(dispatch, (session, message) -> {
            received.add(message.bytes());
            session.send(Message.text(message.text()));
        }));
        List<String> texts = List.of(
                "",
                "\uFEFFbom",
                "nul\0nul",
                "inner\rcr",
                "\r",
                "\u2028\u2029\u0085",
                "e\u0301\u0302\u200D",
                "\uFFFD",
                "\uD83D\uDE00",
                "\uDBFF\uDFFF",
                "\u007F\u0080\u07FF\u0800\uFFFF",
                "!missed 1",
                "\t\u001B[0m\u0007");

        for (String text : texts) {
            client.send(text + "\r");
            assertEquals(text + (text.endsWith("\r") ? "\r" : ""), client.line());
        }
        for (int i = 0; i < texts.size(); i++) {
            assertArrayEquals(utf8(texts.get(i)), received.get(i));
        }
    }

    @EachDispatch
    @Tag("S2")
    void shouldAnswerWhatCameBeforeTheEndOfInput(Dispatch dispatch) throws Exception {
        RecordingHandler handler = recording(ECHO);
        ImServer server = start(dispatch, handler);
        StringBuilder lines = new StringBuilder();
        for (int i = 0; i < 1_000; i++) {
            lines.append(i).append('\n');
        }

        Crew.run(4, n -> {
            LineClient client = client(server);
            client.sendBytes(utf8(lines + "no line, since it has no end"));
            client.halfClose();
            for (int i = 0; i < 1_000; i++) {
                client.expectLine(Integer.toString(i));
            }
            client.expectEnd();
        });
        for (int i = 0; i < 4; i++) {
            assertEquals(
                    Code.PEER_CLOSED, handler.awaitClose(handler.awaitOpen()).code());
        }
    }

    @EachDispatch
    @Tag("S2")
    void shouldLetTheHandlerFinishBeforeItEndsTheConnection(Dispatch dispatch) throws Exception {
        CountDownLatch mayAnswer = new CountDownLatch(1);
        RecordingHandler handler = recording((session, message) -> {
            Await.zero("the peer has ended its output", mayAnswer);
            session.send("the answer");
        });
        ImServer server = start(dispatch, handler);
        LineClient client = client(server);
        ClientSession session = handler.awaitOpen();

        client.send("question");
        client.send("another");
        client.halfClose();
        mayAnswer.countDown();

        assertEquals(List.of("the answer", "the answer"), client.linesToEnd());
        assertEquals(Code.PEER_CLOSED, handler.awaitClose(session).code());
        assertEquals(SendResult.CLOSED, session.send("late"));
    }

    @EachDispatch
    @Tag("X6")
    void shouldForgetAMessageThatAResetCutsOff(Dispatch dispatch) throws Exception {
        RecordingHandler handler = recording(IGNORE);
        ImServer server = start(dispatch, handler);
        LineClient client = client(server);
        ClientSession session = handler.awaitOpen();

        client.sendBytes(utf8("whole\nhalf"));
        Await.until("it is read", () -> server.stats().bytesIn() == 10);
        client.reset();

        assertEquals(Code.CONNECTION_LOST, handler.awaitClose(session).code());
        assertEquals(List.of("open", "message whole", "close CONNECTION_LOST"), handler.transcript(session));
        Await.until("the connection is gone", () -> server.stats().openSessions() == 0);
    }

    @EachDispatch
    @Tag("F6")
    void shouldTakeALineOfJustTheLimit(Dispatch dispatch) throws Exception {
        LineClient client = client(start(server(dispatch, ECHO).limits(SMALL)));

        client.echo("x".repeat(MOST));
        client.echo("é".repeat(MOST / 2));
        client.send("x".repeat(MOST) + "\r");
        client.expectLine("x".repeat(MOST));
    }

    @EachDispatch
    @Tag("F6")
    void shouldTellTheRuleOfALineOverTheLimitAndDeliverNothingOfIt(Dispatch dispatch) throws Exception {
        RecordingHandler handler = recording(ECHO);
        ImServer server = start(server(dispatch, handler).limits(SMALL));
        LineClient other = client(server);
        ClientSession ofOther = handler.awaitOpen();
        LineClient client = client(server);
        ClientSession session = handler.awaitOpen();

        client.sendBytes(utf8("good\n" + "x".repeat(MOST + 1)));
        client.expectLine("good");
        String rule = client.line();
        client.sendBytes(utf8("\nrest\n"));

        assertTrue(rule.startsWith("!closing MESSAGE_TOO_BIG "), rule);
        assertTrue(rule.contains(Integer.toString(MOST)) && rule.contains("maxMessageBytes"), rule);
        client.halfClose();
        client.expectEnd();
        CloseReason reason = handler.awaitClose(session);
        assertEquals(Code.MESSAGE_TOO_BIG, reason.code());
        assertEquals(MOST, reason.limit());
        assertEquals(List.of("open", "message good", "close MESSAGE_TOO_BIG"), handler.transcript(session));
        other.echo("unmoved");
        assertTrue(ofOther.isOpen());
    }

    /** What the server does not want to read any more must not turn its last words into a reset. */
    @EachDispatch
    @Tag("F6")
    void shouldTellTheRuleAlsoToAPeerThatGoesOnSending(Dispatch dispatch) throws Exception {
        RecordingHandler handler = recording(ECHO);
        ImServer server = start(server(dispatch, handler).limits(SMALL));
        LineClient client = client(server);

        client.sendBytes(utf8("x".repeat(200_000) + "\nrest\n"));

        List<String> lines = client.linesToEnd();
        assertEquals(1, lines.size());
        assertTrue(lines.get(0).startsWith("!closing MESSAGE_TOO_BIG "), lines.get(0));
        ClientSession session = handler.awaitOpen();
        handler.awaitClose(session);
        assertEquals(List.of("open", "close MESSAGE_TOO_BIG"), handler.transcript(session));
    }

    @EachDispatch
    @Tag("U1")
    @Tag("U2")
    void shouldRefuseWhatIsNotUtf8AtItsFirstImpossibleByte(Dispatch dispatch) throws Exception {
        RecordingHandler handler = recording(ECHO);
        ImServer server = start(dispatch, handler);
        LineClient other = client(server);
        handler.awaitOpen();
        List<String> impossible =
                List.of("FF", "C0", "80", "C3 28", "E0 80", "ED A0", "F0 80", "F4 90", "F5", "E2 82 0A", "F0 9F 98 C3");

        for (String hex : impossible) {
            LineClient client = client(server);
            ClientSession session = handler.awaitOpen();
            ByteArrayOutputStream bytes = new ByteArrayOutputStream();
            bytes.writeBytes(utf8("good\nbad"));
            bytes.writeBytes(HexFormat.ofDelimiter(" ").parseHex(hex));
            client.sendBytes(bytes.toByteArray());

            client.expectLine("good");
            String rule = client.line();
            assertTrue(rule.startsWith("!closing INVALID_TEXT ") && rule.contains("UTF-8"), hex + ": " + rule);
            client.halfClose();
            client.expectEnd();
            assertEquals(Code.INVALID_TEXT, handler.awaitClose(session).code());
            assertEquals(List.of("open", "message good", "close INVALID_TEXT"), handler.transcript(session));
        }
        other.echo("unmoved");
    }

    /** Of a listener that speaks nothing else, where the session opens before the first byte comes. */
    @EachDispatch
    @Tag("H9")
    void shouldSayToNobodyWhatIsMeantForAnotherKindOfServer(Dispatch dispatch) throws Exception {
        RecordingHandler handler = recording(ECHO);
        ImServer server = start(dispatch, handler);
        String secret = "\r\nCookie: secret\r\n\r\n";

        for (String first : List.of(
                "GET /chat?name=John Smith HTTP/1.1",
                "get / HTTP/1.1",
                "POST / HTTP/1.0",
                "PROXY TCP4 192.0.2.1 192.0.2.2 4711 80",
                "\u0016\u0003\u0001")) {
            LineClient client = client(server);
            ClientSession session = handler.awaitOpen();

            client.sendBytes(utf8(first + secret));
            client.halfClose();

            int answer = first.contains("PROXY") ? '!' : first.contains("HTTP") ? 'H' : 0x15;
            assertEquals(answer, client.readByte(), first);
            client.awaitGone();
            assertEquals(Code.PROTOCOL_ERROR, handler.awaitClose(session).code());
            assertEquals(List.of("open", "close PROTOCOL_ERROR"), handler.transcript(session));
        }
    }

    /** Messages that wait for their handler when a rule is broken: they came before, so they are handled. */
    @EachDispatch
    void shouldHandleTheMessagesBeforeABrokenRule(Dispatch dispatch) throws Exception {
        RecordingHandler handler = recording(ECHO);
        ImServer server = start(dispatch, handler);
        LineClient client = client(server);
        ByteArrayOutputStream bytes = new ByteArrayOutputStream();
        for (int i = 0; i < 1_000; i++) {
            bytes.writeBytes(utf8(i + "\n"));
        }
        bytes.write(0xFF);

        client.sendBytes(bytes.toByteArray());

        for (int i = 0; i < 1_000; i++) {
            client.expectLine(Integer.toString(i));
        }
        assertTrue(client.line().startsWith("!closing INVALID_TEXT "));
        client.halfClose();
        client.expectEnd();
    }

    @Test
    void shouldCountWhatGoesInAndOut() throws Exception {
        CompletableFuture<Long> writes = new CompletableFuture<>();
        ImServer server = start(Dispatch.ON_LOOP, (session, message) -> {
            writes.complete(session.server().stats().writes());
            for (int i = 0; i < 100; i++) {
                session.send("answer " + i);
            }
        });
        LineClient client = client(server);

        client.send("question");

        int bytes = 0;
        for (String line : client.lines(100)) {
            bytes += line.length() + 1;
        }
        int bytesOut = bytes;
        Await.until("bytes are counted", () -> server.stats().bytesOut() == bytesOut);
        assertEquals(1, server.stats().messagesIn());
        assertEquals(9, server.stats().bytesIn());
        assertEquals(100, server.stats().messagesOut());
        assertEquals(1, server.stats().writes() - Await.result("before", writes), "writes for 100 messages");
    }
}
