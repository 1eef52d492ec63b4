package io.hongyan.im.websocket;

import static java.nio.charset.StandardCharsets.ISO_8859_1;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTimeout;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.hongyan.im.Limits;
import io.hongyan.im.spi.Decoder;
import io.hongyan.im.spi.ProtocolException;
import java.io.IOException;
import java.net.URISyntaxException;
import java.nio.ByteBuffer;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.stream.Stream;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Heads that are as long as a head can be and made to cost time. */
@Tag("H7")
class HostileHeadTest {
    private static final Duration MOST = Duration.ofSeconds(1);
    private static final String[] FIELDS = {
        "Host",
        "Origin",
        "Upgrade",
        "Connection",
        "Cookie",
        "Content-Length",
        "Transfer-Encoding",
        "Sec-WebSocket-Version",
        "Sec-WebSocket-Key",
        "Sec-WebSocket-Protocol",
        "Sec-WebSocket-Extensions"
    };

    /** What the library can do with a peer's text by a regular expression, as a class file says it. */
    private static final List<String> BY_EXPRESSION =
            List.of("java/util/regex", "java/util/Scanner", "replaceAll", "replaceFirst", "matches", "lookingAt");

    private final AtomicInteger asked = new AtomicInteger();
    private final WebSocketProtocol protocol = WebSocketProtocol.builder()
            .deflate(true)
            .subprotocols("chat", "other")
            .origins("https://example.org")
            .filter(HandshakeFilter.of(handshake -> {
                handshake.cookies();
                asked.incrementAndGet();
                return HandshakeDecision.allow();
            }))
            .build();

    private CollectingSink answered(String head) {
        CollectingSink sink = new CollectingSink();
        Decoder decoder = protocol.newDecoder(Limits.defaults());
        decoder.start(sink);
        try {
            decoder.decode(ByteBuffer.wrap(WebSocketClient.latin1(head)), sink);
        } catch (ProtocolException e) {
            sink.replies.add(CollectingSink.bytes(e.lastWords()));
        }
        return sink;
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "a",
                " ",
                "\t ",
                ",",
                ", ",
                ";",
                "; ",
                ";=",
                "=",
                "\"",
                "\"\\\"",
                "a,",
                "a;",
                "a=\"",
                "a=b; ",
                ".",
                ":",
                "[",
                "[:",
                "//",
                "http://",
                "%",
                "-",
                "\u00ff",
                "permessage-deflate,",
                "permessage-deflate;a=\"b\",",
                "chat,"
            })
    void shouldAnswerAnyHeadInASecond(String pattern) {
        for (String field : FIELDS) {
            String given = field + ": ";
            int room = HttpHead.MAX_BYTES - WebSocketClient.request(given).length();
            String value = pattern.repeat(room / pattern.length());
            String[] heads = {WebSocketClient.request(given + value), replaced(field, value)};
            for (String head : heads) {
                CollectingSink sink = assertTimeout(MOST, () -> answered(head), field);

                assertTrue(new String(sink.repliedBytes(), ISO_8859_1).startsWith("HTTP/1.1 "), field);
            }
        }
    }

    /** The value in place of that which the request has, where it has one. */
    private static String replaced(String field, String value) {
        List<String> lines = new ArrayList<>(List.of(WebSocketClient.request().split("\r\n")));
        lines.removeIf(line -> line.startsWith(field + ":"));
        lines.add(field + ": " + value.substring(0, Math.max(0, value.length() - 20)));
        return String.join("\r\n", lines) + "\r\n\r\n";
    }

    @ParameterizedTest
    @ValueSource(strings = {"/", "?", "a", "%", "%41", "/../", "//", "http://", "@", ":"})
    void shouldAnswerAnyTargetInASecond(String pattern) {
        String target = pattern.repeat((HttpHead.MAX_BYTES - 300) / pattern.length());
        for (String before : new String[] {"", "/", "/?", "http://localhost/", "http://"}) {
            String head = WebSocketClient.requestOf(before + target);

            CollectingSink sink = assertTimeout(MOST, () -> answered(head));

            assertTrue(new String(sink.repliedBytes(), ISO_8859_1).startsWith("HTTP/1.1 "));
        }
    }

    @Test
    void shouldHaveAskedTheFilterAboutTheLongestCookies() {
        String cookies = "Cookie: " + "a=b; ".repeat(3_000);

        assertTimeout(MOST, () -> answered(WebSocketClient.request(cookies)));

        assertEquals(1, asked.get());
    }

    @Test
    void shouldUseNoRegularExpression() throws IOException, URISyntaxException {
        Path classes = Path.of(WebSocketProtocol.class
                .getProtectionDomain()
                .getCodeSource()
                .getLocation()
                .toURI());
        List<String> places = new ArrayList<>();
        int count = 0;
        try (Stream<Path> files = Files.walk(classes)) {
            for (Path file :
                    files.filter(path -> path.toString().endsWith(".class")).toList()) {
                String pool = Files.readString(file, ISO_8859_1);
                BY_EXPRESSION.stream().filter(pool::contains).forEach(name -> places.add(file + " has " + name));
                count++;
            }
        }

        assertTrue(count > 20, count + " classes");
        assertEquals(List.of(), places);
    }
}
