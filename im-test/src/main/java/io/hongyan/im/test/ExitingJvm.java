package io.hongyan.im.test;

import io.hongyan.im.ClientSession;
import io.hongyan.im.Dispatch;
import io.hongyan.im.ImServer;
import io.hongyan.im.Limits;
import io.hongyan.im.Message;
import io.hongyan.im.MessageHandler;
import io.hongyan.im.spi.HandlerPlugin;
import io.hongyan.im.test.client.LineClient;
import io.hongyan.im.test.client.Wiring;
import io.hongyan.im.test.evidence.Await;
import io.hongyan.im.test.evidence.ChildJvm;
import io.hongyan.im.test.layer.LayeredWiring;
import io.hongyan.im.test.virtual.VirtualWiring;
import java.io.BufferedReader;
import java.io.FileDescriptor;
import java.io.FileOutputStream;
import java.io.IOException;
import java.io.InputStreamReader;
import java.io.OutputStream;
import java.io.Writer;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicReference;
import org.jspecify.annotations.Nullable;

/** A JVM of its own with one server, which is exited by code that the server runs, and whose shutdown hook closes the server. */
final class ExitingJvm implements AutoCloseable {
    /** What it exits with. */
    static final int STATUS = 7;

    private static final String READY = "ready";

    /** What calls {@code System.exit}. */
    enum By {
        /** What depends on the server's end. */
        END,
        /** A handler off the loop. */
        HANDLER,
        /** A handler on the loop. */
        HANDLER_ON_LOOP,
        /** A plugin that is told of the start. */
        ON_START,
        /** A plugin that is told of the end. */
        ON_STOP
    }

    private final Process process;
    private final BufferedReader output;
    private final Writer input;

    private ExitingJvm(Process process) {
        this.process = process;
        output = new BufferedReader(new InputStreamReader(process.getInputStream(), StandardCharsets.UTF_8));
        input = process.outputWriter(StandardCharsets.UTF_8);
    }

    /** Returns when it is ready to be told to begin; but for {@link By#ON_START} its server serves then. */
    static ExitingJvm start(String transport, By by) throws IOException {
        ProcessBuilder child = ChildJvm.of(ChildJvm.QUICK_FLAGS, Program.class, transport, by.name());
        ExitingJvm jvm = new ExitingJvm(child.redirectErrorStream(true).start());
        jvm.awaitReady();
        return jvm;
    }

    private void awaitReady() throws IOException {
        List<String> said = new ArrayList<>();
        for (String line = output.readLine(); line != null; line = output.readLine()) {
            if (line.equals(READY)) {
                return;
            }
            said.add(line);
        }
        throw new AssertionError("it has not started a server: " + said);
    }

    void begin() throws IOException {
        input.write("begin\n");
        input.flush();
    }

    /** By a SIGTERM. */
    void terminate() {
        process.destroy();
    }

    int awaitExit() throws InterruptedException {
        if (!process.waitFor(Await.LIVENESS.toSeconds(), TimeUnit.SECONDS)) {
            throw new AssertionError("the JVM does not end");
        }
        return process.exitValue();
    }

    @Override
    public void close() {
        process.destroyForcibly();
    }

    /** What runs there. It must not need the time that handlers are given at the end: that is longer than a test may take. */
    static final class Program implements HandlerPlugin, MessageHandler {
        private static final Duration FOR_EVER = Duration.ofMinutes(10);

        private final By by;

        /** What the hook closes. */
        private final AtomicReference<@Nullable ImServer> known = new AtomicReference<>();

        private Program(By by) {
            this.by = by;
        }

        public static void main(String[] arguments) throws IOException {
            new Program(By.valueOf(arguments[1])).run(arguments[0]);
        }

        private void run(String transport) throws IOException {
            Runtime.getRuntime().addShutdownHook(new Thread(this::closeKnown));
            if (by == By.ON_START) {
                sayReady();
            }
            ImServer server = ImServer.builder()
                    .host("127.0.0.1")
                    .port(0)
                    .transport(transport)
                    .protocols("line")
                    .discoverPlugins(false)
                    .dispatch(by == By.HANDLER_ON_LOOP ? Dispatch.ON_LOOP : Dispatch.VIRTUAL_THREADS)
                    .limits(Limits.defaults().withTimeouts(FOR_EVER, FOR_EVER))
                    .plugin(this)
                    .handler(this)
                    .start();
            if (by == By.END) {
                server.closeFuture().thenRun(() -> System.exit(STATUS));
            }
            sayReady();
            if (System.in.read() < 0) {
                return;
            }
            if (by == By.HANDLER || by == By.HANDLER_ON_LOOP) {
                Wiring network = transport.startsWith("virtual") ? new VirtualWiring() : Wiring.sockets();
                Wiring wiring = transport.endsWith("-layered") ? new LayeredWiring(network) : network;
                new LineClient(wiring.connect(server.address(), 0)).send("exit");
            } else {
                server.close();
            }
        }

        private void closeKnown() {
            ImServer server = known.get();
            if (server != null) {
                server.close();
            }
        }

        private static void sayReady() throws IOException {
            try (OutputStream parent = new FileOutputStream(FileDescriptor.out)) {
                parent.write((READY + "\n").getBytes(StandardCharsets.UTF_8));
            }
        }

        @Override
        public String name() {
            return "exiting";
        }

        @Override
        public MessageHandler wrap(MessageHandler next) {
            return next;
        }

        @Override
        public void onStart(ImServer server) {
            known.set(server);
            if (by == By.ON_START) {
                System.exit(STATUS);
            }
        }

        @Override
        public void onStop(ImServer server) {
            if (by == By.ON_STOP) {
                System.exit(STATUS);
            }
        }

        @Override
        public void onMessage(ClientSession session, Message message) {
            System.exit(STATUS);
        }
    }
}
