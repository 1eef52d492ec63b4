package io.hongyan.im.bench;

import io.hongyan.im.bench.WeighedServer.Grouping;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.io.Writer;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;

/** A server in a process of its own, and what is said to it: a {@link Serve} in a JVM, or the {@link CServer}. */
final class ServerProcess implements AutoCloseable {
    private static final List<String> MEASURED_HEAP = List.of("-Xms512m", "-Xmx512m", "-XX:+UseParallelGC");

    /** It follows what lives, so that the process shows it. */
    private static final List<String> WEIGHED_HEAP = List.of(
            "-Xms16m", "-Xmx512m", "-Xmn8m", "-XX:+UseSerialGC", "-XX:MinHeapFreeRatio=1", "-XX:MaxHeapFreeRatio=5");

    /** The same for every server: what Hongyan's epoll needs, and what Netty is fastest with on this JDK. */
    private static final List<String> ACCESS = List.of(
            "--enable-native-access=ALL-UNNAMED",
            "--add-opens=java.base/jdk.internal.misc=ALL-UNNAMED",
            "--add-opens=java.base/java.nio=ALL-UNNAMED",
            "--sun-misc-unsafe-memory-access=allow",
            "-Dio.netty.noUnsafe=false",
            "-Dio.netty.tryReflectionSetAccessible=true",
            "-Dio.netty.leakDetection.level=disabled");

    private final Process process;
    private final BufferedReader output;
    private final Writer input;
    private final int port;

    private ServerProcess(List<String> command) throws IOException {
        process = new ProcessBuilder(command)
                .redirectError(ProcessBuilder.Redirect.INHERIT)
                .start();
        output = process.inputReader();
        input = process.outputWriter();
        try {
            port = Integer.parseInt(expect(Serve.PORT));
        } catch (IOException e) {
            process.destroyForcibly();
            throw e;
        }
    }

    /** Starts one as it is compared; the flags are for a JVM. */
    static ServerProcess start(Contender contender, Workload workload, int loops, List<String> moreFlags)
            throws IOException, InterruptedException {
        if (contender.server().equals(CServer.NAME)) {
            return new ServerProcess(CServer.command(workload, loops));
        }
        List<String> command = java(MEASURED_HEAP, moreFlags, contender);
        command.add("serve");
        command.addAll(contender.arguments());
        command.addAll(List.of("--workload", workload.name(), "--loops", Integer.toString(loops)));
        return new ServerProcess(command);
    }

    /** Starts one whose sessions are weighed. */
    static ServerProcess startWeighed(Contender contender, Grouping grouping, List<String> moreFlags)
            throws IOException {
        List<String> command = java(WEIGHED_HEAP, moreFlags, contender);
        command.add(WeighedServer.NAME);
        command.addAll(contender.arguments());
        command.addAll(List.of("--group", grouping.optionValue()));
        return new ServerProcess(command);
    }

    private static List<String> java(List<String> heap, List<String> moreFlags, Contender contender) {
        List<String> command = new ArrayList<>();
        command.add(Path.of(System.getProperty("java.home"), "bin", "java").toString());
        command.addAll(all(heap, moreFlags));
        command.addAll(List.of("-cp", contender.classPath(), Main.class.getName()));
        return command;
    }

    private static List<String> all(List<String> heap, List<String> more) {
        List<String> flags = new ArrayList<>(heap);
        flags.addAll(ACCESS);
        flags.addAll(more);
        return flags;
    }

    static String flags(List<String> more) {
        return String.join(" ", all(MEASURED_HEAP, more));
    }

    static String weighingFlags(List<String> more) {
        return String.join(" ", all(WEIGHED_HEAP, more));
    }

    int port() {
        return port;
    }

    /** What it has used until now; it is asked and answers, in well under a millisecond. */
    Usage usage() {
        try {
            input.write(Serve.CPU + "\n");
            input.flush();
            String[] numbers = expect(Serve.CPU + " ").split(" ", -1);
            return new Usage(Long.parseLong(numbers[0]), Long.parseLong(numbers[1]));
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** What it weighs now; only of one that {@link #startWeighed} has started. */
    Census census() throws IOException {
        input.write(WeighedServer.CENSUS + "\n");
        input.flush();
        List<String> lines = new ArrayList<>();
        lines.add(expect(""));
        for (int left = Census.linesAfter(lines.getFirst()); left > 0; left--) {
            lines.add(expect(""));
        }
        return Census.parse(lines);
    }

    private String expect(String prefix) throws IOException {
        String line = output.readLine();
        if (line == null || !line.startsWith(prefix)) {
            throw new IOException(
                    "the server said " + line + " where \"" + prefix + "\" was expected; see its errors above");
        }
        return line.substring(prefix.length());
    }

    @Override
    public void close() throws IOException {
        try {
            input.close();
            if (!process.waitFor(20, TimeUnit.SECONDS)) {
                process.destroyForcibly();
            }
        } catch (InterruptedException e) {
            process.destroyForcibly();
            Thread.currentThread().interrupt();
        }
    }
}
