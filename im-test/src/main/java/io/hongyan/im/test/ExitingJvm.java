package io.hongyan.im.test;

import io.hongyan.im.ImServer;
import io.hongyan.im.test.evidence.Await;
import java.io.BufferedReader;
import java.io.FileDescriptor;
import java.io.FileOutputStream;
import java.io.IOException;
import java.io.InputStreamReader;
import java.io.OutputStream;
import java.io.Writer;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;

/** A JVM of its own with one server, whose end exits it, and which a shutdown hook closes. */
final class ExitingJvm implements AutoCloseable {
    /** What the end of the server exits with. */
    static final int STATUS = 7;

    private static final String READY = "ready";

    private final Process process;
    private final BufferedReader output;
    private final Writer input;

    private ExitingJvm(Process process) {
        this.process = process;
        output = new BufferedReader(new InputStreamReader(process.getInputStream(), StandardCharsets.UTF_8));
        input = process.outputWriter(StandardCharsets.UTF_8);
    }

    /** Returns when its server serves. */
    static ExitingJvm start(String transport) throws IOException {
        List<String> command = new ArrayList<>();
        command.add(Path.of(System.getProperty("java.home"), "bin", "java").toString());
        command.addAll(List.of("-XX:TieredStopAtLevel=1", "-XX:+UseSerialGC"));
        command.addAll(List.of("--enable-native-access=ALL-UNNAMED"));
        command.addAll(List.of("--add-opens", "java.base/jdk.internal.misc=ALL-UNNAMED"));
        command.addAll(List.of("-cp", System.getProperty("java.class.path"), Program.class.getName(), transport));
        ExitingJvm jvm = new ExitingJvm(
                new ProcessBuilder(command).redirectErrorStream(true).start());
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

    void tell(String line) throws IOException {
        input.write(line + "\n");
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

    /** What runs there: closes when it is told to. */
    static final class Program {
        private Program() {}

        public static void main(String[] arguments) throws IOException {
            ImServer server = ImServer.builder()
                    .host("127.0.0.1")
                    .port(0)
                    .transport(arguments[0])
                    .discoverPlugins(false)
                    .handler((session, message) -> session.send(message))
                    .start();
            server.closeFuture().thenRun(() -> System.exit(STATUS));
            Runtime.getRuntime().addShutdownHook(new Thread(server::close));
            try (OutputStream parent = new FileOutputStream(FileDescriptor.out)) {
                parent.write((READY + "\n").getBytes(StandardCharsets.UTF_8));
            }
            if (System.in.read() >= 0) {
                server.close();
            }
        }
    }
}
