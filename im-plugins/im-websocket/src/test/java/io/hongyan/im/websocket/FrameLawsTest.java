package io.hongyan.im.websocket;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.hongyan.im.CloseReason;
import io.hongyan.im.Message;
import io.hongyan.im.spi.Encoder;
import io.hongyan.im.spi.ProtocolException;
import io.hongyan.im.test.client.Cuts;
import io.hongyan.im.test.client.Messages;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.List;
import net.jqwik.api.Arbitraries;
import net.jqwik.api.Arbitrary;
import net.jqwik.api.EdgeCasesMode;
import net.jqwik.api.ForAll;
import net.jqwik.api.From;
import net.jqwik.api.Property;
import net.jqwik.api.Provide;
import net.jqwik.api.Tag;
import net.jqwik.api.constraints.IntRange;
import net.jqwik.api.constraints.LongRange;
import net.jqwik.api.constraints.Size;
import net.jqwik.api.constraints.StringLength;

/** The laws of the frame codec, against a client's codec that has nothing in common with it. */
class FrameLawsTest {
    private static final int MAX = 200_000;

    @Provide
    Arbitrary<Message> messages() {
        Arbitrary<Message> large =
                Arbitraries.integers().between(0, 70_000).map(length -> Message.binary(new byte[length]));
        return Arbitraries.oneOf(Messages.texts().map(Message::text), Messages.ofBytes(), large);
    }

    @Provide
    Arbitrary<Cuts> cuts() {
        return Cuts.any();
    }

    /** An idle reader is given up, as the decoder does it. */
    private static CollectingSink decoded(byte[] stream, Cuts cuts) throws ProtocolException {
        FrameReader reader = new FrameReader(MAX, null);
        CollectingSink sink = new CollectingSink();
        for (byte[] piece : cuts.pieces(stream)) {
            reader.read(ByteBuffer.wrap(piece), sink);
            reader = reader.isIdle() ? new FrameReader(MAX, null) : reader;
        }
        assertEquals(0, reader.heldBytes());
        return sink;
    }

    private static int opcode(Message message) {
        return message.isText() ? ClientFrame.TEXT : ClientFrame.BINARY;
    }

    /** Any key, any fragments, control frames between them, any cuts: the same messages, and the same pongs. */
    @Property(tries = 300, edgeCases = EdgeCasesMode.NONE)
    @Tag("W7")
    void decodingIsIndependentOfKeysFragmentsAndCuts(
            @ForAll @Size(max = 4) List<@From("messages") Message> messages,
            @ForAll @IntRange(max = 5) int more,
            @ForAll int seed,
            @ForAll("cuts") Cuts cuts)
            throws ProtocolException {
        byte[] stream = {};
        for (Message message : messages) {
            stream = ClientFrame.join(stream, Fragments.of(opcode(message), message.bytes(), more, seed));
        }

        CollectingSink sink = decoded(stream, cuts);

        assertEquals(messages, sink.messages);
        assertArrayEquals(decoded(stream, Cuts.nowhere()).repliedBytes(), sink.repliedBytes());
    }

    /** What the server encodes a client reads, and what it received it sends on as if encoded anew. */
    @Property(tries = 300, edgeCases = EdgeCasesMode.NONE)
    @Tag("W8")
    void encodeThenDecodeIsIdentity(@ForAll @Size(max = 4) List<@From("messages") Message> messages, @ForAll int key)
            throws ProtocolException, IOException {
        List<Message> read = new ArrayList<>();
        for (Message message : messages) {
            read.add(read(CollectingSink.bytes(message.wire(FrameEncoder.PLAIN))));
            byte[] received = ClientFrame.of(ClientFrame.FIN | opcode(message), message.bytes(), key);
            read.add(read(CollectingSink.bytes(
                    decoded(received, Cuts.nowhere()).messages.get(0).wire(FrameEncoder.PLAIN))));
        }

        List<Message> twice = new ArrayList<>();
        messages.forEach(m -> twice.addAll(List.of(m, m)));
        assertEquals(twice, read);
    }

    /** The engine has no use for a wire without bytes; only the end of a lost connection has nothing to say. */
    @Property(tries = 300, edgeCases = EdgeCasesMode.NONE)
    void whatIsSaidHasBytes(
            @ForAll("messages") Message message,
            @ForAll @LongRange(min = 1) long missed,
            @ForAll CloseReason.Code code,
            @ForAll @StringLength(max = 300) String text) {
        for (Encoder encoder : List.of(FrameEncoder.PLAIN, new Deflate(InflationBound.DEFAULT_RATIO))) {
            assertTrue(message.wire(encoder).length() > 0);
            assertTrue(encoder.gap(missed).length() > 0);
            assertTrue(encoder.ping().length() > 0);
            int closing = encoder.closing(CloseReason.of(code, text)).length();
            assertTrue(closing <= 256);
            assertEquals(code == CloseReason.Code.CONNECTION_LOST, closing == 0);
        }
    }

    private static Message read(byte[] wire) throws IOException {
        ByteArrayInputStream bytes = new ByteArrayInputStream(wire);
        ServerFrame frame = ServerFrame.read(new ServerFrame.Source() {
            @Override
            public int readByte() {
                return bytes.read();
            }

            @Override
            public byte[] readBytes(int count) throws IOException {
                return bytes.readNBytes(count);
            }
        });
        assertEquals(0, bytes.available());
        return frame.opcode() == ClientFrame.TEXT ? Message.text(frame.text()) : Message.binary(frame.payload());
    }
}
