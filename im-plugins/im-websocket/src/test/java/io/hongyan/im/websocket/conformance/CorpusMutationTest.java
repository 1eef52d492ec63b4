package io.hongyan.im.websocket.conformance;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.net.URISyntaxException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HexFormat;
import java.util.List;
import java.util.Objects;
import java.util.Random;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;
import java.util.stream.Stream;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** The targets of {@link DecoderFuzzTest} with the corpus changed at random, the same in every build: a short run that needs no Jazzer. */
@Tag("W6")
@Tag("W7")
@Timeout(
        value = 5,
        unit = TimeUnit.MINUTES,
        threadMode = Timeout.ThreadMode.SEPARATE_THREAD) // also of a loop that hears of no interrupt
class CorpusMutationTest {
    private static final int RUNS = 5_000;
    private static final int MOST_CHANGES = 4;
    private static final int MOST_BYTES = 24;
    private static final long SEED = 6455;

    private final DecoderFuzzTest targets = new DecoderFuzzTest();

    @Test
    void shouldKeepTheRulesForAnyHead() throws Exception {
        tryMutations("head", targets::head);
    }

    @Test
    void shouldKeepTheRulesForAnyFrames() throws Exception {
        tryMutations("frames", targets::frames);
    }

    @Test
    void shouldKeepTheRulesForAnyDeflatedFrames() throws Exception {
        tryMutations("deflatedFrames", targets::deflatedFrames);
    }

    private static void tryMutations(String name, Consumer<byte[]> target) throws Exception {
        List<byte[]> corpus = corpus(name);
        Random chance = new Random(SEED);
        for (int run = 0; run < RUNS; run++) {
            byte[] bytes = any(corpus, chance);
            for (int change = chance.nextInt(MOST_CHANGES); change >= 0; change--) {
                bytes = changed(bytes, any(corpus, chance), chance);
            }
            try {
                target.accept(bytes);
            } catch (Throwable t) {
                throw new AssertionError(
                        "run " + run + ", worth a place in the corpus: "
                                + HexFormat.of().formatHex(bytes),
                        t);
            }
        }
    }

    private static List<byte[]> corpus(String name) throws IOException, URISyntaxException {
        String directory = DecoderFuzzTest.class.getSimpleName() + "Inputs/" + name;
        Path path = Path.of(Objects.requireNonNull(DecoderFuzzTest.class.getResource(directory))
                .toURI());
        List<byte[]> corpus = new ArrayList<>();
        try (Stream<Path> files = Files.list(path)) {
            for (Path file : files.sorted().toList()) {
                corpus.add(Files.readAllBytes(file));
            }
        }
        return corpus;
    }

    private static byte[] any(List<byte[]> corpus, Random chance) {
        return corpus.get(chance.nextInt(corpus.size()));
    }

    /** With some bytes left out, and in their place none, random ones, or some of another input; or with one bit the other way. */
    private static byte[] changed(byte[] bytes, byte[] other, Random chance) {
        int from = chance.nextInt(bytes.length + 1);
        int way = chance.nextInt(4);
        if (way == 0 && from < bytes.length) {
            byte[] flipped = bytes.clone();
            flipped[from] ^= (byte) (1 << chance.nextInt(Byte.SIZE));
            return flipped;
        }
        int to = Math.min(bytes.length, from + chance.nextInt(MOST_BYTES));
        ByteArrayOutputStream out = new ByteArrayOutputStream();
        out.write(bytes, 0, from);
        if (way == 1) {
            byte[] noise = new byte[chance.nextInt(MOST_BYTES)];
            chance.nextBytes(noise);
            out.writeBytes(noise);
        } else if (way == 2) {
            int begin = chance.nextInt(other.length + 1);
            out.write(other, begin, Math.min(other.length - begin, chance.nextInt(4 * MOST_BYTES)));
        }
        out.write(bytes, to, bytes.length - to);
        return out.toByteArray();
    }
}
