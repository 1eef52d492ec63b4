package io.hongyan.im.websocket.conformance;

import static java.nio.charset.StandardCharsets.ISO_8859_1;
import static org.junit.jupiter.api.Assertions.assertEquals;

import com.code_intelligence.jazzer.junit.FuzzTest;
import io.hongyan.im.Limits;
import io.hongyan.im.websocket.WebSocketProtocol;
import java.io.ByteArrayOutputStream;
import java.util.Arrays;
import java.util.Random;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Timeout;

/**
 * Targets for Jazzer: no input may break the rules that {@link Reading} checks, or read otherwise when it is cut otherwise. The
 * corpus stands in this class's resources, a directory for each target; every build replays it. To look for more:
 *
 * <pre>{@code
 * JAZZER_FUZZ=1 mvn verify -pl im-plugins/im-websocket -am -Djazzer.hooks=true \
 *         -Dtest='DecoderFuzzTest#frames' -Dsurefire.failIfNoSpecifiedTests=false
 * }</pre>
 *
 * <p>What breaks a rule is written beside the corpus, and stays there under the name of the mistake.
 */
@Tag("W6")
@Tag("W7")
@Timeout(value = 10, unit = TimeUnit.MINUTES)
class DecoderFuzzTest {
    private static final WebSocketProtocol PLAIN = new WebSocketProtocol();
    private static final WebSocketProtocol DEFLATE =
            WebSocketProtocol.builder().deflate(true).build();

    /** Small, so that going over it is easy. */
    private static final Limits LIMITS = Limits.defaults().withMaxMessageBytes(2000);

    private static final byte[] HANDSHAKE = handshake("");
    private static final byte[] HANDSHAKE_WITH_DEFLATE =
            handshake("Sec-WebSocket-Extensions: permessage-deflate; client_max_window_bits\r\n");

    @FuzzTest
    void head(byte[] bytes) {
        readInPieces(DEFLATE, bytes);
    }

    @FuzzTest
    void frames(byte[] bytes) {
        readInPieces(PLAIN, joined(HANDSHAKE, bytes));
    }

    @FuzzTest
    void deflatedFrames(byte[] bytes) {
        readInPieces(DEFLATE, joined(HANDSHAKE_WITH_DEFLATE, bytes));
    }

    private static void readInPieces(WebSocketProtocol protocol, byte[] bytes) {
        Random lengths = new Random(Arrays.hashCode(bytes));

        Reading.Outcome whole = Reading.of(protocol, LIMITS, bytes, at -> bytes.length);

        assertEquals(whole, Reading.of(protocol, LIMITS, bytes, at -> 1), "cut everywhere");
        assertEquals(whole, Reading.of(protocol, LIMITS, bytes, at -> 1 + lengths.nextInt(40)), "cut at random");
    }

    private static byte[] handshake(String moreFields) {
        String head = """
                GET /chat HTTP/1.1\r
                Host: example.org\r
                Upgrade: websocket\r
                Connection: Upgrade\r
                Sec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==\r
                Sec-WebSocket-Version: 13\r
                """;
        return (head + moreFields + "\r\n").getBytes(ISO_8859_1);
    }

    private static byte[] joined(byte[] first, byte[] then) {
        ByteArrayOutputStream all = new ByteArrayOutputStream();
        all.writeBytes(first);
        all.writeBytes(then);
        return all.toByteArray();
    }
}
