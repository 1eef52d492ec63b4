package io.hongyan.im.protocol;

import io.hongyan.im.CloseReason;
import io.hongyan.im.Limits;
import io.hongyan.im.Message;
import io.hongyan.im.spi.Decoder;
import io.hongyan.im.spi.Encoder;
import io.hongyan.im.spi.Protocol;
import io.hongyan.im.spi.ProtocolException;
import io.hongyan.im.spi.Utf8Validator;
import io.hongyan.im.spi.Wire;
import java.nio.ByteBuffer;
import org.jspecify.annotations.Nullable;

/**
 * Text in lines: each message is UTF-8 and ends in {@code \n}; at most one {@code \r} before it is stripped too. What the
 * server itself says is a line that begins with {@code !}.
 */
public final class LineProtocol implements Protocol {
    static final Encoder ENCODER = new LineEncoder();

    @Override
    public String name() {
        return "line";
    }

    /** Any byte may begin a line, so this is asked last; not a line is what is known to be {@link Misdirected}. */
    @Override
    public Detection detect(ByteBuffer first) {
        if (!first.hasRemaining()) {
            return Detection.NEED_MORE;
        }
        return Misdirected.of(first) == null ? Detection.MATCH : Detection.NO_MATCH;
    }

    @Override
    public boolean servesSilent() {
        return true;
    }

    @Override
    public boolean carriesBinary() {
        return false;
    }

    @Override
    public Encoder encoder() {
        return ENCODER;
    }

    @Override
    public Decoder newDecoder(Limits limits) {
        return new LineDecoder(limits.maxMessageBytes());
    }

    private static final class LineEncoder implements Encoder {
        /** A text with line breaks inside arrives as that many lines; one that ends in CR keeps it by a second CR. */
        @Override
        public Wire encode(Message message) {
            if (!message.isText()) {
                throw new IllegalArgumentException("protocol line carries text only, this is " + message
                        + "; send Message.text(...), or let the peer speak frame");
            }
            int length = message.length();
            ByteBuffer payload = message.buffer();
            boolean endsInCr = length > 0 && payload.get(length - 1) == '\r';
            byte[] line = new byte[length + (endsInCr ? 2 : 1)];
            payload.get(line, 0, length);
            if (endsInCr) {
                line[length] = '\r';
            }
            line[line.length - 1] = '\n';
            return Wire.of(line);
        }

        @Override
        public Wire gap(long missed) {
            return control(Control.missed(missed));
        }

        @Override
        public Wire closing(CloseReason reason) {
            return control(Control.closing(reason));
        }

        private static Wire control(byte[] text) {
            if (text.length == 0) {
                return Wire.EMPTY;
            }
            byte[] line = new byte[text.length + 2];
            line[0] = '!';
            System.arraycopy(text, 0, line, 1, text.length);
            line[line.length - 1] = '\n';
            return Wire.of(line);
        }
    }

    /**
     * Finds where lines end. The connection's first line must not be {@link Misdirected}.
     *
     * <p>The signature of PROXY version 2 begins with two empty lines. Those are messages, and whoever says one may wait for an answer, so
     * they are held back for nothing: if the signature came whole, as its sender must see to, nothing of it is given; if it was cut between
     * them, they are.
     */
    private static final class LineDecoder implements Decoder {
        private static final long NEWLINES = 0x0A0A0A0A0A0A0A0AL;
        private static final long LOW_BITS = 0x0101010101010101L;
        private static final long HIGH_BITS = 0x8080808080808080L;

        /** Lines that may be the beginning of PROXY's signature. */
        private static final int MAYBE_PROXY = 2;

        /** When nothing of the beginning is judged any more. */
        private static final byte BEHIND = -1;

        private final int maxBytes;

        /** How many lines there were, as long as all were empty and ended in CR LF; then {@link #BEHIND}. */
        private byte beginning;

        /** The line that has begun and not ended; null between lines, which is how most peers are most of the time. */
        private @Nullable Line begun;

        LineDecoder(int maxBytes) {
            this.maxBytes = maxBytes;
        }

        @Override
        public void decode(ByteBuffer input, Sink sink) throws ProtocolException {
            if (beginning != BEHIND) {
                judgeStart(input);
            }
            while (input.hasRemaining()) {
                int newline = indexOfNewline(input);
                if (newline < 0) {
                    begin().addAll(input);
                    return;
                }
                boolean first = beginning != BEHIND;
                boolean cr = first && isCrBefore(input, newline);
                Message message = finish(input, newline);
                if (first) {
                    judgeLine(message, cr);
                }
                if (!sink.message(message)) {
                    return;
                }
            }
        }

        @Override
        public int heldBytes() {
            return begun == null ? 0 : begun.bytes.heldBytes();
        }

        /** Looks at the connection's first bytes, from the first on, as far as they have come. */
        private void judgeStart(ByteBuffer input) throws ProtocolException {
            byte[] start = new byte[Misdirected.START_BYTES];
            int length = 0;
            for (int i = 0; i < beginning; i++) {
                start[length++] = '\r';
                start[length++] = '\n';
            }
            Line line = begun;
            for (int i = 0; line != null && i < line.bytes.length() && length < start.length; i++) {
                start[length++] = line.bytes.array()[i];
            }
            for (int i = input.position(); i < input.limit() && length < start.length; i++) {
                start[length++] = input.get(i);
            }
            refuse(Misdirected.ofStart(start, length));
        }

        private boolean isCrBefore(ByteBuffer input, int newline) {
            if (newline > input.position()) {
                return input.get(newline - 1) == '\r';
            }
            return begun != null && begun.bytes.last() == '\r';
        }

        private void judgeLine(Message line, boolean endedInCr) throws ProtocolException {
            if (beginning == 0) {
                refuse(Misdirected.ofLine(line.text()));
            }
            boolean maybeProxy = endedInCr && line.length() == 0 && beginning < MAYBE_PROXY;
            beginning = maybeProxy ? (byte) (beginning + 1) : BEHIND;
        }

        private static void refuse(@Nullable Misdirected found) throws ProtocolException {
            if (found != null) {
                throw found.refusal();
            }
        }

        private Line begin() {
            if (begun == null) {
                begun = new Line(maxBytes);
            }
            return begun;
        }

        /** A line that came whole is kept nowhere, so that the compiler can do without the object. */
        private Message finish(ByteBuffer input, int newline) throws ProtocolException {
            Line line = begun;
            if (line == null) {
                return new Line(maxBytes).finish(input, newline);
            }
            begun = null;
            return line.finish(input, newline);
        }

        /** Eight bytes at a time; a zero byte of {@code word ^ NEWLINES} is a newline. */
        private static int indexOfNewline(ByteBuffer input) {
            int i = input.position();
            int limit = input.limit();
            for (; i + Long.BYTES <= limit; i += Long.BYTES) {
                long diff = input.getLong(i) ^ NEWLINES;
                if (((diff - LOW_BITS) & ~diff & HIGH_BITS) != 0) {
                    break;
                }
            }
            for (; i < limit; i++) {
                if (input.get(i) == '\n') {
                    return i;
                }
            }
            return -1;
        }
    }
    /** One line; judges each byte once and in order (first as UTF-8, then against the limit), so that no cut changes the verdict. */
    private static final class Line {
        private final int maxBytes;
        private final Assembly bytes = new Assembly();
        private final Utf8Validator utf8 = new Utf8Validator();

        Line(int maxBytes) {
            this.maxBytes = maxBytes;
        }

        /** Takes bytes of which none ends the line. */
        void addAll(ByteBuffer input) throws ProtocolException {
            add(input, input.remaining(), maxBytes + 2);
        }

        /** Takes the last bytes, and the newline. */
        Message finish(ByteBuffer input, int newline) throws ProtocolException {
            int count = newline - input.position();
            add(input, count, bytes.length() + count + 1);
            if (!utf8.isComplete()) {
                throw invalid();
            }
            int length = bytes.length();
            bytes.append(input, 1, maxBytes + 2);
            byte[] array = bytes.array();
            if (length > 0 && array[length - 1] == '\r') {
                length--;
                boolean keepsCr = length > 0 && array[length - 1] == '\r';
                if (!keepsCr) {
                    array[length] = '\n';
                    bytes.shorten();
                }
            }
            return Message.received(ENCODER, Wire.of(bytes.take()), 0, length, true);
        }

        /** Takes {@code count} bytes of the line, or as many as show that it is too long: the limit, a CR, and the end. */
        private void add(ByteBuffer input, int count, int most) throws ProtocolException {
            int before = bytes.length();
            int room = maxBytes + 1 - before;
            bytes.append(input, Math.min(count, room), most);
            if (!utf8.update(bytes.array(), before, bytes.length())) {
                throw invalid();
            }
            if (count > room || (bytes.length() > maxBytes && bytes.last() != '\r')) {
                throw new ProtocolException(CloseReason.of(
                        CloseReason.Code.MESSAGE_TOO_BIG,
                        "line of more than " + maxBytes + " bytes (maxMessageBytes)",
                        maxBytes));
            }
        }

        private static ProtocolException invalid() {
            return new ProtocolException(CloseReason.of(
                    CloseReason.Code.INVALID_TEXT,
                    "line is not valid UTF-8; send text as UTF-8, and from a Telnet client in raw mode"));
        }
    }
}
