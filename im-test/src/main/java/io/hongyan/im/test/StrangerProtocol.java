package io.hongyan.im.test;

import io.hongyan.im.Limits;
import io.hongyan.im.Protocols;
import io.hongyan.im.spi.Decoder;
import io.hongyan.im.spi.Encoder;
import io.hongyan.im.spi.Protocol;
import io.hongyan.im.spi.ProtocolException;
import io.hongyan.im.spi.Wire;
import io.hongyan.im.test.evidence.Await;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicReference;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/**
 * Lines, by somebody who is not us. Peers that say nothing are its own, where it is named before {@code line}. It throws once where it is
 * told to. At the beginning of what is read, each {@code ?} is answered {@code pong} by the loop itself, and a {@code #} holds up the loop.
 */
final class StrangerProtocol implements Protocol {
    static final String PONG = "pong";
    private static final Wire ANSWER = Wire.of((PONG + "\n").getBytes(StandardCharsets.US_ASCII));

    private record Trap(String place, AtomicInteger calls, Supplier<Throwable> thrown) {}

    private final Protocol line = Protocols.line();
    private final AtomicReference<@Nullable Trap> trap = new AtomicReference<>();
    private final CountDownLatch held = new CountDownLatch(1);
    private final CountDownLatch mayGo = new CountDownLatch(1);

    /** Once, at the call of that number from now on, of its methods or of its decoder's {@code start}. */
    void throwAt(String place, int call, Supplier<Throwable> thrown) {
        trap.set(new Trap(place, new AtomicInteger(call), thrown));
    }

    /** Waits for a loop that is held up. */
    void awaitHeld() throws InterruptedException {
        Await.zero("the loop is held up", held);
    }

    void letGo() {
        mayGo.countDown();
    }

    private void reach(String place) {
        Trap set = trap.get();
        if (set != null && set.place().equals(place) && set.calls().decrementAndGet() == 0) {
            StrangerProtocol.<RuntimeException>sneak(set.thrown().get());
        }
    }

    @SuppressWarnings("unchecked")
    private static <T extends Throwable> void sneak(Throwable thrown) throws T {
        throw (T) thrown;
    }

    @Override
    public String name() {
        reach("name");
        return "stranger";
    }

    @Override
    public boolean servesSilent() {
        reach("servesSilent");
        return true;
    }

    @Override
    public Encoder encoder() {
        reach("encoder");
        return line.encoder();
    }

    @Override
    public Decoder newDecoder(Limits limits) {
        reach("newDecoder");
        Decoder lines = line.newDecoder(limits);
        return new Decoder() {
            @Override
            public void start(Sink sink) {
                reach("start");
                sink.open();
            }

            @Override
            public void decode(ByteBuffer input, Sink sink) throws ProtocolException {
                for (; input.hasRemaining() && input.get(input.position()) == '?'; input.get()) {
                    sink.reply(ANSWER);
                }
                if (input.hasRemaining() && input.get(input.position()) == '#') {
                    input.get();
                    held.countDown();
                    Crew.unchecked(() -> Await.zero("the test goes on", mayGo));
                }
                lines.decode(input, sink);
            }

            @Override
            public int heldBytes() {
                return lines.heldBytes();
            }
        };
    }
}
