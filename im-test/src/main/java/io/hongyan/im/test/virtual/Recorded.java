package io.hongyan.im.test.virtual;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Base64;
import java.util.Comparator;
import java.util.List;

/** One connection as a recorder has written it down; the form of its file stands with {@code im-recorder}'s {@code Recorder}. */
record Recorded(Path file, String protocol, long accepted, List<Line> lines) {
    private static final String MAGIC = "hongyan-recording";
    private static final String VERSION = "1";
    private static final String SUFFIX = "*.recording";

    /** What happened so many nanoseconds after the accept: {@code in}, {@code end}, {@code full} or {@code lost}, and what stands behind. */
    record Line(long nanos, String what, String rest) {
        byte[] bytes() {
            return Base64.getDecoder().decode(rest);
        }
    }

    /** All files of a directory, in the order in which the connections came. */
    static List<Recorded> in(Path directory) {
        List<Recorded> recorded = new ArrayList<>();
        try (DirectoryStream<Path> files = Files.newDirectoryStream(directory, SUFFIX)) {
            for (Path file : files) {
                recorded.add(read(file));
            }
        } catch (IOException e) {
            throw new UncheckedIOException("cannot read the recordings in " + directory, e);
        }
        if (recorded.isEmpty()) {
            throw new IllegalArgumentException("there is no " + SUFFIX + " in " + directory);
        }
        recorded.sort(Comparator.comparingLong(Recorded::accepted)
                .thenComparing(one -> one.file().getFileName().toString()));
        return recorded;
    }

    private static Recorded read(Path file) throws IOException {
        List<String> text = Files.readAllLines(file);
        String[] header = text.isEmpty() ? new String[0] : text.get(0).split(" ", -1);
        if (header.length != 4 || !header[0].equals(MAGIC) || !header[1].equals(VERSION)) {
            throw new IllegalArgumentException(
                    file + " must begin with \"" + MAGIC + " " + VERSION + " PROTOCOL NANOS\"");
        }
        List<Line> lines = new ArrayList<>();
        for (int i = 1; i < text.size(); i++) {
            lines.add(line(file, i + 1, text.get(i)));
        }
        return new Recorded(file, header[2], number(file, 1, header[3]), lines);
    }

    private static Line line(Path file, int number, String text) {
        String[] parts = text.split(" ", 3);
        String what = parts.length < 2 ? "" : parts[1];
        boolean known = switch (what) {
            case "in", "end" -> parts.length == 3;
            case "full" -> parts.length == 2;
            case "lost" ->
                throw new IllegalArgumentException(file + ":" + number
                        + ": the recorder has lost bytes here, so this connection cannot be replayed");
            default -> false;
        };
        if (!known) {
            throw new IllegalArgumentException(
                    file + ":" + number + ": must be \"NANOS in BASE64\", \"NANOS end CODE\" or \"NANOS full\"");
        }
        return new Line(number(file, number, parts[0]), what, parts.length == 3 ? parts[2] : "");
    }

    private static long number(Path file, int line, String text) {
        try {
            return Long.parseLong(text);
        } catch (NumberFormatException e) {
            throw new IllegalArgumentException(file + ":" + line + ": must be nanoseconds, was " + text, e);
        }
    }
}
