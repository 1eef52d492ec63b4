package io.hongyan.im.websocket;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.hongyan.im.ClientSession;
import io.hongyan.im.ImServer;
import io.hongyan.im.Message;
import io.hongyan.im.MessageHandler;
import io.hongyan.im.test.client.LineClient;
import io.hongyan.im.websocket.WebSocketClient.Answer;
import java.io.IOException;
import java.util.Arrays;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** What becomes of a request, over real sockets, on a port where line is spoken too. */
class HandshakeTest extends ServerTest {
    private ImServer server;

    @BeforeEach
    void startServer() throws IOException {
        server = echoing(WebSocketProtocol.builder()
                .paths("/", "/ws")
                .text("/health", "fine")
                .subprotocols("v2.chat", "v1.chat")
                .build());
    }

    private Answer answer(String request) throws IOException {
        return client(server).answer(request);
    }

    private void assertUpgraded(String request) throws IOException {
        WebSocketClient client = client(server);
        client.sendBytes(WebSocketClient.latin1(request));
        client.expectUpgrade();
        client.echo("hello");
    }

    private static String with(String old, String replaced) {
        String request = WebSocketClient.request();
        assertTrue(request.contains(old));
        return request.replace(old, replaced);
    }

    // ---- granted

    @Test
    @Tag("H1")
    void shouldUpgradeAGoodRequest() throws IOException {
        assertUpgraded(WebSocketClient.request());
        assertUpgraded(WebSocketClient.requestOf("/ws?token=1"));
        assertUpgraded(WebSocketClient.requestOf("http://LOCALHOST/ws"));
        assertUpgraded(WebSocketClient.request("Content-Length: 0", "X-Any:\t\u00e9 \t"));
        assertUpgraded(with("Upgrade: websocket", "upgrade: h2c, WebSocket"));
        assertUpgraded(with("keep-alive, Upgrade", "UPGRADE"));
    }

    @ParameterizedTest
    @ValueSource(strings = {"localhost:8888", "[::1]:80", "192.0.2.1", "a_b.example-1.org"})
    void shouldTakeEveryKindOfHost(String host) throws IOException {
        assertUpgraded(with("Host: localhost", "Host: " + host));
    }

    @Test
    void shouldChooseTheFirstOfItsSubprotocolsThatTheClientAsksFor() throws IOException {
        WebSocketClient client = client(server);
        client.sendBytes(WebSocketClient.latin1(
                WebSocketClient.request("Sec-WebSocket-Protocol: v0, v1.chat", "Sec-WebSocket-Protocol: v2.chat")));
        assertEquals("v2.chat", client.expectUpgrade().field("sec-websocket-protocol"));

        WebSocketClient other = client(server);
        other.sendBytes(WebSocketClient.latin1(WebSocketClient.request("Sec-WebSocket-Protocol: v3")));
        assertEquals("", other.expectUpgrade().field("sec-websocket-protocol"));
    }

    @Test
    @Tag("W12")
    void shouldNotAgreeUponCompressionByItself() throws IOException {
        WebSocketClient client = client(server);
        client.sendBytes(
                WebSocketClient.latin1(WebSocketClient.request("Sec-WebSocket-Extensions: permessage-deflate")));
        assertEquals("", client.expectUpgrade().field("sec-websocket-extensions"));
    }

    // ---- texts

    @Test
    @Tag("H6")
    void shouldAnswerAPlainGet() throws IOException {
        assertEquals("fine\n", answer("GET /health HTTP/1.1\r\nHost: x\r\n\r\n").body());
        assertEquals(200, answer("GET /health?x HTTP/1.0\r\n\r\n").status());
        assertEquals(404, answer("GET /etc/passwd HTTP/1.1\r\nHost: x\r\n\r\n").status());
        assertEquals(404, answer("GET /../health HTTP/1.1\r\nHost: x\r\n\r\n").status());

        Answer plain = answer("GET / HTTP/1.1\r\nHost: x\r\n\r\n");
        assertEquals(426, plain.status());
        assertEquals("websocket", plain.field("upgrade"));
        assertEquals("13", plain.field("sec-websocket-version"));
        assertTrue(
                plain.body()
                        .startsWith(
                                "this is a WebSocket server: the request must have \"Upgrade: websocket\", and a proxy"),
                plain.body());
    }

    // ---- refused

    @ParameterizedTest
    @ValueSource(strings = {"8", "7", "14", "13, 8", "", "013"})
    @Tag("H2")
    void shouldNameItsVersion(String version) throws IOException {
        Answer answer = answer(with("Sec-WebSocket-Version: 13", "Sec-WebSocket-Version: " + version));

        assertEquals(426, answer.status());
        assertEquals("13", answer.field("sec-websocket-version"));
    }

    @Test
    @Tag("H2")
    void shouldNameItsVersionWhereThereIsNone() throws IOException {
        assertEquals(426, answer(with("Sec-WebSocket-Version: 13\r\n", "")).status());
    }

    @ParameterizedTest
    @ValueSource(strings = {"POST", "PUT", "DELETE", "OPTIONS", "TRACE", "PATCH", "CONNECT"})
    @Tag("H1")
    void shouldServeNoOtherMethod(String method) throws IOException {
        Answer answer = answer(with("GET", method));

        assertEquals(405, answer.status());
        assertEquals("GET, HEAD", answer.field("allow"));
    }

    @Test
    @Tag("H1")
    void shouldAnswerAHeadWithoutABody() throws IOException {
        WebSocketClient client = client(server);
        client.sendBytes(WebSocketClient.latin1(with("GET", "HEAD")));
        StringBuilder answer = new StringBuilder();
        for (int next = client.readByte(); next >= 0; next = client.readByte()) {
            answer.append((char) next);
        }

        assertTrue(answer.toString().startsWith("HTTP/1.1 426 "), answer::toString);
        assertTrue(answer.toString().endsWith("\r\n\r\n"), answer::toString);
    }

    @ParameterizedTest
    @CsvSource({"HTTP/1.0", "HTTP/2.0", "HTTP/0.9"})
    @Tag("H1")
    void shouldSpeakNoOtherVersionOfHttp(String version) throws IOException {
        assertEquals(505, answer(with("HTTP/1.1", version)).status());
    }

    @Test
    @Tag("H9")
    void shouldAnswerHttp2WithoutUpgrade() throws IOException {
        assertEquals(505, answer("PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n").status());
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "Host: localhost           | ''                               | the request must have one Host, has 0",
                "Host: localhost           | 'Host: a\r\nHost: a'             | the request must have one Host, has 2",
                "Host: localhost           | 'Host: a b'                      | Host is not a host name or address with perhaps a port",
                "Host: localhost           | 'Host: a/b'                      | Host is not a host name or address with perhaps a port",
                "Host: localhost           | 'Host: [::1'                     | Host is not a host name or address with perhaps a port",
                "Host: localhost           | 'Host:'                          | Host is not a host name or address with perhaps a port",
                "Connection: keep-alive    | 'Connection: close\r\nX: Upgrade' | 'the request must have \"Connection: Upgrade\", and a proxy in front must pass it on'",
                "Sec-WebSocket-Key:        | X-Key:                           | the request must have one Sec-WebSocket-Key, has 0",
                "Sec-WebSocket-Key:        | 'Sec-WebSocket-Key: AAAAAAAAAAAAAAAAAAAAAA==\r\nSec-WebSocket-Key:' | the request must have one Sec-WebSocket-Key, has 2",
                "dGhlIHNhbXBsZSBub25jZQ==  | dGhlIHNhbXBsZSBub25j             | Sec-WebSocket-Key is not 16 bytes in base64",
                "dGhlIHNhbXBsZSBub25jZQ==  | dGhlIHNhbXBsZSBub25jZXh4         | Sec-WebSocket-Key is not 16 bytes in base64",
                "dGhlIHNhbXBsZSBub25jZQ==  | dGhlIHNhbXBsZSBub25jZ%==         | Sec-WebSocket-Key is not 16 bytes in base64",
                "Host: localhost           | 'Host: a\r\nContent-Length: 1'   | 'the request has Content-Length, and it is not a single 0'",
                "Host: localhost           | 'Host: a\r\nContent-Length: 0\r\nContent-Length: 0' | 'the request has Content-Length, and it is not a single 0'",
                "Host: localhost           | 'Host: a\r\nTransfer-Encoding: chunked' | 'the request has Transfer-Encoding, but a body is not wanted'",
                "Host: localhost           | 'Host : localhost'               | a header field has a space before its colon",
                "Host: localhost           | 'Host: localhost\r\n folded'     | a header field is folded; it must stand on one line",
                "Host: localhost           | 'Host: localhost\r\nno colon'    | a header field has no colon",
                "Host: localhost           | 'Host: localhost\r\n: x'         | the name of a header field is not a token",
                "Host: localhost           | 'Host: localhost\r\na\u00e9: x'  | the name of a header field is not a token",
                "Host: localhost           | 'Host: local\0host'              | the head has a control character",
                "Host: localhost           | 'Host: localhost\nX: y'          | a line of the head ends in LF without CR; it must end in CR LF",
                "Host: localhost           | 'Host: localhost\rX: y'          | a line of the head has a CR without LF; it must end in CR LF",
                "GET /                     | GET /#a                          | the request's target must begin with a slash and have no fragment",
                "GET /                     | GET a                            | the request's target must begin with a slash and have no fragment",
                "GET /                     | GET /\u00e9                      | the request's target is empty or has a character that must be percent-encoded",
                "Host: localhost           | 'Host: localhost\r\nOrigin: http://localhost\r\nOrigin: http://localhost' | the request has more than one Origin",
            })
    @Tag("H1")
    @Tag("H3")
    void shouldRefuseABadRequestWithItsOwnSentence(String old, String replaced, String sentence) throws IOException {
        Answer answer = answer(with(old, replaced).replace("\r\n\r\nUpgrade", "\r\nUpgrade"));

        assertEquals(sentence + "\n", answer.body());
        assertEquals(400, answer.status());
        assertEquals("text/plain; charset=utf-8", answer.field("content-type"));
    }

    @Test
    @Tag("H4")
    @Tag("F7")
    void shouldBoundTheHead() throws IOException {
        int frame = WebSocketClient.request("X: ").length();
        assertUpgraded(WebSocketClient.request("X: " + "x".repeat(HttpHead.MAX_BYTES - frame)));
        Answer tooLong = answer(WebSocketClient.request("X: " + "x".repeat(HttpHead.MAX_BYTES - frame + 1)));
        assertEquals(431, tooLong.status());
        assertEquals(
                "the request's head is longer than 16384 bytes; send less, such as fewer cookies\n", tooLong.body());

        String[] fields = new String[HttpHead.MAX_FIELDS - 5];
        Arrays.fill(fields, "X: y");
        assertUpgraded(WebSocketClient.request(fields));
        Answer tooMany = answer(with("Host", "X: y\r\n".repeat(96) + "Host"));
        assertEquals(431, tooMany.status());
        assertEquals("the request has more than 100 header fields; send fewer\n", tooMany.body());
    }

    @Test
    @Tag("H4")
    void shouldAnswerAFirstLineWithoutEnd() throws IOException {
        assertEquals(431, answer("GET /" + "x".repeat(100_000)).status());
    }

    // ---- deadlines and detection

    @Test
    @Tag("H9")
    void shouldNotHoldLinesBackThatBeginLikeARequest() throws Exception {
        LineClient client = line(server);

        client.echo("G");
        client.echo("GET / HTTP/1.1 is how a request begins");
        for (String line :
                new String[] {"G", "GET", "GET ", "GET me a beer", "PRI", "PRIVATE", "POST it", "get / HTTP"}) {
            line(server).echo(line);
        }
    }

    /** RFC 9112, section 2.2. */
    @Test
    @Tag("H3")
    @Tag("H4")
    void shouldIgnoreEmptyLinesBeforeARequestWhereNothingElseIsSpoken() throws IOException {
        server = start(server(ECHO).protocols("websocket"));
        assertUpgraded("\r\n" + WebSocketClient.request());
        assertUpgraded("\r\n\r\n\r\n" + WebSocketClient.request());

        assertEquals(400, answer("\n" + WebSocketClient.request()).status());
        assertEquals(400, answer(" \r\n" + WebSocketClient.request()).status());
        assertEquals(431, answer("\r\n".repeat(HttpHead.MAX_BYTES)).status());
    }

    @Test
    @Tag("H9")
    void shouldTakeAnEmptyLineForALineWhereLinesAreSpoken() throws Exception {
        for (String end : new String[] {"\n", "\r\n"}) {
            LineClient client = line(server);

            client.sendBytes(WebSocketClient.latin1(end));
            client.expectLine("");
            client.echo("GET / HTTP/1.1");
        }
    }

    @Test
    @Tag("H9")
    void shouldOpenASessionForALineThatCannotBecomeARequest() throws Exception {
        ImServer greeting = start(new MessageHandler() {
            @Override
            public void onOpen(ClientSession session) {
                session.send("welcome, " + session.protocol());
            }

            @Override
            public void onMessage(ClientSession session, Message message) {}
        });
        LineClient client = line(greeting);

        client.sendBytes(WebSocketClient.latin1("GET well "));
        client.sendBytes(WebSocketClient.latin1("s"));

        client.expectLine("welcome, line");
    }

    // ---- origins

    @ParameterizedTest
    @CsvSource({
        "http://localhost,             101",
        "https://LocalHost:8443,       101",
        "http://localhost.evil.org,    403",
        "http://notlocalhost,          403",
        "http://evil.org,              403",
        "http://evil.org/localhost,    403",
        "http://localhost@evil.org,    403",
        "'http://evil.org, http://localhost', 403",
        "null,                         403",
        "localhost,                    403",
        "'',                           403",
        "file://,                      403",
    })
    @Tag("A1")
    void shouldAllowPagesOfTheSameHost(String origin, int status) throws IOException {
        String request = WebSocketClient.request("Origin: " + origin);
        if (status == 101) {
            assertUpgraded(request);
        } else {
            assertEquals(status, answer(request).status());
        }
    }

    @Test
    @Tag("A1")
    void shouldAllowListedPagesAndRequireAnOriginWhereToldSo() throws IOException {
        server = echoing(WebSocketProtocol.builder()
                .origins("https://App.example.org")
                .originRequired(true)
                .build());
        assertUpgraded(WebSocketClient.request("Origin: https://app.example.org"));
        assertUpgraded(WebSocketClient.request("Origin: http://localhost"));
        assertEquals(
                403,
                answer(WebSocketClient.request("Origin: http://app.example.org"))
                        .status());
        assertEquals(403, answer(WebSocketClient.request()).status());

        server = echoing(WebSocketProtocol.builder().origins("*").build());
        assertUpgraded(WebSocketClient.request("Origin: null"));
    }

    @Test
    @Tag("W10")
    void shouldDeliverARefusalAlthoughTheBodyIsUnread() throws IOException {
        WebSocketClient client = client(server);
        client.sendBytes(WebSocketClient.latin1(
                "POST /x HTTP/1.1\r\nHost: x\r\nContent-Length: 300000\r\n\r\n" + "x".repeat(300_000)));
        assertEquals(405, client.answer().status());
    }
}
