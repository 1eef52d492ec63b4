package io.hongyan.im.engine;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.hongyan.im.ClientSession;
import io.hongyan.im.CloseReason;
import io.hongyan.im.Dispatch;
import java.util.ArrayList;
import java.util.List;
import java.util.logging.Handler;
import java.util.logging.Level;
import java.util.logging.LogRecord;
import java.util.logging.Logger;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** What is logged, and what never is: content (G1), and a flood of lines (G3); and one line for each end (G5). */
class LogTest {
    private static final String CANARY = "canary-7c1f";
    private static final long TEN_SECONDS = 10_000_000_000L;

    private final Logger logger = Logger.getLogger("io.hongyan.im");
    private final List<LogRecord> records = new ArrayList<>();
    private final Handler collector = new Handler() {
        @Override
        public void publish(LogRecord logged) {
            records.add(logged);
        }

        @Override
        public void flush() {}

        @Override
        public void close() {}
    };

    private Level levelBefore;

    @BeforeEach
    void collect() {
        ScriptedServer.Setup.onLoop().start(new Recording());
        levelBefore = logger.getLevel();
        logger.setUseParentHandlers(false);
        logger.addHandler(collector);
        logger.setLevel(Level.ALL);
    }

    @AfterEach
    void restore() {
        logger.setLevel(levelBefore);
        logger.removeHandler(collector);
        logger.setUseParentHandlers(true);
    }

    private String everything() {
        StringBuilder text = new StringBuilder();
        for (LogRecord logged : records) {
            text.append(logged.getLevel())
                    .append(' ')
                    .append(logged.getMessage())
                    .append('\n');
            for (Throwable t = logged.getThrown(); t != null; t = t.getCause()) {
                text.append(t).append('\n');
            }
        }
        return text.toString();
    }

    @Test
    void shouldHoldNoContentWhenSessionsEndInEveryWay() {
        for (Dispatch dispatch : Dispatch.values()) {
            Recording handler = new Recording().whenMessage((session, message) -> {
                session.send(message);
                throw new IllegalStateException(message.text(), new Exception(message.text()));
            });
            ScriptedServer server =
                    ScriptedServer.Setup.onLoop().dispatch(dispatch).start(handler);
            server.connect().sends(CANARY + "\n");
            server.connect().sends(CANARY).sends(new byte[] {(byte) 0xFF});
            server.connect().sends((CANARY + " ").repeat(10_000));
            server.connect().sends(CANARY).resets();
            ScriptedConnection stalled = server.connect().takes(0);
            server.session(stalled).send(CANARY);
            server.settle();
            server.endAll();
        }

        assertFalse(everything().contains(CANARY), this::everything);
        assertTrue(everything().contains("IllegalStateException"), this::everything);
    }

    @Test
    void shouldSayWhoAndWhyInOneLineWhenASessionEndsBadly() {
        ScriptedServer server = ScriptedServer.Setup.onLoop().start(new Recording());
        ScriptedConnection connection = server.connect();
        ClientSession session = server.session(connection);
        records.clear();

        connection.resets();
        server.settle();

        assertEquals(1, records.size(), this::everything);
        String line = records.get(0).getMessage();
        assertTrue(line.contains("CONNECTION_LOST") && line.contains("pending 0"), line);
        assertTrue(line.contains(connection.remoteAddress().toString()), line);
        assertFalse(line.contains("\n"), line);
        assertTrue(line.contains(session.id().substring(0, 4)), line);
    }

    @Test
    void shouldLeaveLinesOutWhenMuchGoesWrongAtOnce() {
        Recording handler = new Recording().whenMessage((session, message) -> {
            throw new IllegalStateException();
        });
        ScriptedServer server = ScriptedServer.Setup.onLoop().start(handler);
        for (int i = 0; i < 2_000; i++) {
            server.offer().sends("throw\n");
        }
        long before = System.nanoTime() / TEN_SECONDS;

        server.settle();

        long windows = System.nanoTime() / TEN_SECONDS - before + 1;
        assertEquals(2_000, server.server().stats().errors());
        long most = windows * (Log.Topic.values().length + CloseReason.Code.values().length) * 10;
        records.removeIf(line -> line.getLevel().intValue() < Level.INFO.intValue());
        assertTrue(records.size() <= most, "logged " + records.size() + " lines in " + windows + " times 10 s");
    }
}
