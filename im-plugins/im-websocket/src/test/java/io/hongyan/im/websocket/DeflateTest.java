package io.hongyan.im.websocket;

import static io.hongyan.im.websocket.ClientFrame.FIN;
import static io.hongyan.im.websocket.ClientFrame.RSV1;
import static io.hongyan.im.websocket.ClientFrame.TEXT;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import io.hongyan.im.ClientSession;
import io.hongyan.im.CloseReason.Code;
import io.hongyan.im.ImServer;
import io.hongyan.im.Limits;
import io.hongyan.im.Message;
import io.hongyan.im.MessageHandler;
import io.hongyan.im.spi.ProtocolException;
import io.hongyan.im.test.evidence.RecordingHandler;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.HexFormat;
import java.util.List;
import java.util.Random;
import java.util.zip.DataFormatException;
import java.util.zip.Deflater;
import java.util.zip.Inflater;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** permessage-deflate, RFC 7692. */
@Tag("W12")
class DeflateTest extends ServerTest {
    private static final String OFFER = "Sec-WebSocket-Extensions: permessage-deflate; client_max_window_bits";
    private static final String ACCEPTED = "permessage-deflate; server_no_context_takeover; client_no_context_takeover";
    private static final WebSocketProtocol PROTOCOL =
            WebSocketProtocol.builder().deflate(true).build();

    /** As a client does it: a flush, and its last four bytes removed. */
    static byte[] deflated(byte[] payload) {
        Deflater deflater = new Deflater(Deflater.DEFAULT_COMPRESSION, true);
        byte[] output = flushed(deflater, payload);
        deflater.end();
        return output;
    }

    private static String inflated(byte[] payload) throws DataFormatException {
        Inflater inflater = new Inflater(true);
        inflater.setInput(ClientFrame.join(payload, new byte[] {0, 0, -1, -1}));
        byte[] output = new byte[1_000_000];
        int length = inflater.inflate(output);
        inflater.end();
        return new String(output, 0, length, StandardCharsets.UTF_8);
    }

    private WebSocketClient agreed(ImServer server) throws Exception {
        WebSocketClient client = client(server);
        client.sendBytes(WebSocketClient.latin1(WebSocketClient.request(OFFER)));
        assertEquals(ACCEPTED, client.expectUpgrade().field("sec-websocket-extensions"));
        return client;
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "permessage-deflate                                         | " + ACCEPTED,
                "PERMESSAGE-DEFLATE; client_max_window_bits=\"9\"           | " + ACCEPTED,
                "permessage-deflate; server_no_context_takeover; client_no_context_takeover | " + ACCEPTED,
                "permessage-deflate; server_max_window_bits=15              | " + ACCEPTED
                        + "; server_max_window_bits=15",
                "permessage-deflate; server_max_window_bits=10              | ''",
                "permessage-deflate; server_max_window_bits=10, permessage-deflate | " + ACCEPTED,
                "permessage-deflate; server_max_window_bits                 | ''",
                "permessage-deflate; client_max_window_bits=7               | ''",
                "permessage-deflate; client_max_window_bits=08              | ''",
                "permessage-deflate; client_no_context_takeover=1           | ''",
                "permessage-deflate; client_max_window_bits; client_max_window_bits | ''",
                "permessage-deflate; unknown                                | ''",
                "permessage-deflate;                                        | " + ACCEPTED,
                "x-webkit-deflate-frame                                     | ''",
                ";                                                          | ''",
            })
    void shouldNegotiate(String offer, String answer) throws Exception {
        WebSocketClient client = client(echoing(PROTOCOL));

        client.sendBytes(WebSocketClient.latin1(WebSocketClient.request("Sec-WebSocket-Extensions: " + offer)));

        assertEquals(answer, client.expectUpgrade().field("sec-websocket-extensions"));
    }

    @ParameterizedTest
    @CsvSource({
        "/?deflate=off,             false",
        "/?token=x&deflate=off,     false",
        "/?deflate=off&deflate=on,  false",
        "/?deflate=on,              true",
        "/?deflate=offer,           true",
        "/?xdeflate=off,            true",
        "/deflate=off,              true",
    })
    void shouldNotAgreeUponCompressionWithAClientThatWantsNone(String target, boolean agreed) throws Exception {
        WebSocketClient client = client(echoing(PROTOCOL));

        client.sendBytes(WebSocketClient.latin1(WebSocketClient.requestOf(target, OFFER)));

        assertEquals(agreed ? ACCEPTED : "", client.expectUpgrade().field("sec-websocket-extensions"));
        client.echo("hello");
    }

    /** As Safari does: its second message refers back to the first. */
    @ParameterizedTest
    @ValueSource(strings = {"nio", "epoll"})
    void shouldSendAClientThatKeepsItsContextBackWithoutCompression(String transport) throws Exception {
        assumeTrue(Transports.names().contains(transport));
        RecordingHandler handler = recording(ECHO);
        WebSocketClient client = agreed(start(server(handler).protocol(PROTOCOL).transport(transport)));
        ClientSession session = handler.awaitOpen();
        Deflater keeping = new Deflater(Deflater.DEFAULT_COMPRESSION, true);
        byte[] said = ClientFrame.utf8("the goose carries a letter, and another letter");

        client.sendBytes(ClientFrame.of(FIN | RSV1 | TEXT, flushed(keeping, said)));
        client.expectText("the goose carries a letter, and another letter");
        client.sendBytes(ClientFrame.of(FIN | RSV1 | TEXT, flushed(keeping, said)));

        String reason = client.expectClose(4001);
        assertTrue(reason.startsWith("deflate: ") && reason.contains("deflate=off"), reason);
        assertEquals(Code.PROTOCOL_ERROR, handler.awaitClose(session).code());
        keeping.end();
    }

    private static byte[] flushed(Deflater deflater, byte[] payload) {
        deflater.setInput(payload);
        byte[] output = new byte[payload.length + 100];
        int length = deflater.deflate(output, 0, output.length, Deflater.SYNC_FLUSH);
        return Arrays.copyOf(output, length - 4);
    }

    @ParameterizedTest
    @ValueSource(ints = {0, 1, 63, 64, 125, 126, 1000, 60_000})
    void shouldEchoCompressedTextOfEveryLength(int length) throws Exception {
        WebSocketClient client = agreed(echoing(PROTOCOL));
        String text = "\u9d3b\u96c1 wild geese ".repeat(length / 10 + 1).substring(0, length / 3);

        client.sendBytes(ClientFrame.of(FIN | RSV1 | TEXT, deflated(ClientFrame.utf8(text))));

        ServerFrame frame = client.frame();
        assertEquals(text, frame.isCompressed() ? inflated(frame.payload()) : frame.text());
        assertEquals(ClientFrame.utf8(text).length >= Deflate.MIN_BYTES && text.length() > 40, frame.isCompressed());
    }

    @Test
    void shouldTakeUncompressedMessagesToo() throws Exception {
        agreed(echoing(PROTOCOL)).echo("as it is");
    }

    @Test
    void shouldTakeFragmentsOfACompressedMessage() throws Exception {
        WebSocketClient client = agreed(echoing(PROTOCOL));

        client.sendBytes(Fragments.of(RSV1 | TEXT, deflated(ClientFrame.utf8("in pieces")), 4, 2));

        ServerFrame frame = client.frame();
        while (frame.opcode() == ClientFrame.PONG) {
            frame = client.frame();
        }
        assertEquals("in pieces", frame.text());
    }

    @ParameterizedTest
    @CsvSource({
        "f248cdc9c90700, Hello",
        "000500faff48656c6c6f00, Hello",
        "f348cdc9c9070000, Hello",
        "f24805000000ffffcac9c90700, Hello"
    })
    void shouldInflateTheExamplesOfTheRfc(String hex, String text) throws Exception {
        Payload compressed = new Payload();
        byte[] bytes = HexFormat.of().parseHex(hex);
        compressed.append(ByteBuffer.wrap(bytes), bytes.length, bytes.length);

        Payload whole = new Deflate(InflationBound.DEFAULT_RATIO).inflated(compressed, 100);

        assertEquals(text, new String(whole.array(), whole.begin(), whole.length(), StandardCharsets.UTF_8));
    }

    @Test
    void shouldStopABombAtTheLimit() throws Exception {
        WebSocketClient client = agreed(
                start(server(ECHO).protocol(PROTOCOL).limits(Limits.defaults().withMaxMessageBytes(60_000))));
        byte[] bomb = deflated(new byte[60_000_000]);
        assertTrue(bomb.length < 60_000);

        client.sendBytes(ClientFrame.of(FIN | RSV1 | ClientFrame.BINARY, bomb));

        assertEquals(
                "message that inflates to one of more than 60000 bytes (maxMessageBytes)", client.expectClose(1009));
    }

    @Test
    void shouldInflateToTheLimitAndNotBeyond() throws Exception {
        assertEquals(1000, read(deflated(new byte[1000]), 1000).get(0).length());

        ProtocolException refused = assertThrows(ProtocolException.class, () -> read(deflated(new byte[1001]), 1000));

        assertEquals(1009, refused.reason().code().status());
    }

    /** As a binary message. */
    static List<Message> read(byte[] payload, int maxMessageBytes) throws ProtocolException {
        CollectingSink sink = new CollectingSink();
        new FrameReader(maxMessageBytes, new Deflate(InflationBound.DEFAULT_RATIO))
                .read(ByteBuffer.wrap(ClientFrame.of(FIN | RSV1 | ClientFrame.BINARY, payload)), sink);
        return sink.messages;
    }

    @Test
    void shouldRefuseWhatIsNotDeflated() {
        ProtocolException refused =
                assertThrows(ProtocolException.class, () -> read(new byte[] {(byte) 0xFF, (byte) 0xFF}, 1000));

        assertEquals(Code.PROTOCOL_ERROR, refused.reason().code());
        assertTrue(
                refused.reason().text().startsWith("deflate: "),
                refused.reason().text());
    }

    /** The examples of RFC 7692, section 7.2.3, with the last byte left out, or with what the sender was to remove. */
    @ParameterizedTest
    @ValueSource(
            strings = {
                "",
                "f248cd",
                "f248cdc9c907",
                "000500faff4865",
                "000500faff48656c6c6f",
                "f348cdc9c907",
                "f348cdc9c90700",
                "f24805000000ffffcac9c907",
                "f248cdc9c907000000ffff"
            })
    void shouldRefuseAMessageThatDoesNotEndWhereABlockEnds(String hex) throws Exception {
        WebSocketClient client = agreed(echoing(PROTOCOL));

        client.sendBytes(ClientFrame.of(FIN | RSV1 | TEXT, HexFormat.of().parseHex(hex)));

        assertEquals("compressed message does not end where a block ends", client.expectClose(1002));
    }

    /** Streams of one block each: of one letter, marked as the last. */
    private static byte[] streams(int count) {
        byte[] payload = new byte[3 * count + 1];
        for (int i = 0; i < count; i++) {
            payload[3 * i] = 0x4b;
            payload[3 * i + 1] = 0x04;
        }
        return payload;
    }

    @Test
    @Tag("E8")
    void shouldRefuseAMessageOfManyStreamsSinceEachCostsMoreThanItsBytes() throws Exception {
        assertEquals(64, read(streams(64), 1000).get(0).length());

        ProtocolException refused = assertThrows(ProtocolException.class, () -> read(streams(65), 1000));

        assertEquals(
                "compressed message of more than 64 streams, each with a block that is marked as its last",
                refused.reason().text());
        assertEquals(1008, refused.reason().code().status());
    }

    @Test
    void shouldRefuseCompressedTextThatIsNotUtf8() {
        byte[] bad = deflated(new byte[] {'a', (byte) 0xFF});

        ProtocolException refused = assertThrows(
                ProtocolException.class,
                () -> new FrameReader(1000, new Deflate(InflationBound.DEFAULT_RATIO))
                        .read(ByteBuffer.wrap(ClientFrame.of(FIN | RSV1 | TEXT, bad)), new CollectingSink()));

        assertEquals(1007, refused.reason().code().status());
    }

    @ParameterizedTest
    @CsvSource({
        "201, 'control frame 9 is marked as compressed'",
        "192, 'continuation frame is marked as compressed, only a message''s first frame may be'"
    })
    void shouldRefuseTheBitWhereItMustNotBe(int first, String sentence) {
        byte[] stream = ClientFrame.join(
                ClientFrame.of(RSV1 | TEXT, new byte[0]), new byte[] {(byte) first}, new byte[] {(byte) 0x80});

        ProtocolException refused = assertThrows(
                ProtocolException.class,
                () -> new FrameReader(1000, new Deflate(InflationBound.DEFAULT_RATIO))
                        .read(ByteBuffer.wrap(stream), new CollectingSink()));

        assertEquals(sentence, refused.reason().text());
    }

    @Test
    @Tag("B8")
    void shouldCompressAGroupsMessageOnce() throws Exception {
        CountingProtocol counting = new CountingProtocol(PROTOCOL);
        String said = "the same for everyone, and long enough: " + "x".repeat(200);
        MessageHandler room = new MessageHandler() {
            @Override
            public void onOpen(ClientSession session) {
                session.join("room");
                session.send("welcome");
            }

            @Override
            public void onMessage(ClientSession session, Message message) {
                session.server().group("room").send(said);
            }
        };
        ImServer server = start(server(room).protocol(counting));
        WebSocketClient[] clients = {agreed(server), agreed(server), agreed(server)};
        for (WebSocketClient client : clients) {
            client.expectText("welcome");
        }
        counting.encoded.set(0);

        clients[0].sendText("go");

        for (WebSocketClient client : clients) {
            ServerFrame frame = client.frame();
            assertTrue(frame.isCompressed());
            assertEquals(said, inflated(frame.payload()));
        }
        assertEquals(1, counting.encoded.get());
    }

    @Test
    void shouldSendAsItIsWhatCannotBeCompressed() throws Exception {
        byte[] noise = new byte[500];
        new Random(1).nextBytes(noise);

        byte[] wire = CollectingSink.bytes(Message.binary(noise).wire(new Deflate(InflationBound.DEFAULT_RATIO)));

        assertFalse((wire[0] & RSV1) != 0);
        assertEquals(504, wire.length);
    }
}
