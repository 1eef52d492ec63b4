package io.hongyan.im.test.virtual;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;

/**
 * What the clients of a {@link Replay} were answered: for each connection a line that says which, then a line for each message, notice or row
 * of bytes, and {@code end} if the server has ended it. No times, so that only what matters can differ.
 */
public final class Replayed {
    private final List<String> lines;

    Replayed(List<String> lines) {
        this.lines = List.copyOf(lines);
    }

    /**
     * The transcript.
     *
     * @return its lines
     */
    public List<String> lines() {
        return lines;
    }

    /**
     * Keeps the transcript for later comparisons.
     *
     * @param file where; overwritten
     * @return this
     */
    public Replayed save(Path file) {
        try {
            Files.write(file, lines);
        } catch (IOException e) {
            throw new UncheckedIOException("cannot save the transcript to " + file, e);
        }
        return this;
    }

    /**
     * The transcript must be that of a file.
     *
     * @param saved made by {@link #save}
     * @throws AssertionError if it is not, with the differences
     */
    public void expectSameAs(Path saved) {
        try {
            expectSameAs(Files.readAllLines(saved), String.valueOf(saved.getFileName()));
        } catch (IOException e) {
            throw new UncheckedIOException("cannot read " + saved + "; save(..) makes it the first time", e);
        }
    }

    /**
     * The transcript must be this.
     *
     * @param earlier its lines
     * @throws AssertionError if it is not, with the differences
     */
    public void expectSameAs(List<String> earlier) {
        expectSameAs(earlier, "earlier");
    }

    private void expectSameAs(List<String> earlier, String name) {
        if (!lines.equals(earlier)) {
            throw new AssertionError(
                    "the clients were answered otherwise than before:\n" + Diff.unified(name, earlier, "now", lines));
        }
    }

    /** The transcript as one text. */
    @Override
    public String toString() {
        return String.join("\n", lines);
    }
}
