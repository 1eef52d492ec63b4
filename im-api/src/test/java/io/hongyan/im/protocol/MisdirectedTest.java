package io.hongyan.im.protocol;

import static java.nio.charset.StandardCharsets.ISO_8859_1;
import static java.nio.charset.StandardCharsets.UTF_8;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.hongyan.im.Limits;
import io.hongyan.im.Message;
import io.hongyan.im.spi.Protocol;
import io.hongyan.im.spi.Protocol.Detection;
import java.nio.ByteBuffer;
import java.util.HexFormat;
import java.util.List;
import net.jqwik.api.Arbitraries;
import net.jqwik.api.Arbitrary;
import net.jqwik.api.Combinators;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.Provide;
import net.jqwik.api.Tag;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** What is meant for another kind of server is answered in its own language, and never given to a handler (H9). */
@Tag("H9")
class MisdirectedTest {
    private static final String SIGNATURE = "\r\n\r\n\0\r\nQUIT\n";
    private static final String SECRET = "Cookie: secret\r\nAuthorization: secret\r\n\r\n";

    private final Protocol line = new LineProtocol();

    private Feeding feeding() {
        return new Feeding(line.newDecoder(Limits.defaults()));
    }

    private Detection detect(String first) {
        return line.detect(ByteBuffer.wrap(first.getBytes(ISO_8859_1)).asReadOnlyBuffer());
    }

    @Provide
    Arbitrary<List<Integer>> sizes() {
        return Arbitraries.integers().between(1, 12).list().ofMaxSize(60);
    }

    /** First lines that end in a version of HTTP, whatever stands before it. */
    @Provide
    Arbitrary<String> requests() {
        Arbitrary<String> before = Arbitraries.of(
                        "GET", "get", "POST", "PROPFIND", " ", "/", "/chat?name=John Smith", "\t", "é", "x", "HTTP/1.1")
                .list()
                .ofMaxSize(6)
                .map(parts -> String.join("", parts));
        Arbitrary<String> version = Arbitraries.of("HTTP/1.1", "HTTP/1.0", "HTTP/2.0", "HTTP/0.9", "http/1.1");
        return Combinators.combine(before, version, Arbitraries.of("\r\n", "\n", " \r\n"))
                .as((text, digits, end) -> text + " " + digits + end + SECRET);
    }

    @Provide
    Arbitrary<String> proxied() {
        return Arbitraries.of(
                        "PROXY TCP4 192.0.2.1 192.0.2.2 4711 80\r\n",
                        "PROXY TCP6 2001:db8::1 2001:db8::2 4711 80\r\n",
                        "PROXY UNKNOWN\r\n",
                        "PROXY UNKNOWN ffff::1 ffff::2 1 2\r\n",
                        "PROXY TCP4 \n")
                .map(header -> header + SECRET);
    }

    @Property
    void aRequestIsNeverAMessage(@ForAll("requests") String stream, @ForAll("sizes") List<Integer> sizes) {
        Feeding feeding = feeding();

        Feeding.Outcome outcome = feeding.feed(stream.getBytes(UTF_8), sizes);

        assertEquals(List.of(), outcome.messages());
        String answer = answer(feeding);
        assertTrue(answer.startsWith("HTTP/1.1 400 Bad Request\r\n"), answer);
        String[] parts = answer.split("\r\n\r\n", 2);
        assertTrue(parts[0].contains("\r\nConnection: close"), answer);
        assertTrue(parts[0].contains("\r\nContent-Length: " + parts[1].length()), answer);
    }

    @Property
    void aProxysHeaderIsNeverAMessage(@ForAll("proxied") String stream, @ForAll("sizes") List<Integer> sizes) {
        Feeding feeding = feeding();

        Feeding.Outcome outcome = feeding.feed(stream.getBytes(UTF_8), sizes);

        assertEquals(List.of(), outcome.messages());
        assertClosing("PROTOCOL_ERROR", "PROXY", answer(feeding));
    }

    /** Its first four bytes are two empty lines: what the network cuts there is given as such, and nothing else. */
    @Property
    void aBinaryProxysHeaderIsNoMoreThanTwoEmptyLines(@ForAll byte[] addresses, @ForAll("sizes") List<Integer> sizes) {
        byte[] stream = Feeding.concat(SIGNATURE.getBytes(ISO_8859_1), addresses);
        Feeding feeding = feeding();

        Feeding.Outcome outcome = feeding.feed(stream, sizes);

        Message empty = Message.text("");
        assertTrue(List.of(empty, empty).containsAll(outcome.messages())
                && outcome.messages().size() <= 2);
        assertTrue(outcome.messages().isEmpty() || sizes.get(0) < 5, "it came whole");
        assertClosing("PROTOCOL_ERROR", "PROXY", answer(feeding));
    }

    @Property
    void aTlsHelloIsAnsweredByAnAlert(@ForAll byte[] hello, @ForAll("sizes") List<Integer> sizes) {
        Feeding feeding = feeding();

        Feeding.Outcome outcome = feeding.feed(Feeding.concat(new byte[] {0x16, 3}, hello), sizes);

        assertEquals(List.of(), outcome.messages());
        assertEquals("15030100020246", HexFormat.of().formatHex(Feeding.bytesOf(feeding.lastWords())));
    }

    @Property
    void telnetIsToldWhatToUse(@ForAll byte[] options, @ForAll("sizes") List<Integer> sizes) {
        Feeding feeding = feeding();

        Feeding.Outcome outcome = feeding.feed(Feeding.concat(new byte[] {-1}, options), sizes);

        assertEquals(List.of(), outcome.messages());
        assertClosing("INVALID_TEXT", "raw mode", answer(feeding));
    }

    private static String answer(Feeding feeding) {
        return new String(Feeding.bytesOf(feeding.lastWords()), UTF_8);
    }

    private static void assertClosing(String code, String word, String answer) {
        assertTrue(answer.startsWith("!closing " + code + " "), answer);
        assertTrue(answer.contains(word), answer);
        assertEquals(answer.length() - 1, answer.indexOf('\n'));
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "GET /\n",
                "HTTP/1.1 is a protocol\n",
                "GET / HTTP/1.1 is how a request begins\n",
                "GET / HTTP/11\n",
                "GET / HTTP/1.\n",
                "GET / HTTP/1.x\n",
                "HTTP/1.1\n",
                "/HTTP/1.1\n",
                "PROXY\n",
                "PROXY TCP\n",
                "PROXY TCP44 x\n",
                "PROXY UNKNOWNS\n",
                "proxy TCP4 x\n",
                "\r\n",
                "\n\n\0\n",
                "\r\n\r\n\r\n",
                "\r\n\r\nx\n",
                "\r\n\0\n",
                "\u0016\n",
                "\u0016x\n",
                "\u0003\u0016\u0003\n",
                "\n",
                "\uFEFF\n"
            })
    void shouldTakeEverythingElseForLines(String stream) {
        Feeding.Outcome whole = feeding().feedWhole(stream.getBytes(UTF_8));

        assertTrue(whole.failure().isEmpty());
        assertEquals(
                stream.chars().filter(c -> c == '\n').count(), whole.messages().size());
        assertEquals(
                whole.verdict(),
                feeding().feedByteByByte(stream.getBytes(UTF_8)).verdict());
        assertEquals(Detection.MATCH, detect(stream));
    }

    @ParameterizedTest
    @ValueSource(strings = {"GET / HTTP/1.1", "PROXY UNKNOWN", "\u0016\u0003\u0001", "\r\n\r\n\0"})
    void shouldJudgeNoLineButTheFirst(String later) {
        for (String first : new String[] {"hello\n", "\n"}) {
            Feeding.Outcome outcome = feeding().feedWhole((first + later + "\n").getBytes(UTF_8));

            assertTrue(outcome.failure().isEmpty());
            List<Message> messages = outcome.messages();
            assertEquals(
                    later.substring(later.lastIndexOf('\n') + 1),
                    messages.get(messages.size() - 1).text());
        }
    }

    /** So that where several protocols are spoken no session opens for it. */
    @ParameterizedTest
    @ValueSource(
            strings = {
                "get / HTTP/1.1\r\nHost: x",
                "PROXY UNKNOWN\r\n",
                "\r\n\r\n\0\r\nQUIT\n",
                "\u0016\u0003\u0001",
                "\u00ff"
            })
    void shouldNotMatchWhatIsMeantForAnother(String first) {
        assertEquals(Detection.NO_MATCH, detect(first));
    }
}
