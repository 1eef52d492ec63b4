package io.hongyan.im.test.evidence;

import java.io.PrintWriter;
import java.io.StringWriter;
import java.util.List;
import java.util.Queue;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.logging.Handler;
import java.util.logging.Level;
import java.util.logging.LogRecord;
import java.util.logging.Logger;
import java.util.logging.SimpleFormatter;
import org.jspecify.annotations.Nullable;

/** Everything that is logged while it is open, at every level. */
public final class LogCapture implements AutoCloseable {
    private static final String OURS = "io.hongyan";

    private final Logger ours = Logger.getLogger(OURS);
    private final @Nullable Level levelBefore = ours.getLevel();
    private final boolean parentBefore = ours.getUseParentHandlers();
    private final Queue<LogRecord> records = new ConcurrentLinkedQueue<>();
    private final Handler handler = new Handler() {
        @Override
        public void publish(LogRecord published) {
            records.add(published);
        }

        @Override
        public void flush() {}

        @Override
        public void close() {}
    };

    private LogCapture() {}

    /**
     * Begins to take the log of Hongyan, instead of whoever took it before.
     *
     * @return to be closed
     */
    public static LogCapture begin() {
        LogCapture capture = new LogCapture();
        capture.handler.setLevel(Level.ALL);
        capture.ours.setUseParentHandlers(false);
        capture.ours.setLevel(Level.ALL);
        capture.ours.addHandler(capture.handler);
        return capture;
    }

    /** Gives the log back. */
    @Override
    public void close() {
        ours.removeHandler(handler);
        ours.setLevel(levelBefore);
        ours.setUseParentHandlers(parentBefore);
    }

    /**
     * The messages alone, each as it would stand in a line.
     *
     * @return those logged so far
     */
    public List<String> messages() {
        SimpleFormatter formatter = new SimpleFormatter();
        return records.stream().map(formatter::formatMessage).toList();
    }

    /**
     * All that a log file could show, what exceptions say too.
     *
     * @return the text of all that was logged so far
     */
    public String text() {
        StringWriter text = new StringWriter();
        PrintWriter out = new PrintWriter(text);
        for (LogRecord one : records) {
            out.println(new SimpleFormatter().formatMessage(one));
            if (one.getThrown() != null) {
                one.getThrown().printStackTrace(out);
            }
        }
        return text.toString();
    }
}
