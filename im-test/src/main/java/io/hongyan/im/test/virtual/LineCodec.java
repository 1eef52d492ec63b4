package io.hongyan.im.test.virtual;

import io.hongyan.im.Message;
import java.io.ByteArrayOutputStream;
import java.nio.ByteBuffer;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.StandardCharsets;

/** A client of {@code line}. */
final class LineCodec implements ClientCodec {
    private final ByteArrayOutputStream line = new ByteArrayOutputStream();

    @Override
    public byte[] encode(Message message) {
        if (!message.isText() || message.text().indexOf('\n') >= 0) {
            throw new IllegalArgumentException("a line is text without a line end, was " + message);
        }
        // One CR before the line end belongs to it, so a text that ends in one brings a second.
        String end = message.text().endsWith("\r") ? "\r\n" : "\n";
        return (message.text() + end).getBytes(StandardCharsets.UTF_8);
    }

    @Override
    public void decode(ByteBuffer received, Sink sink) {
        while (received.hasRemaining()) {
            byte next = received.get();
            if (next != '\n') {
                line.write(next);
                continue;
            }
            String whole = text(line.toByteArray());
            String text = whole.endsWith("\r") ? whole.substring(0, whole.length() - 1) : whole;
            line.reset();
            if (text.startsWith("!closing ") || text.startsWith("!missed ")) {
                sink.notice(text.substring(1));
            } else {
                sink.message(Message.text(text));
            }
        }
    }

    private static String text(byte[] utf8) {
        try {
            return StandardCharsets.UTF_8
                    .newDecoder()
                    .decode(ByteBuffer.wrap(utf8))
                    .toString();
        } catch (CharacterCodingException e) {
            throw new AssertionError("the server sent a line that is not UTF-8", e);
        }
    }
}
