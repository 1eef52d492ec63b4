package io.hongyan.im.websocket;

import io.hongyan.im.AttributeKey;
import io.hongyan.im.CloseReason;
import io.hongyan.im.Message;
import io.hongyan.im.spi.Admission;
import io.hongyan.im.spi.Decoder;
import io.hongyan.im.spi.Encoder;
import io.hongyan.im.spi.ProtocolException;
import io.hongyan.im.spi.Wire;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.security.Principal;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletionStage;

/** Keeps what a decoder finds. */
final class CollectingSink implements Decoder.Sink {
    final List<Message> messages = new ArrayList<>();
    final List<byte[]> replies = new ArrayList<>();
    final Map<AttributeKey<?>, Object> attributes = new HashMap<>();
    Encoder encoder;
    CloseReason ended;
    byte[] lastWords = {};

    static byte[] bytes(Wire wire) {
        byte[] bytes = new byte[wire.length()];
        wire.slice(0, bytes.length).get(bytes);
        return bytes;
    }

    byte[] repliedBytes() {
        return ClientFrame.join(replies.toArray(new byte[0][]));
    }

    @Override
    public void open() {
        throw new AssertionError("a WebSocket says with which encoder it opens");
    }

    @Override
    public void open(Encoder by) {
        encoder = by;
    }

    @Override
    public InetSocketAddress remoteAddress() {
        return new InetSocketAddress(InetAddress.getLoopbackAddress(), 1234);
    }

    @Override
    public <T> void attribute(AttributeKey<T> key, T value) {
        attributes.put(key, value);
    }

    @Override
    public void principal(Principal principal) {}

    /** At once: a filter that takes a while needs a server. */
    @Override
    public <T> void admit(CompletionStage<T> answer, Admission<T> admission) {
        try {
            admission.answered(answer.toCompletableFuture().join(), this);
        } catch (ProtocolException e) {
            throw new AssertionError("refused", e);
        }
    }

    @Override
    public boolean message(Message message) {
        messages.add(message);
        return true;
    }

    @Override
    public void reply(Wire wire) {
        if (wire.length() == 0) {
            throw new AssertionError("a reply without bytes");
        }
        replies.add(bytes(wire));
    }

    @Override
    public void end(CloseReason reason, Wire words) {
        ended = reason;
        lastWords = bytes(words);
    }
}
