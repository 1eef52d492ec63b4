package io.hongyan.im.websocket;

import io.hongyan.im.AttributeKey;
import io.hongyan.im.CloseReason;
import io.hongyan.im.Limits;
import io.hongyan.im.Message;
import io.hongyan.im.spi.Admission;
import io.hongyan.im.spi.Decoder;
import io.hongyan.im.spi.Encoder;
import io.hongyan.im.spi.Protocol;
import io.hongyan.im.spi.ProtocolException;
import io.hongyan.im.spi.Wire;
import java.net.InetSocketAddress;
import java.nio.ByteBuffer;
import java.security.Principal;
import java.util.Map;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicInteger;

/** Another protocol as it is, with its calls of {@code encode} counted. */
final class CountingProtocol implements Protocol {
    final AtomicInteger encoded = new AtomicInteger();

    private final Protocol of;
    private final Map<Encoder, Encoder> counting = new ConcurrentHashMap<>();

    CountingProtocol(Protocol of) {
        this.of = of;
    }

    @Override
    public String name() {
        return of.name();
    }

    @Override
    public Detection detect(ByteBuffer first) {
        return of.detect(first);
    }

    @Override
    public boolean servesSilent() {
        return of.servesSilent();
    }

    @Override
    public boolean carriesText() {
        return of.carriesText();
    }

    @Override
    public boolean carriesBinary() {
        return of.carriesBinary();
    }

    @Override
    public Encoder encoder() {
        return counting(of.encoder());
    }

    private Encoder counting(Encoder encoder) {
        return counting.computeIfAbsent(encoder, CountingEncoder::new);
    }

    @Override
    public Decoder newDecoder(Limits limits) {
        Decoder decoder = of.newDecoder(limits);
        return new Decoder() {
            @Override
            public void start(Sink sink) {
                decoder.start(new CountingSink(sink));
            }

            @Override
            public void decode(ByteBuffer input, Sink sink) throws ProtocolException {
                decoder.decode(input, new CountingSink(sink));
            }

            @Override
            public int heldBytes() {
                return decoder.heldBytes();
            }
        };
    }

    private final class CountingEncoder implements Encoder {
        private final Encoder encoder;

        CountingEncoder(Encoder encoder) {
            this.encoder = encoder;
        }

        @Override
        public Wire encode(Message message) {
            encoded.incrementAndGet();
            return encoder.encode(message);
        }

        @Override
        public Wire gap(long missed) {
            return encoder.gap(missed);
        }

        @Override
        public Wire closing(CloseReason reason) {
            return encoder.closing(reason);
        }

        @Override
        public Wire ping() {
            return encoder.ping();
        }
    }

    private final class CountingSink implements Decoder.Sink {
        private final Decoder.Sink sink;

        CountingSink(Decoder.Sink sink) {
            this.sink = sink;
        }

        @Override
        public void open() {
            open(of.encoder());
        }

        @Override
        public void open(Encoder encoder) {
            sink.open(counting(encoder));
        }

        @Override
        public InetSocketAddress remoteAddress() {
            return sink.remoteAddress();
        }

        @Override
        public <T> void attribute(AttributeKey<T> key, T value) {
            sink.attribute(key, value);
        }

        @Override
        public void principal(Principal principal) {
            sink.principal(principal);
        }

        @Override
        public <T> void admit(CompletionStage<T> answer, Admission<T> admission) {
            sink.admit(answer, admission);
        }

        @Override
        public boolean message(Message message) {
            return sink.message(message);
        }

        @Override
        public void reply(Wire wire) {
            sink.reply(wire);
        }

        @Override
        public void end(CloseReason reason, Wire lastWords) {
            sink.end(reason, lastWords);
        }
    }
}
