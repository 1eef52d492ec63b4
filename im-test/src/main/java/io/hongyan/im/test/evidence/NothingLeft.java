package io.hongyan.im.test.evidence;

import static org.junit.jupiter.api.Assertions.assertEquals;

import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.channels.ServerSocketChannel;
import java.nio.channels.SocketChannel;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Objects;
import java.util.logging.Handler;
import java.util.logging.Level;
import java.util.logging.LogRecord;
import java.util.logging.Logger;
import java.util.logging.SimpleFormatter;
import org.junit.jupiter.api.extension.AfterAllCallback;
import org.junit.jupiter.api.extension.BeforeAllCallback;
import org.junit.jupiter.api.extension.ExtensionContext;

/**
 * An extension of JUnit's: behind each test class no thread of a server's is left and no socket (L2, L4), and nothing was logged as an
 * error that no test has expected by a {@link LogCapture} or {@link Hush} (G4).
 */
public final class NothingLeft implements BeforeAllCallback, AfterAllCallback {
    private static final ExtensionContext.Namespace SPACE = ExtensionContext.Namespace.create(NothingLeft.class);

    /** What was there before, and the errors that are logged meanwhile; a captured log does not come up to the root. */
    private static final class Before extends Handler {
        private final Resources resources = Resources.sockets();
        private final List<String> errors = Collections.synchronizedList(new ArrayList<>());

        @Override
        public void publish(LogRecord published) {
            if (published.getLevel().intValue() >= Level.SEVERE.intValue()
                    && String.valueOf(published.getLoggerName()).startsWith("io.hongyan")) {
                errors.add(new SimpleFormatter().formatMessage(published));
            }
        }

        @Override
        public void flush() {}

        @Override
        public void close() {}
    }

    /** Called by JUnit. */
    public NothingLeft() {}

    @Override
    public void beforeAll(ExtensionContext context) throws IOException {
        warmUp();
        Before before = new Before();
        Logger.getLogger("").addHandler(before);
        context.getStore(SPACE).put(context.getUniqueId(), before);
    }

    /** A JVM opens a socket of its own when it first closes one. */
    private static void warmUp() throws IOException {
        try (ServerSocketChannel listening =
                        ServerSocketChannel.open().bind(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0));
                SocketChannel client = SocketChannel.open(listening.getLocalAddress());
                SocketChannel accepted = listening.accept()) {
            client.shutdownOutput();
            accepted.shutdownOutput();
        }
    }

    @Override
    public void afterAll(ExtensionContext context) {
        Before before = Objects.requireNonNull(
                context.getStore(SPACE).remove(context.getUniqueId(), Before.class), "beforeAll was not called");
        Logger.getLogger("").removeHandler(before);
        before.resources.expectNoneLeft();
        assertEquals(List.of(), List.copyOf(before.errors), "errors were logged that no test has announced");
    }
}
