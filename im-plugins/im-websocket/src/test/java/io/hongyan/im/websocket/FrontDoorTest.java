package io.hongyan.im.websocket;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.hongyan.im.ClientSession;
import io.hongyan.im.ImServer;
import io.hongyan.im.Limits;
import io.hongyan.im.Message;
import io.hongyan.im.MessageHandler;
import io.hongyan.im.test.client.LineClient;
import io.hongyan.im.test.client.RawClient;
import io.hongyan.im.test.evidence.Await;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;

/** What comes in by the wrong door, over real sockets: it is answered in its own language, and said to nobody. */
@Tag("H9")
class FrontDoorTest extends ServerTest {
    private static final String REST = "Cookie: secret\r\nAuthorization: secret\r\n\r\n";
    private static final String BAD_REQUEST = "HTTP/1.1 400 Bad Request\r\n";
    private static final String ALERT = "\u0015\u0003\u0001\0\u0002\u0002F";

    /** All that anybody was told. */
    private final List<String> heard = Collections.synchronizedList(new ArrayList<>());

    /** What comes, and how the answer begins. */
    private record Stranger(String bytes, String answer) {}

    private static final List<Stranger> STRANGERS = List.of(
            new Stranger("GET /chat?name=John Smith HTTP/1.1\r\nHost: x\r\n" + REST, BAD_REQUEST),
            new Stranger("get / HTTP/1.1\r\nHost: x\r\n" + REST, BAD_REQUEST),
            new Stranger("PROPFIND / HTTP/1.1\r\nHost: x\r\n" + REST, BAD_REQUEST),
            new Stranger("POST /a b HTTP/1.0\n" + REST, BAD_REQUEST),
            new Stranger("PROXY TCP4 192.0.2.1 192.0.2.2 1 2\r\nhello\n", "!closing PROTOCOL_ERROR "),
            new Stranger("PROXY UNKNOWN\r\nGET / HTTP/1.1\r\n" + REST, "!closing PROTOCOL_ERROR "),
            new Stranger("\r\n\r\n\0\r\nQUIT\n\u0021\u0011\0\u000csecret", "!closing PROTOCOL_ERROR "),
            new Stranger("\u0016\u0003\u0001\u0001\u0020\u0001\0\u0001\u001c\u0003\u0003", ALERT),
            new Stranger("\u00ff\u00fb\u001f", "!closing INVALID_TEXT "));

    static Stream<Arguments> strangers() {
        return sockets().flatMap(transport -> STRANGERS.stream().map(s -> Arguments.of(transport, s)));
    }

    static Stream<String> sockets() {
        return Transports.names().stream().filter(name -> !name.equals("virtual"));
    }

    private ImServer server(String transport, String protocols) throws IOException {
        return start(builder(transport, protocols));
    }

    private ImServer.Builder builder(String transport, String protocols) {
        MessageHandler room = new MessageHandler() {
            @Override
            public void onOpen(ClientSession session) {
                session.send("welcome");
            }

            @Override
            public void onMessage(ClientSession session, Message message) {
                heard.add(message.text());
            }
        };
        return server(room).transport(transport).protocols(protocols);
    }

    private static String readToEnd(RawClient client) throws IOException {
        ByteArrayOutputStream bytes = new ByteArrayOutputStream();
        for (int next = client.readByte(); next >= 0; next = client.readByte()) {
            bytes.write(next);
        }
        return bytes.toString(StandardCharsets.ISO_8859_1);
    }

    @ParameterizedTest
    @MethodSource("strangers")
    void shouldAnswerAStrangerInItsLanguageAndOpenNoSession(String transport, Stranger stranger) throws Exception {
        ImServer server = server(transport, "auto");
        WebSocketClient client = client(server);

        client.sendBytes(WebSocketClient.latin1(stranger.bytes));

        String answer = readToEnd(client);
        assertTrue(answer.startsWith(stranger.answer), answer);
        assertEquals(List.of(), heard);
    }

    @ParameterizedTest
    @MethodSource("strangers")
    void shouldSayNothingOfAStrangerThatComesByteByByte(String transport, Stranger stranger) throws Exception {
        for (String protocols : new String[] {"auto", "line"}) {
            ImServer server = server(transport, protocols);
            WebSocketClient client = client(server);

            for (byte b : WebSocketClient.latin1(stranger.bytes)) {
                client.sendBytes(new byte[] {b});
            }

            String answer = readToEnd(client).replace("welcome\n", "");
            assertTrue(answer.startsWith(stranger.answer), answer);
            Await.until("the session ends", () -> server.stats().openSessions() == 0);
            assertTrue(heard.stream().allMatch(String::isEmpty), heard::toString);
        }
    }

    /** As of a browser that connects before it knows what to ask for. */
    @ParameterizedTest
    @MethodSource("sockets")
    void shouldSayNothingOfARequestThatComesWhenTheClientIsTakenForSilent(String transport) throws Exception {
        Limits limits = Limits.defaults();
        ImServer server = start(builder(transport, "auto")
                .limits(limits.withOpening(Duration.ofMillis(20), limits.handshakeTimeout(), Duration.ZERO)));
        LineClient client = line(server);
        client.expectLine("welcome");

        client.sendBytes(WebSocketClient.latin1(WebSocketClient.request("Cookie: secret")));

        String answer = readToEnd(client);
        assertTrue(answer.startsWith(BAD_REQUEST) && answer.contains("silenceTimeout"), answer);
        Await.until("the session ends", () -> server.stats().openSessions() == 0);
        assertEquals(List.of(), heard);
    }

    /** A websocket alone answers in HTTP, which is what is behind a proxy's header, and knows a TLS hello as well. */
    @ParameterizedTest
    @MethodSource("strangers")
    void shouldAnswerAStrangerWhereNothingElseIsSpoken(String transport, Stranger stranger) throws Exception {
        ImServer server = server(transport, "websocket");
        WebSocketClient client = client(server);

        client.sendBytes(WebSocketClient.latin1(stranger.bytes));
        client.halfClose();

        String answer = readToEnd(client);
        if (stranger.answer.equals(ALERT)) {
            assertEquals(ALERT, answer);
        } else if (!stranger.bytes.startsWith("\u00ff")) {
            assertTrue(answer.startsWith("HTTP/1.1 4"), answer);
            boolean proxied = stranger.answer.startsWith("!");
            assertEquals(proxied, answer.contains("PROXY"), answer);
        }
        assertEquals(List.of(), heard);
    }

    @ParameterizedTest
    @ValueSource(strings = {"GET / HTTP/1.1", "PROXY UNKNOWN", "\u0016\u0003"})
    void shouldTakeItForAMessageOnceTheRoomIsEntered(String text) throws Exception {
        for (String protocols : new String[] {"auto", "line"}) {
            LineClient client = line(start(server(ECHO).protocols(protocols)));

            client.echo("hello");
            client.echo(text);
        }
    }

    @Test
    void shouldLeadOutOfTelnet() throws Exception {
        ImServer server = start(ECHO);
        LineClient first = line(server);
        first.sendBytes(new byte[] {-1, -5, 31});
        assertTrue(first.line().contains("raw mode"));

        LineClient later = line(server);
        later.echo("hello");
        later.sendBytes(new byte[] {-1, -12, -1, -3, 6});
        String closing = later.line();
        assertTrue(closing.startsWith("!closing INVALID_TEXT line is not valid UTF-8"), closing);
        assertTrue(closing.contains("raw mode"), closing);
    }
}
