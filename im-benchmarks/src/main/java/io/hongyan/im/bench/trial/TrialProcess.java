package io.hongyan.im.bench.trial;

import io.hongyan.im.bench.Main;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.io.Writer;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/** A {@link TrialServer} in a process of its own, and what it says. */
final class TrialProcess implements AutoCloseable {
    private static final List<String> ACCESS = List.of(
            "--enable-native-access=ALL-UNNAMED",
            "--add-opens=java.base/jdk.internal.misc=ALL-UNNAMED",
            "-Djava.awt.headless=true");
    private static final long PATIENCE_SECONDS = 30;
    private static final int COMPLAINTS_KEPT = 20;

    private final Process process;
    private final Writer input;
    private final BlockingQueue<String> answers = new LinkedBlockingQueue<>();
    private final List<String> complaints = new ArrayList<>();
    private final List<String> pinned = new ArrayList<>();
    private volatile boolean outOfMemory;
    private final Ports ports;

    private TrialProcess(List<String> command) throws IOException {
        process = new ProcessBuilder(command).start();
        input = process.outputWriter();
        read(process.inputReader(), this::take, "trial-answers");
        read(process.errorReader(), this::complain, "trial-complaints");
        try {
            ports = Ports.parse(answer().substring(TrialServer.PORTS.length()));
        } catch (IOException e) {
            process.destroyForcibly();
            throw e;
        }
    }

    static TrialProcess start(String transport, ServerSetup setup) throws IOException {
        List<String> command = new ArrayList<>();
        if (setup.openFiles() > 0) {
            command.addAll(List.of("sh", "-c", "ulimit -n " + setup.openFiles() + " && exec \"$@\"", "sh"));
        }
        command.add(Path.of(System.getProperty("java.home"), "bin", "java").toString());
        command.addAll(setup.jvmFlags());
        command.addAll(ACCESS);
        command.addAll(List.of("-cp", System.getProperty("java.class.path"), Main.class.getName(), TrialServer.NAME));
        command.addAll(List.of("--transport", transport));
        command.addAll(setup.options());
        return new TrialProcess(command);
    }

    private static void read(BufferedReader reader, Consumer<String> each, String name) {
        Thread thread = new Thread(
                () -> {
                    try (reader) {
                        reader.lines().forEach(each);
                    } catch (IOException | UncheckedIOException e) {
                        each.accept("unreadable: " + e.getMessage());
                    }
                },
                name);
        thread.setDaemon(true);
        thread.start();
    }

    /** The JVM's own last words come here, too. */
    private void take(String line) {
        if (line.startsWith(TrialServer.PORTS) || line.contains("=")) {
            answers.add(line);
        } else {
            complain(line);
        }
    }

    private synchronized void complain(String line) {
        outOfMemory |= line.contains("OutOfMemoryError");
        if (line.startsWith(Pinning.SAID)) {
            pinned.add(line);
        } else if (complaints.size() < COMPLAINTS_KEPT) {
            complaints.add(line);
        }
    }

    /** The first lines of its standard error. */
    private synchronized String complaints() {
        return String.join("\n", complaints);
    }

    /** What it has said of pinned threads. */
    synchronized List<String> pinned() {
        return List.copyOf(pinned);
    }

    /** Also of one that has died since. */
    boolean isOutOfMemory() {
        return outOfMemory;
    }

    Ports ports() {
        return ports;
    }

    Vitals vitals() throws IOException {
        return ask(TrialServer.VITALS);
    }

    /** After a full collection. */
    Vitals collected() throws IOException {
        return ask(TrialServer.GC);
    }

    private synchronized void write(String command) throws IOException {
        input.write(command + "\n");
        input.flush();
    }

    /** Where it cannot be written to any more, what it has not answered tells why. */
    private Vitals ask(String command) throws IOException {
        try {
            write(command);
        } catch (IOException e) {
            complain(e.toString());
        }
        return Vitals.parse(answer());
    }

    private String answer() throws IOException {
        for (int tenths = 0; tenths < PATIENCE_SECONDS * 10; tenths++) {
            String line = pollAnswer();
            if (line != null) {
                return line;
            }
            if (!process.isAlive() && answers.isEmpty()) {
                throw new IOException("the server died with exit code " + process.exitValue() + ", "
                        + (outOfMemory ? "out of memory" : "saying " + complaints()));
            }
        }
        throw new IOException("the server has not answered for " + PATIENCE_SECONDS + " s");
    }

    private @Nullable String pollAnswer() throws IOException {
        try {
            return answers.poll(100, TimeUnit.MILLISECONDS);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new IOException("interrupted", e);
        }
    }

    /** Open descriptors; 0 where there is no Linux. */
    long descriptors() throws IOException {
        Path folder = proc("fd");
        if (!Files.isDirectory(folder)) {
            return 0;
        }
        try (Stream<Path> entries = Files.list(folder)) {
            return entries.count();
        }
    }

    /** Bytes in RAM now. */
    long resident() throws IOException {
        return status("VmRSS:");
    }

    /** The most bytes that it has had in RAM. */
    long residentPeak() throws IOException {
        return status("VmHWM:");
    }

    private long status(String field) throws IOException {
        if (!Files.isReadable(proc("status"))) {
            return 0;
        }
        for (String line : Files.readAllLines(proc("status"))) {
            if (line.startsWith(field)) {
                return Long.parseLong(line.replaceAll("\\D", "")) * 1024;
            }
        }
        return 0;
    }

    private Path proc(String name) {
        return Path.of("/proc", Long.toString(process.pid()), name);
    }

    @Override
    public void close() throws IOException {
        try {
            input.close();
        } catch (IOException e) {
            process.destroyForcibly();
        }
        try {
            if (!process.waitFor(PATIENCE_SECONDS, TimeUnit.SECONDS)) {
                process.destroyForcibly();
            }
        } catch (InterruptedException e) {
            process.destroyForcibly();
            Thread.currentThread().interrupt();
        }
    }
}
