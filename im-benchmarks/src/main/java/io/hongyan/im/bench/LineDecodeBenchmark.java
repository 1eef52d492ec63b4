package io.hongyan.im.bench;

import io.hongyan.im.AttributeKey;
import io.hongyan.im.CloseReason;
import io.hongyan.im.Limits;
import io.hongyan.im.Message;
import io.hongyan.im.protocol.LineProtocol;
import io.hongyan.im.spi.Admission;
import io.hongyan.im.spi.Decoder;
import io.hongyan.im.spi.Encoder;
import io.hongyan.im.spi.ProtocolException;
import io.hongyan.im.spi.Wire;
import java.net.InetSocketAddress;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.security.Principal;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.TimeUnit;
import org.openjdk.jmh.annotations.Benchmark;
import org.openjdk.jmh.annotations.BenchmarkMode;
import org.openjdk.jmh.annotations.Fork;
import org.openjdk.jmh.annotations.Measurement;
import org.openjdk.jmh.annotations.Mode;
import org.openjdk.jmh.annotations.OperationsPerInvocation;
import org.openjdk.jmh.annotations.OutputTimeUnit;
import org.openjdk.jmh.annotations.Param;
import org.openjdk.jmh.annotations.Scope;
import org.openjdk.jmh.annotations.Setup;
import org.openjdk.jmh.annotations.State;
import org.openjdk.jmh.annotations.Warmup;

/** Lines of 64 bytes with their ends: the time for each line. */
@State(Scope.Thread)
@BenchmarkMode(Mode.AverageTime)
@OutputTimeUnit(TimeUnit.NANOSECONDS)
@Warmup(iterations = 3, time = 1)
@Measurement(iterations = 5, time = 1)
@Fork(2)
public class LineDecodeBenchmark {
    private static final int LINES = 1024;
    private static final int LINE_BYTES = 64;

    /** What the lines are made of. */
    public enum Text {
        /** One byte a character. */
        ASCII("x"),
        /** Three bytes a character. */
        CHINESE("雁");

        private final String character;

        Text(String character) {
            this.character = character;
        }

        private byte[] line() {
            int characterBytes = character.getBytes(StandardCharsets.UTF_8).length;
            String text = character.repeat((LINE_BYTES - 1) / characterBytes);
            return (text + "\n").getBytes(StandardCharsets.UTF_8);
        }
    }

    /** Counts what it is told of. */
    private static final class Count implements Decoder.Sink {
        private long payloadBytes;

        @Override
        public void open() {}

        @Override
        public void open(Encoder encoder) {}

        @Override
        public InetSocketAddress remoteAddress() {
            return new InetSocketAddress(0);
        }

        @Override
        public boolean message(Message message) {
            payloadBytes += message.length();
            return true;
        }

        @Override
        public void reply(Wire wire) {}

        @Override
        public void end(CloseReason reason, Wire lastWords) {}

        @Override
        public <T> void attribute(AttributeKey<T> key, T value) {}

        @Override
        public void principal(Principal principal) {}

        @Override
        public <T> void admit(CompletionStage<T> answer, Admission<T> admission) {
            throw new AssertionError("it asks nobody");
        }
    }

    /** See {@link Text}. */
    @Param
    public Text text = Text.ASCII;

    private final Count count = new Count();
    private final ByteBuffer input = ByteBuffer.allocateDirect(LINES * LINE_BYTES);
    private final Decoder decoder = new LineProtocol().newDecoder(Limits.defaults());

    /** Fills the buffer. */
    @Setup
    public void fill() {
        byte[] line = text.line();
        for (int i = 0; i < LINES; i++) {
            input.put(line);
        }
    }

    /** One full receive buffer of them, 64 KiB. */
    @Benchmark
    @OperationsPerInvocation(LINES)
    public long decode() throws ProtocolException {
        decoder.decode(input.rewind(), count);
        return count.payloadBytes;
    }

    /** One that comes alone. */
    @Benchmark
    public long decodeOne() throws ProtocolException {
        decoder.decode(input.clear().limit(LINE_BYTES), count);
        return count.payloadBytes;
    }

    /** One that comes in two parts. */
    @Benchmark
    public long decodeHalves() throws ProtocolException {
        decoder.decode(input.clear().limit(LINE_BYTES / 2), count);
        decoder.decode(input.limit(LINE_BYTES), count);
        return count.payloadBytes;
    }
}
