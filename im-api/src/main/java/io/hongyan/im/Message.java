package io.hongyan.im;

import io.hongyan.im.spi.Encoder;
import io.hongyan.im.spi.Utf8Validator;
import io.hongyan.im.spi.Wire;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.Objects;
import java.util.concurrent.atomic.AtomicReferenceFieldUpdater;
import org.jspecify.annotations.Nullable;

/**
 * One message: text, or bytes. Immutable, safe to keep and to share between threads. A message that was received keeps the
 * bytes it came in, so that sending it on to peers of the same protocol encodes nothing.
 */
public final class Message {
    private final Wire bytes;
    private final int offset;
    private final int length;
    private final boolean text;

    /** Whose encodings this one uses; null unless this is volatile. */
    private final @Nullable Message original;

    private static final AtomicReferenceFieldUpdater<Message, Encoded> ENCODED =
            AtomicReferenceFieldUpdater.newUpdater(Message.class, Encoded.class, "encoded");

    /** The encodings made so far, newest first. */
    private volatile Encoded encoded;

    private record Encoded(
            @Nullable Encoder by, Wire wire, @Nullable Encoded next) {}

    private static final Encoded NONE = new Encoded(null, Wire.EMPTY, null);

    private Message(Wire bytes, int offset, int length, boolean text, Encoded encoded) {
        this.bytes = bytes;
        this.offset = offset;
        this.length = length;
        this.text = text;
        this.encoded = encoded;
        original = null;
    }

    private Message(Message original) {
        bytes = original.bytes;
        offset = original.offset;
        length = original.length;
        text = original.text;
        encoded = NONE;
        this.original = original;
    }

    /**
     * A text message.
     *
     * @param text any text, the empty one too
     * @return the message
     * @throws IllegalArgumentException if the text has an unpaired surrogate, which UTF-8 cannot carry
     */
    public static Message text(String text) {
        byte[] utf8 = Objects.requireNonNull(text, "text").getBytes(StandardCharsets.UTF_8);
        requirePairedSurrogates(text);
        return whole(utf8, true);
    }

    /**
     * A text message from its UTF-8 bytes.
     *
     * @param utf8 the bytes from position to limit are copied; the buffer is left as it was
     * @return the message
     * @throws IllegalArgumentException if they are not valid UTF-8
     */
    public static Message text(ByteBuffer utf8) {
        byte[] copy = copyOf(Objects.requireNonNull(utf8, "utf8"));
        Utf8Validator validator = new Utf8Validator();
        if (!validator.update(copy, 0, copy.length) || !validator.isComplete()) {
            throw new IllegalArgumentException("text of " + copy.length + " bytes is not valid UTF-8");
        }
        return whole(copy, true);
    }

    /**
     * A binary message.
     *
     * @param bytes copied
     * @return the message
     */
    public static Message binary(byte[] bytes) {
        return whole(Objects.requireNonNull(bytes, "bytes").clone(), false);
    }

    /**
     * A binary message.
     *
     * @param bytes those from position to limit are copied; the buffer is left as it was
     * @return the message
     */
    public static Message binary(ByteBuffer bytes) {
        return whole(copyOf(Objects.requireNonNull(bytes, "bytes")), false);
    }

    /**
     * For decoders: a message whose encoding is at hand, so that neither is copied.
     *
     * @param by the encoder whose {@link Encoder#encode} would give {@code wire} for this message
     * @param wire the encoded message
     * @param offset where in it the payload begins
     * @param length the payload's length in bytes
     * @param text whether the payload is text; the decoder has validated it
     * @return the message
     * @throws IndexOutOfBoundsException if the payload is not within the wire
     */
    public static Message received(Encoder by, Wire wire, int offset, int length, boolean text) {
        Objects.requireNonNull(by, "by");
        Objects.checkFromIndexSize(
                offset, length, Objects.requireNonNull(wire, "wire").length());
        return new Message(wire, offset, length, text, new Encoded(by, wire, NONE));
    }

    /**
     * Whether this is a text message.
     *
     * @return true for text, false for binary
     */
    public boolean isText() {
        return text;
    }

    /**
     * The text.
     *
     * @return the text, decoded anew at each call
     * @throws IllegalStateException if this message is binary
     */
    public String text() {
        if (!text) {
            throw new IllegalStateException("a binary message of " + length + " bytes has no text(); use bytes()");
        }
        return bytes.text(offset, length);
    }

    /**
     * The payload: the text's UTF-8 bytes, or the binary ones.
     *
     * @return a copy
     */
    public byte[] bytes() {
        return copyOf(buffer());
    }

    /**
     * The payload without a copy.
     *
     * @return a new read-only buffer
     */
    public ByteBuffer buffer() {
        return bytes.slice(offset, length);
    }

    /**
     * The payload's length.
     *
     * @return bytes, 0 or more
     */
    public int length() {
        return length;
    }

    /**
     * This message as one that may be left out, for what is soon out of date, such as who is typing. A receiver that is not
     * {@link ClientSession#isWritable()} is passed over: it gets nothing and is not told so, no gap opens, its session does not
     * close. The sender's answer is {@link SendResult#OVERFLOW}, which is counted as for any message. So is a receiver passed over
     * whose loop has no room for a command.
     *
     * <p>Nothing is copied: payload and encodings are shared, and an encoding made through one message serves the other. The two
     * are equal, since equality is of what a message says.
     *
     * @return the volatile message; this one if it is volatile
     */
    public Message asVolatile() {
        return original == null ? new Message(this) : this;
    }

    /**
     * Whether a receiver that is not writable is passed over, see {@link #asVolatile()}.
     *
     * @return true if this message came from {@link #asVolatile()}; a message that was received never is
     */
    public boolean isVolatile() {
        return original != null;
    }

    /**
     * This message as a protocol puts it on the wire; made at the first call for that encoder and kept. Of several threads that ask at
     * once each may make it, since none waits for another; all get the same.
     *
     * @param encoder the encoder
     * @return its {@link Encoder#encode} of this message
     * @throws IllegalArgumentException if the protocol cannot carry this message
     */
    public Wire wire(Encoder encoder) {
        Objects.requireNonNull(encoder, "encoder");
        if (original != null) {
            return original.wire(encoder);
        }
        Wire wire = find(encoder);
        return wire != null ? wire : encodeOnce(encoder);
    }

    private @Nullable Wire find(Encoder encoder) {
        for (Encoded e = encoded; e != null; e = e.next) {
            if (e.by == encoder) {
                return e.wire;
            }
        }
        return null;
    }

    /** Nobody waits for another's encoder: what two make at once is made twice, and the first that is there is kept. */
    private Wire encodeOnce(Encoder encoder) {
        Wire made = encoder.encode(this);
        for (; ; ) {
            Encoded before = encoded;
            Wire wire = find(encoder);
            if (wire != null) {
                return wire;
            }
            if (ENCODED.compareAndSet(this, before, new Encoded(encoder, made, before))) {
                return made;
            }
        }
    }

    /** Of kind and payload; a volatile message equals the one it was made of. */
    @Override
    public boolean equals(Object other) {
        return other instanceof Message that && text == that.text && buffer().equals(that.buffer());
    }

    @Override
    public int hashCode() {
        return buffer().hashCode();
    }

    /** Says kind and length, never the content. */
    @Override
    public String toString() {
        return (isVolatile() ? "volatile " : "") + (text ? "text of " : "binary of ") + length + " bytes";
    }

    private static Message whole(byte[] bytes, boolean text) {
        return new Message(Wire.of(bytes), 0, bytes.length, text, NONE);
    }

    private static byte[] copyOf(ByteBuffer buffer) {
        byte[] copy = new byte[buffer.remaining()];
        buffer.duplicate().get(copy);
        return copy;
    }

    private static void requirePairedSurrogates(String text) {
        for (int i = 0; i < text.length(); i++) {
            char c = text.charAt(i);
            if (Character.isHighSurrogate(c) && i + 1 < text.length() && Character.isLowSurrogate(text.charAt(i + 1))) {
                i++;
            } else if (Character.isSurrogate(c)) {
                throw new IllegalArgumentException("text has an unpaired surrogate at index " + i);
            }
        }
    }
}
