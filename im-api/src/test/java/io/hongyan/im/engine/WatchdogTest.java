package io.hongyan.im.engine;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.hongyan.im.ClientSession;
import io.hongyan.im.Dispatch;
import io.hongyan.im.Message;
import io.hongyan.im.MessageHandler;
import io.hongyan.im.protocol.LineProtocol;
import io.hongyan.im.spi.HandlerPlugin;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

/** What the watchdog says of loops that are blocked and of callbacks that are slow, looked at by hand (E4). */
@Tag("E4")
class WatchdogTest {
    private static final long MILLI = 1_000_000;
    private static final long SECOND = 1_000 * MILLI;
    private static final long START = Long.MAX_VALUE - 3 * SECOND;

    private final LogLines log = new LogLines();
    private final LoopWatch watch = new LoopWatch(START);
    private final Culprits culprits = new Culprits(new Handlers((session, message) -> {}, List.of()), String.class);
    private final BlockedLoop loop = new BlockedLoop(watch, Thread.currentThread(), culprits, new Log());

    @AfterEach
    void closeLog() {
        log.close();
    }

    private long look(long at) {
        return loop.look(START + at, 0);
    }

    private void blockedTurn(long begin, long nanos) {
        watch.begins(START + begin);
        look(begin + nanos - MILLI);
        watch.rests(START + begin + nanos);
        look(begin + nanos + MILLI);
    }

    @Test
    void shouldNameALoopAtTwoHundredMillisecondsAndSayWhenItGoesOn() {
        assertEquals(200 * MILLI, look(0), "nobody waits: no need to look earlier");
        watch.begins(START);
        assertEquals(50, Math.round(look(150 * MILLI) / 1e6));
        assertEquals(List.of(), log.take());

        look(201 * MILLI);
        look(401 * MILLI);

        List<String> lines = log.take();
        assertEquals(1, lines.size(), lines::toString);
        assertTrue(
                lines.get(0).startsWith("WARNING " + Thread.currentThread().getName() + " is blocked for 20"),
                lines::toString);
        assertTrue(lines.get(0).contains(getClass().getName() + ".shouldName"), lines::toString);

        watch.begins(START + 900 * MILLI);
        look(901 * MILLI);
        lines = log.take();
        assertEquals(1, lines.size(), lines::toString);
        assertTrue(lines.get(0).startsWith("INFO ") && lines.get(0).contains("goes on after 900 ms"), lines::toString);
    }

    @Test
    void shouldNameALoopOnceAMinuteAndCountTheOthers() {
        for (int i = 0; i < 5; i++) {
            blockedTurn(i * SECOND, 300 * MILLI);
        }
        watch.begins(START + 10 * SECOND);
        watch.rests(START + 11 * SECOND);
        List<String> lines = log.take();
        assertEquals(2, lines.size(), "one, and its end: " + lines);

        blockedTurn(70 * SECOND, 300 * MILLI);

        lines = log.take();
        assertEquals(2, lines.size(), lines::toString);
        assertTrue(lines.get(0).endsWith("(5 more since the last such line)"), lines::toString);
    }

    @Test
    void shouldSayEachMinuteThatItIsStillBlocked() {
        watch.begins(START);
        for (int i = 1; i <= 125; i++) {
            look(i * SECOND);
        }

        List<String> lines = log.take();
        assertEquals(3, lines.size(), lines::toString);
        assertTrue(lines.get(2).contains("is blocked for 1210"), lines::toString);
    }

    @Test
    void shouldBlameNobodyForAMachineThatStoodStill() {
        watch.begins(START);

        assertTrue(loop.look(START + SECOND, 900 * MILLI) > 0);
        assertEquals(List.of(), log.take());

        loop.look(START + SECOND + 150 * MILLI, 0);
        assertEquals(1, log.take().size(), "250 ms of its own are its own");
    }

    // ---- whose code it is

    /** Takes note of where its thread is. */
    private static HandlerPlugin noting(String name, List<StackTraceElement[]> stacks) {
        return new HandlerPlugin() {
            @Override
            public String name() {
                return name;
            }

            @Override
            public MessageHandler wrap(MessageHandler next) {
                return (session, message) -> {
                    stacks.add(Thread.currentThread().getStackTrace());
                    next.onMessage(session, message);
                };
            }
        };
    }

    @Test
    void shouldNameTheLayerThatWasEnteredLast() {
        List<StackTraceElement[]> stacks = new ArrayList<>();
        HandlerPlugin[] plugins = {noting("outer", stacks), noting("inner", stacks)};
        Recording handler = new Recording()
                .whenMessage(
                        (session, message) -> stacks.add(Thread.currentThread().getStackTrace()));
        ScriptedServer server = ScriptedServer.Setup.onLoop().plugins(plugins).start(handler);

        server.connect().sends("hello\n");
        server.settle();

        Culprits named = new Culprits(new Handlers(handler, List.of(plugins)), ScriptedTransport.class);
        assertEquals(
                List.of("plugin outer", "plugin inner", "handler " + Recording.class.getName()),
                stacks.stream().map(named::of).toList());
    }

    private static StackTraceElement in(String type) {
        return new StackTraceElement(type, "run", "A.java", 1);
    }

    private static StackTraceElement inJdk(String type) {
        return new StackTraceElement(null, "java.base", "25", type, "run", "A.java", 1);
    }

    @Test
    void shouldNameTheClassThatTheEngineCalls() {
        StackTraceElement loopItself = in(EventLoop.class.getName());
        StackTraceElement thread = inJdk("java.lang.Thread");
        Culprits named = new Culprits(new Handlers((session, message) -> {}, List.of()), ScriptedTransport.class);

        assertEquals("the engine", named.of(new StackTraceElement[] {}));
        assertEquals("the engine", named.of(new StackTraceElement[] {inJdk("sun.nio.ch.Net"), loopItself, thread}));
        assertEquals("org.shop.Decoder", named.of(new StackTraceElement[] {
            inJdk("java.lang.Object"), in("org.json.Reader"), in("org.shop.Decoder"), loopItself, thread
        }));
        assertEquals(LineProtocol.class.getName(), named.of(new StackTraceElement[] {
            in(LineProtocol.class.getName()), loopItself, thread
        }));
        assertEquals("org.shop.Filter", named.of(new StackTraceElement[] {
            in("org.shop.Filter"), in("io.hongyan.im.websocket.Upgrade"), loopItself, thread
        }));
    }

    // ---- callbacks off the loop

    private static SlowCallbacks lookingAt(ClientSession session, Dispatcher dispatcher, MessageHandler handler) {
        Culprits named = new Culprits(new Handlers(handler, List.of()), ScriptedTransport.class);
        return new SlowCallbacks(List.of((Member) session), dispatcher, named, new Log());
    }

    private List<String> handleOffTheLoop(String lines, int capacity, long... looks) {
        Dispatcher ofThatCapacity = new Dispatcher() {
            @Override
            public void execute(Runnable task) {}

            @Override
            public int capacity() {
                return capacity;
            }

            @Override
            public boolean close(Duration patience) {
                return true;
            }
        };
        SlowCallbacks[] callbacks = new SlowCallbacks[1];
        long[] now = {START};
        MessageHandler handler = new MessageHandler() {
            @Override
            public void onMessage(ClientSession session, Message message) {
                for (long step : looks) {
                    now[0] += step;
                    callbacks[0].look(now[0]);
                }
            }
        };
        ScriptedServer server =
                ScriptedServer.Setup.onLoop().dispatch(Dispatch.VIRTUAL_THREADS).start(handler);
        ScriptedConnection connection = server.connect();
        callbacks[0] = lookingAt(server.session(connection), ofThatCapacity, handler);
        log.take();
        connection.sends(lines);
        server.settle();
        return log.take();
    }

    @Test
    void shouldNameAHandlerThatIsInOneCallbackAtTwoLooks() {
        List<String> lines = handleOffTheLoop("hello\n", 64, 0, SECOND, SECOND);

        assertEquals(1, lines.size(), lines::toString);
        assertTrue(lines.get(0).startsWith("WARNING handler " + getClass().getName()), lines::toString);
        assertTrue(lines.get(0).contains("in one callback for 1000 ms, one of 1 that wait"), lines::toString);
        assertTrue(lines.get(0).contains("it stands at java.base/java.lang.Thread.getStackTrace"), lines::toString);
    }

    @Test
    void shouldNameAHandlerThatIsSlowWithEachMessage() {
        List<String> lines = handleOffTheLoop("1\n2\n3\n", 64, 300 * MILLI);

        assertEquals(1, lines.size(), lines::toString);
        assertTrue(lines.get(0).contains("is told something every 300 ms"), lines::toString);
    }

    @Test
    void shouldNotNameAHandlerThatIsOnlyBusy() {
        assertEquals(List.of(), handleOffTheLoop("1\n2\n3\n", 64, 100 * MILLI));
    }

    @Test
    void shouldSayThatAllThreadsAreBusy() {
        List<String> lines = handleOffTheLoop("hello\n", 1, 0, SECOND, SECOND);

        assertEquals(2, lines.size(), lines::toString);
        assertTrue(lines.get(1).startsWith("WARNING all 1 handler threads are in callbacks"), lines::toString);
    }
}
