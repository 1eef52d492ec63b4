package io.hongyan.im.engine;

import io.hongyan.im.CloseReason;
import io.hongyan.im.protocol.Assembly;
import io.hongyan.im.protocol.Misdirected;
import io.hongyan.im.spi.Protocol;
import io.hongyan.im.spi.ProtocolException;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/** The protocols that one connection may yet speak, and the bytes that are to tell. Loop thread only. */
final class Candidates {
    /** A protocol that cannot decide on so many bytes is out. */
    private static final int DECISIVE_BYTES = 1024;

    private final List<Protocol> left;
    private final Assembly first = new Assembly();

    Candidates(List<Protocol> protocols) {
        left = new ArrayList<>(protocols);
    }

    int heldBytes() {
        return first.heldBytes();
    }

    /** What a client that says nothing is taken for. */
    Optional<Protocol> ofSilent() {
        return first.length() > 0
                ? Optional.empty()
                : left.stream().filter(Protocol::servesSilent).findFirst();
    }

    /**
     * Takes as many bytes as are needed to decide.
     *
     * @return the protocol, or null if more bytes are needed
     * @throws ProtocolException if it can be none
     */
    @Nullable
    Protocol judge(ByteBuffer input) throws ProtocolException {
        int count = Math.min(input.remaining(), DECISIVE_BYTES - first.length());
        first.append(input, count, DECISIVE_BYTES);
        ByteBuffer bytes =
                ByteBuffer.wrap(first.array(), 0, first.length()).slice().asReadOnlyBuffer();
        while (!left.isEmpty()) {
            Protocol.Detection detection = left.get(0).detect(bytes.duplicate());
            if (detection == Protocol.Detection.MATCH) {
                return left.get(0);
            }
            if (detection == Protocol.Detection.NEED_MORE && first.length() < DECISIVE_BYTES) {
                return null;
            }
            left.remove(0);
        }
        Misdirected found = Misdirected.of(bytes);
        throw found != null
                ? found.refusal()
                : new ProtocolException(CloseReason.of(
                        CloseReason.Code.PROTOCOL_ERROR, "the first bytes are of no protocol spoken here"));
    }

    /** All that was taken and what follows, for the decoder to begin with. */
    ByteBuffer takenAnd(ByteBuffer input) {
        int length = first.length() + input.remaining();
        return ByteBuffer.allocate(length).put(first.take()).put(input).flip();
    }
}
