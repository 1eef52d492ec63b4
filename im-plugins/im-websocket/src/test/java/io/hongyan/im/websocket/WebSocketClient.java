package io.hongyan.im.websocket;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;

import io.hongyan.im.test.client.ClientEnd;
import io.hongyan.im.test.client.RawClient;
import io.hongyan.im.test.client.Spoken;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.nio.charset.StandardCharsets;
import java.util.HashMap;
import java.util.Locale;
import java.util.Map;

/** A client of HTTP and WebSocket that sends what a test says and checks every frame that it reads. */
final class WebSocketClient extends RawClient implements ServerFrame.Source {
    /** The example of RFC 6455, section 1.3. */
    static final String KEY = "dGhlIHNhbXBsZSBub25jZQ==";

    static final String ACCEPT = "s3pPLMBiTxaQ9kYGzzhZRbK+xOo=";

    /** Status, header fields by lower-case name, and body. */
    record Answer(int status, Map<String, String> fields, String body) {
        String field(String name) {
            return fields.getOrDefault(name, "");
        }
    }

    WebSocketClient(InetSocketAddress server) throws IOException {
        super(server, 0);
    }

    WebSocketClient(ClientEnd end) {
        super(end);
    }

    /** A handshake like any browser's. */
    static String request(String... fields) {
        return requestOf("/", fields);
    }

    static String requestOf(String target, String... fields) {
        String standard = "GET " + target
                + " HTTP/1.1\r\nHost: localhost\r\nUpgrade: websocket\r\nConnection: keep-alive, Upgrade\r\n"
                + "Sec-WebSocket-Version: 13\r\nSec-WebSocket-Key: " + KEY + "\r\n";
        return standard + (fields.length == 0 ? "" : String.join("\r\n", fields) + "\r\n") + "\r\n";
    }

    static byte[] latin1(String text) {
        return text.getBytes(StandardCharsets.ISO_8859_1);
    }

    static WebSocketClient open(InetSocketAddress server, String... fields) throws IOException {
        WebSocketClient client = new WebSocketClient(server);
        client.sendBytes(latin1(request(fields)));
        client.expectUpgrade();
        return client;
    }

    Answer expectUpgrade() throws IOException {
        Answer answer = readHead();
        assertEquals(101, answer.status());
        assertEquals("websocket", answer.field("upgrade"));
        assertEquals("Upgrade", answer.field("connection"));
        assertEquals(ACCEPT, answer.field("sec-websocket-accept"));
        return answer;
    }

    /** An answer other than 101, which has a length and ends the connection (H5). */
    Answer answer(String request) throws IOException {
        sendBytes(latin1(request));
        return answer();
    }

    Answer answer() throws IOException {
        Answer head = readHead();
        assertEquals("close", head.field("connection").split(",", -1)[0], "H5");
        int length = Integer.parseInt(head.field("content-length"));
        String body = new String(readBytes(length), StandardCharsets.UTF_8);
        expectEnd();
        return new Answer(head.status(), head.fields(), body);
    }

    private Answer readHead() throws IOException {
        String[] first = readLine().split(" ", 3);
        assertEquals("HTTP/1.1", first[0]);
        Map<String, String> fields = new HashMap<>();
        for (String line = readLine(); !line.isEmpty(); line = readLine()) {
            String[] field = line.split(": ", 2);
            String before = fields.put(field[0].toLowerCase(Locale.ROOT), field[1]);
            assertEquals(null, before, "field " + field[0] + " stands twice");
        }
        return new Answer(Integer.parseInt(first[1]), fields, "");
    }

    private String readLine() throws IOException {
        ByteArrayOutputStream line = new ByteArrayOutputStream();
        for (int b = readByte(); b != '\n'; b = readByte()) {
            assertEquals(true, b >= 0, "the connection ended inside the head of an answer");
            line.write(b);
        }
        String text = line.toString(StandardCharsets.ISO_8859_1);
        assertEquals('\r', text.charAt(text.length() - 1));
        return text.substring(0, text.length() - 1);
    }

    // ---- frames

    void sendText(String text) throws IOException {
        byte[] unmasked = ClientFrame.utf8(text);
        Spoken.note(unmasked, 0, unmasked.length);
        sendBytes(ClientFrame.text(text));
    }

    ServerFrame frame() throws IOException {
        return ServerFrame.read(this);
    }

    void expectText(String expected) throws IOException {
        expect(ClientFrame.TEXT, ClientFrame.utf8(expected));
    }

    void expect(int opcode, byte[] payload) throws IOException {
        ServerFrame frame = frame();
        assertEquals(opcode, frame.opcode(), frame.toString());
        assertArrayEquals(payload, frame.payload());
    }

    void echo(String text) throws IOException {
        sendText(text);
        expectText(text);
    }

    /** A Close frame, then the end in good order; gives the reason. */
    String expectClose(int status) throws IOException {
        ServerFrame frame = frame();
        assertEquals(ClientFrame.CLOSE, frame.opcode(), frame.toString());
        assertEquals(status, frame.status(), frame.reason());
        try {
            sendBytes(ClientFrame.of(ClientFrame.FIN | ClientFrame.CLOSE, new byte[0]));
        } catch (IOException itHasGone) {
            // Then nobody waits for it.
        }
        expectEnd();
        return frame.reason();
    }
}
