package io.hongyan.im.websocket;

import io.hongyan.im.CloseReason;
import io.hongyan.im.CloseReason.Code;
import io.hongyan.im.spi.Decoder;
import io.hongyan.im.spi.ProtocolException;
import java.nio.ByteBuffer;
import org.jspecify.annotations.Nullable;

/**
 * One connection: first the head of a request, then, if that is granted, frames; both may be in one packet. On its loop.
 *
 * <pre>
 *   HEAD ──whole──> ASKED ──granted: 101, open──> FRAMES ──Close frame──> nothing more
 *     └──refused, or plain text──┴──refused──> nothing more
 * </pre>
 *
 * <p>Between two messages it is all there is: the head is given up as soon as it is whole, and what reads frames whenever it stands at
 * the beginning of a message.
 */
final class WebSocketDecoder implements Decoder {
    private final Settings settings;
    private final int maxMessageBytes;

    /** Until it is whole. */
    private @Nullable HttpHead head = new HttpHead();

    private boolean open;

    /** Whether compression was agreed upon. */
    private boolean deflates;

    /** While a message is unfinished. */
    private @Nullable FrameReader frames;

    WebSocketDecoder(Settings settings, int maxMessageBytes) {
        this.settings = settings;
        this.maxMessageBytes = maxMessageBytes;
    }

    /** The handshake opens the session. */
    @Override
    public void start(Sink sink) {}

    @Override
    public void decode(ByteBuffer input, Sink sink) throws ProtocolException {
        if (head != null) {
            if (!head.read(input)) {
                return;
            }
            HttpHead whole = head;
            head = null;
            answer(Request.of(whole), input, sink);
        }
        if (open) {
            readFrames(input, sink);
        }
    }

    private void answer(Request request, ByteBuffer input, Sink sink) throws ProtocolException {
        String text = settings.textFor(request);
        if (text != null) {
            input.position(input.limit());
            sink.end(CloseReason.of(Code.PEER_CLOSED, "it asked for a text and got it"), HttpAnswer.of(200, text));
            return;
        }
        Upgrade upgrade = Upgrade.of(request, settings, sink.remoteAddress());
        HandshakeFilter filter = settings.filter();
        if (filter == null) {
            open(upgrade, sink);
        } else {
            new Entrance(filter, upgrade, this).ask(sink);
        }
    }

    /** The peer may come in. */
    void open(Upgrade upgrade, Sink sink) {
        Deflate deflate = upgrade.deflate().isPresent() ? settings.deflate() : null;
        deflates = deflate != null;
        open = true;
        sink.attribute(WebSocket.HANDSHAKE, upgrade.handshake().kept(settings.keptHeaders()));
        sink.reply(upgrade.accepted());
        sink.open(deflate == null ? FrameEncoder.PLAIN : deflate);
    }

    private void readFrames(ByteBuffer input, Sink sink) throws ProtocolException {
        if (!input.hasRemaining()) {
            return;
        }
        FrameReader reader = frames();
        reader.read(input, sink);
        if (reader.isIdle()) {
            frames = null;
        }
    }

    private FrameReader frames() {
        if (frames == null) {
            frames = new FrameReader(maxMessageBytes, deflates ? settings.deflate() : null);
        }
        return frames;
    }

    /** The peer's Close, RFC 6455, section 7.1.1; what is answered by HTTP has none. */
    @Override
    public boolean isAnswered(ByteBuffer input) {
        return !open || frames().findClose(input);
    }

    @Override
    public int heldBytes() {
        return head != null ? head.heldBytes() : frames != null ? frames.heldBytes() : 0;
    }
}
