package io.hongyan.im.websocket;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.hongyan.im.ImServer;
import io.hongyan.im.websocket.WebSocketClient.Answer;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** What a request is about: which host, which path, and whether a WebSocket or a text is wanted. Over real sockets. */
class RequestTest extends ServerTest {
    private final List<Handshake> asked = Collections.synchronizedList(new ArrayList<>());
    private ImServer server;

    @BeforeEach
    void startServer() throws IOException {
        server = echoing(WebSocketProtocol.builder()
                .paths("/", "/ws")
                .text("/health", "fine \u9d3b")
                .filter(HandshakeFilter.of(handshake -> {
                    asked.add(handshake);
                    return HandshakeDecision.allow();
                }))
                .build());
    }

    private Answer answer(String request) throws IOException {
        return client(server).answer(request);
    }

    private String raw(String request) throws IOException {
        WebSocketClient client = client(server);
        client.sendBytes(WebSocketClient.latin1(request));
        ByteArrayOutputStream bytes = new ByteArrayOutputStream();
        for (int next = client.readByte(); next >= 0; next = client.readByte()) {
            bytes.write(next);
        }
        return bytes.toString(StandardCharsets.UTF_8);
    }

    // ---- an Upgrade to something else is ignored (RFC 9110, section 7.8)

    @ParameterizedTest
    @ValueSource(strings = {"h2c", "TLS/1.3, h2c", "websockets", "HTTP/2.0"})
    @Tag("H6")
    void shouldAnswerAPlainGetThatOffersAnotherProtocol(String upgrade) throws IOException {
        Answer answer = answer("GET /health HTTP/1.1\r\nHost: x\r\nConnection: Upgrade, HTTP2-Settings\r\nUpgrade: "
                + upgrade + "\r\nHTTP2-Settings: AAMAAABkAAQCAAAAAAIAAAAA\r\n\r\n");

        assertEquals(200, answer.status());
        assertEquals("fine \u9d3b\n", answer.body());
    }

    @Test
    void shouldStillNeedAWebSocketWhereThereIsNoText() throws IOException {
        assertEquals(
                426, answer("GET / HTTP/1.1\r\nHost: x\r\nUpgrade: h2c\r\n\r\n").status());
        assertEquals(
                404,
                answer("GET /x HTTP/1.1\r\nHost: x\r\nUpgrade: h2c\r\n\r\n").status());
    }

    // ---- HEAD (RFC 9110, section 9.3.2)

    @ParameterizedTest
    @CsvSource({
        "/health, ''",
        "/health, 'Connection: Upgrade\r\nUpgrade: h2c\r\n'",
        "/, ''",
        "/nowhere, ''",
        "/#a, ''",
        "/health, 'Transfer-Encoding: chunked\r\n'",
    })
    void shouldAnswerAHeadAsAGetButWithoutABody(String target, String fields) throws IOException {
        String rest = " " + target + " HTTP/1.1\r\nHost: x\r\n" + fields + "\r\n";

        String get = raw("GET" + rest);
        String head = raw("HEAD" + rest);

        assertEquals(get.substring(0, get.indexOf("\r\n\r\n") + 4), head);
        assertTrue(get.length() > head.length());
    }

    // ---- the absolute form of a target (RFC 9112, section 3.2.2)

    private Handshake upgraded(String target, String host) throws IOException {
        WebSocketClient client = client(server);
        client.sendBytes(
                WebSocketClient.latin1(WebSocketClient.requestOf(target).replace("Host: localhost", "Host: " + host)));
        client.expectUpgrade();
        client.echo("hello");
        return asked.get(asked.size() - 1);
    }

    @ParameterizedTest
    @CsvSource({
        "http://example.com/ws,          example.com:80, /ws, '',        example.com",
        "http://example.com:80/ws,       example.com,    /ws, '',        example.com",
        "https://example.com:443/ws,     other,          /ws, '',        example.com",
        "http://example.com:443/ws,      other,          /ws, '',        example.com:443",
        "http://example.com:/ws,         other,          /ws, '',        example.com",
        "http://EXAMPLE.com:8080?token=x, other:1,       /,   token=x,   EXAMPLE.com:8080",
        "HTTP://example.com,             other,          /,   '',        example.com",
        "http://example.com?a=/b,        other,          /,   a=/b,      example.com",
        "http://[::1]:8080/ws?x,         other,          /ws, x,         [::1]:8080",
        "/ws?x,                          other:80,       /ws, x,         other:80",
    })
    @Tag("H1")
    void shouldTakeTheHostOfTheTarget(String target, String host, String path, String query, String expected)
            throws IOException {
        Handshake handshake = upgraded(target, host);

        assertEquals(path, handshake.path());
        assertEquals(query, handshake.query());
        assertEquals(expected, handshake.header("host").orElseThrow());
    }

    @ParameterizedTest
    @CsvSource({
        "http://example.com/ws, 'Host: a\r\nHost: b', 'the request must have one Host, has 2'",
        "http://example.com/ws, 'Host: a b',          'Host is not'",
        "http:///ws,            'Host: a',            'the target''s host is not'",
        "http://a b/ws,         'Host: a',            'the request line is not'",
        "http://u@a/ws,         'Host: a',            'the target''s host is not'",
        "http://a:b/ws,         'Host: a',            'the target''s host is not'",
        "http://a/#b,           'Host: a',            'the request''s target must begin with a slash'",
        "ftp://a/,              'Host: a',            'the request''s target must begin with a slash'",
    })
    @Tag("H3")
    void shouldRefuseAHostThatIsNone(String target, String host, String sentence) throws IOException {
        WebSocketProtocol protocol = new WebSocketProtocol();
        server = start(server(ECHO).protocol(protocol).protocols("websocket"));

        Answer answer = answer(WebSocketClient.requestOf(target).replace("Host: localhost", host));

        assertEquals(400, answer.status());
        assertTrue(answer.body().startsWith(sentence), answer.body());
    }

    @Test
    @Tag("A1")
    void shouldCompareAPagesHostWithThatOfTheTarget() throws IOException {
        WebSocketClient client = client(server);
        client.sendBytes(WebSocketClient.latin1(
                WebSocketClient.requestOf("http://example.com/ws", "Origin: http://example.com")));
        client.expectUpgrade();

        assertEquals(
                403,
                answer(WebSocketClient.requestOf("http://example.com/ws", "Origin: http://localhost"))
                        .status());
    }
}
