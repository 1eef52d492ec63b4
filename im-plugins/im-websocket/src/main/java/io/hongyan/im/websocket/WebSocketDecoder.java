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
 *   HEAD ──granted: 101, open──> FRAMES ──Close frame──> nothing more
 *     └──refused, or plain text──> nothing more
 * </pre>
 */
final class WebSocketDecoder implements Decoder {
    private final Settings settings;
    private final int maxMessageBytes;

    /** One of the two is null. */
    private @Nullable HttpHead head = new HttpHead();

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
            Request request = Request.of(head);
            String text = settings.textFor(request);
            if (text != null) {
                input.position(input.limit());
                sink.end(CloseReason.of(Code.PEER_CLOSED, "it asked for a text and got it"), HttpAnswer.of(200, text));
                return;
            }
            grant(Upgrade.of(request, settings, sink.remoteAddress()), sink);
            head = null;
        }
        if (frames != null) {
            frames.read(input, sink);
        }
    }

    private void grant(Upgrade upgrade, Sink sink) throws ProtocolException {
        Handshake handshake = upgrade.handshake();
        if (judged(handshake, sink) instanceof HandshakeDecision.Allowed allowed) {
            allowed.principal().ifPresent(p -> sink.attribute(WebSocket.PRINCIPAL, p));
        }
        Deflate deflate = upgrade.deflate().isPresent() ? settings.deflate() : null;
        frames = new FrameReader(maxMessageBytes, deflate);
        sink.attribute(WebSocket.HANDSHAKE, handshake);
        sink.reply(upgrade.accepted());
        sink.open(deflate == null ? FrameEncoder.PLAIN : deflate);
    }

    /** A filter that throws is the host's fault: the peer gets an answer, the engine the failure. */
    private HandshakeDecision judged(Handshake handshake, Sink sink) throws ProtocolException {
        HandshakeDecision decision;
        try {
            decision = settings.filter().judge(handshake);
        } catch (Throwable t) {
            sink.reply(HttpAnswer.of(500, "the server could not handle this"));
            throw new IllegalStateException(
                    "handshake filter " + settings.filter().getClass().getName() + " threw " + t, t);
        }
        if (decision instanceof HandshakeDecision.Refused refused) {
            throw HttpAnswer.refusal(Code.POLICY, refused.status(), refused.text());
        }
        return decision;
    }

    @Override
    public int heldBytes() {
        return head != null ? head.heldBytes() : frames != null ? frames.heldBytes() : 0;
    }
}
