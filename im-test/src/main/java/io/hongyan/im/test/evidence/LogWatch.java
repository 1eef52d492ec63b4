package io.hongyan.im.test.evidence;

import io.hongyan.im.test.client.Spoken;
import java.io.IOException;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.concurrent.atomic.AtomicLong;
import java.util.logging.Handler;
import java.util.logging.LogRecord;
import java.util.logging.SimpleFormatter;

/**
 * Sees every line that a JVM of tests logs, at every level, and writes down those that hold what a client has sent: {@code
 * target/quoted-in-log.txt} is to stay empty. What it has seen stands in {@code target/log-watch.txt} at the end. The profile {@code full} has
 * {@code java.util.logging} take it; then nobody turns the log off.
 */
@SuppressWarnings("exports") // java.util.logging makes it, nobody else
public final class LogWatch extends Handler {
    private static final Path TARGET = Path.of("target");

    private final AtomicLong lines = new AtomicLong();

    /** For {@code java.util.logging}. */
    public LogWatch() {
        Runtime.getRuntime()
                .addShutdownHook(new Thread(
                        () -> append("log-watch.txt", lines + " lines of log were looked at"), "end of the log"));
    }

    /**
     * Whether tests are to leave the log on.
     *
     * @return whether this JVM's log is watched
     */
    public static boolean isOn() {
        return Spoken.KEPT;
    }

    @Override
    public void publish(LogRecord published) {
        lines.incrementAndGet();
        StringWriter text = new StringWriter();
        text.append(new SimpleFormatter().formatMessage(published)).append('\n');
        if (published.getThrown() != null) {
            published.getThrown().printStackTrace(new PrintWriter(text, true));
        }
        Spoken.quotedIn(text.toString())
                .ifPresent(quoted -> append("quoted-in-log.txt", "<" + quoted + "> in <" + text + ">"));
    }

    private static synchronized void append(String file, String line) {
        try {
            Files.createDirectories(TARGET);
            Files.writeString(TARGET.resolve(file), line + "\n", StandardOpenOption.CREATE, StandardOpenOption.APPEND);
        } catch (IOException e) {
            throw new AssertionError("cannot write " + file, e);
        }
    }

    @Override
    public void flush() {}

    @Override
    public void close() {}
}
