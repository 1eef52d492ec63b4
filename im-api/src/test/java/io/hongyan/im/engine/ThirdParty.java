package io.hongyan.im.engine;

import io.hongyan.im.CloseReason;
import io.hongyan.im.Limits;
import io.hongyan.im.Message;
import io.hongyan.im.protocol.LineProtocol;
import io.hongyan.im.spi.Admission;
import io.hongyan.im.spi.Decoder;
import io.hongyan.im.spi.Encoder;
import io.hongyan.im.spi.Protocol;
import io.hongyan.im.spi.ProtocolException;
import io.hongyan.im.spi.Wire;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.EnumMap;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/**
 * Lines, by somebody who is not us: a test says where it throws, and what wires it makes. On a listener of several protocols it is known
 * by a {@code #} or a {@code ?}, and takes those that say nothing. Each {@code ?} at the beginning of what was read is answered at once,
 * without the handler.
 */
final class ThirdParty implements Protocol {
    /** What of it the engine calls. */
    enum Place {
        NAME,
        DETECT,
        SERVES_SILENT,
        ENCODER,
        NEW_DECODER,
        START,
        DECODE,
        HELD_BYTES,
        ENCODE,
        GAP,
        CLOSING,
        PING,
        WHO,
        UNANSWERED,
        IS_ANSWERED
    }

    private final Protocol line = new LineProtocol();
    private final Map<Place, Supplier<Throwable>> thrown = new EnumMap<>(Place.class);
    private final Map<Place, Wire> wires = new EnumMap<>(Place.class);
    private final Encoder encoder = new Writing();
    private Wire answer = wire("pong\n");
    private @Nullable CompletableFuture<String> asked;
    private boolean standsStill;
    private boolean awaitsAnswer;

    static Wire wire(String text) {
        return Wire.of(text.getBytes(StandardCharsets.UTF_8));
    }

    /** From now on. */
    ThirdParty throwsAt(Place place, Supplier<Throwable> what) {
        thrown.put(place, what);
        return this;
    }

    /** From now on, whatever it is to be about. */
    ThirdParty makes(Place place, Wire wire) {
        wires.put(place, wire);
        return this;
    }

    /** What a {@code ?} is answered. */
    ThirdParty answers(Wire wire) {
        answer = wire;
        return this;
    }

    /** From now on it asks whether a peer may come in; any answer lets it. */
    ThirdParty asks(CompletableFuture<String> whom) {
        asked = whom;
        return this;
    }

    /** From now on it takes nothing of what it is given. */
    ThirdParty standsStill() {
        standsStill = true;
        return this;
    }

    /** From now on the peer answers a session's end by a {@code #}. */
    ThirdParty awaitsAnswer() {
        awaitsAnswer = true;
        return this;
    }

    private void reach(Place place) {
        Supplier<Throwable> what = thrown.get(place);
        if (what != null) {
            ThirdParty.<RuntimeException>sneak(what.get());
        }
    }

    @SuppressWarnings("unchecked")
    private static <T extends Throwable> void sneak(Throwable what) throws T {
        throw (T) what;
    }

    @Override
    public String name() {
        reach(Place.NAME);
        return "third";
    }

    @Override
    public Detection detect(ByteBuffer first) {
        reach(Place.DETECT);
        if (!first.hasRemaining()) {
            return Detection.NEED_MORE;
        }
        byte begin = first.get(first.position());
        return begin == '#' || begin == '?' ? Detection.MATCH : Detection.NO_MATCH;
    }

    @Override
    public boolean servesSilent() {
        reach(Place.SERVES_SILENT);
        return true;
    }

    @Override
    public Encoder encoder() {
        reach(Place.ENCODER);
        return encoder;
    }

    @Override
    public Decoder newDecoder(Limits limits) {
        reach(Place.NEW_DECODER);
        return new Reading(line.newDecoder(limits));
    }

    private final class Writing implements Encoder {
        private Wire made(Place place, Supplier<Wire> usual) {
            reach(place);
            Wire wire = wires.get(place);
            return wire == null ? usual.get() : wire;
        }

        @Override
        public Wire encode(Message message) {
            return made(Place.ENCODE, () -> line.encoder().encode(message));
        }

        @Override
        public Wire gap(long missed) {
            return made(Place.GAP, () -> line.encoder().gap(missed));
        }

        @Override
        public Wire closing(CloseReason reason) {
            return made(Place.CLOSING, () -> line.encoder().closing(reason));
        }

        @Override
        public Wire ping() {
            return made(Place.PING, () -> Wire.EMPTY);
        }
    }

    private final class Asking implements Admission<String> {
        @Override
        public String who() {
            reach(Place.WHO);
            return "somebody";
        }

        @Override
        public void answered(String answer, Decoder.Sink sink) {
            sink.open();
        }

        @Override
        public Wire unanswered() {
            reach(Place.UNANSWERED);
            return Wire.EMPTY;
        }
    }

    private final class Reading implements Decoder {
        private final Decoder lines;
        private boolean answered;

        Reading(Decoder lines) {
            this.lines = lines;
        }

        @Override
        public void start(Sink sink) {
            reach(Place.START);
            if (asked != null) {
                sink.admit(asked, new Asking());
            } else {
                lines.start(sink);
            }
        }

        @Override
        public void decode(ByteBuffer input, Sink sink) throws ProtocolException {
            reach(Place.DECODE);
            if (standsStill) {
                return;
            }
            while (input.hasRemaining() && input.get(input.position()) == '?') {
                input.get();
                sink.reply(answer);
            }
            lines.decode(input, sink);
        }

        @Override
        public boolean isAnswered(ByteBuffer input) {
            reach(Place.IS_ANSWERED);
            while (input.hasRemaining()) {
                answered |= input.get() == '#';
            }
            return answered || !awaitsAnswer;
        }

        @Override
        public int heldBytes() {
            reach(Place.HELD_BYTES);
            return lines.heldBytes();
        }
    }
}
