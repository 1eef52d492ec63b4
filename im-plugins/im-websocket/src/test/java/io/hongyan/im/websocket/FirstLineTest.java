package io.hongyan.im.websocket;

import static org.junit.jupiter.api.Assertions.assertEquals;

import io.hongyan.im.spi.Protocol.Detection;
import java.nio.ByteBuffer;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

@Tag("H9")
class FirstLineTest {
    private static final WebSocketProtocol PROTOCOL = new WebSocketProtocol();

    private static Detection detect(String text) {
        return PROTOCOL.detect(ByteBuffer.wrap(WebSocketClient.latin1(text)).asReadOnlyBuffer());
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "GET / HTTP/1.1\r\n",
                "GET / HTTP/1.0\r\n",
                "GET / HTTP/1.1\n",
                "GET /chat?room=1 HTTP/1.1\r\nHost: x",
                "GET http://example.org/ HTTP/1.1\r\n",
                "GET / HTTP/3.0\r\n",
                "GET /caf\u00e9 HTTP/1.1\r\n",
                "POST /upload HTTP/1.1\r\n",
                "CONNECT example.org:443 HTTP/1.1\r\n",
                "OPTIONS * HTTP/1.1\r\n",
                "PRI * HTTP/2.0\r\n"
            })
    void shouldMatchTheFirstLineOfARequestAndNeedAllOfIt(String first) {
        int line = first.indexOf('\n') + 1;

        assertEquals(Detection.MATCH, detect(first));
        for (int length = 0; length < line; length++) {
            assertEquals(Detection.NEED_MORE, detect(first.substring(0, length)), first.substring(0, length));
        }
    }

    /** The bar stands before the first byte that no request line can have there. */
    @ParameterizedTest
    @ValueSource(
            strings = {
                "G|\n",
                "G|\r\n",
                "G|o home",
                "GET|\n",
                "GET |\n",
                "GET | /",
                "GET well|\n",
                "GET well |soon",
                "GET / HTTP/|x",
                "GET / HTTP/1.|x",
                "GET / HTTP/1.1| and more",
                "GET / HTTP/1.1\r|x",
                "GET /|\0 HTTP/1.1",
                "PRI|\n",
                "PRI|VATE",
                "P|ay",
                "|hello",
                "|\n",
                "|\r\n",
                "|get / HTTP/1.1\r\n",
                "|\u0016\u0003\u0001"
            })
    void shouldNotHoldBackWhatIsNoRequestLine(String text) {
        int bar = text.indexOf('|');
        String before = text.substring(0, bar);
        String after = text.substring(bar + 1);

        assertEquals(Detection.NEED_MORE, detect(before));
        assertEquals(Detection.NO_MATCH, detect(before + after.charAt(0)));
        assertEquals(Detection.NO_MATCH, detect(before + after));
    }

    @Test
    void shouldDecideWhenALineIsTooLong() {
        String line = "GET /" + "x".repeat(FirstLine.DECISIVE_BYTES);

        assertEquals(Detection.NEED_MORE, detect(line.substring(0, FirstLine.DECISIVE_BYTES - 1)));
        assertEquals(Detection.MATCH, detect(line.substring(0, FirstLine.DECISIVE_BYTES)));
        assertEquals(Detection.MATCH, detect(line));
    }

    @Test
    void shouldLookAtWhatIsBehindThePosition() {
        ByteBuffer first = ByteBuffer.wrap(WebSocketClient.latin1("xxGET / HTTP/1.1\r\n"));
        first.position(2);

        assertEquals(Detection.MATCH, PROTOCOL.detect(first));
        assertEquals(2, first.position());
    }
}
