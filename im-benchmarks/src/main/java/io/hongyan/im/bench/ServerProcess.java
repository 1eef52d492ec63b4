package io.hongyan.im.bench;

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
    /** The same for every server: what Hongyan's epoll needs, and what Netty is fastest with on this JDK. */
    private static final List<String> FLAGS = List.of(
            "-Xms512m",
            "-Xmx512m",
            "-XX:+UseParallelGC",
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
        List<String> flags = new ArrayList<>(FLAGS);
        flags.addAll(moreFlags);
        return new ServerProcess(java(flags, contender, workload, loops));
    }

    private static List<String> java(List<String> flags, Contender contender, Workload workload, int loops) {
        List<String> command = new ArrayList<>();
        command.add(Path.of(System.getProperty("java.home"), "bin", "java").toString());
        command.addAll(flags);
        command.addAll(List.of("-cp", contender.classPath(), Main.class.getName(), "serve"));
        command.addAll(contender.arguments());
        command.addAll(List.of("--workload", workload.name(), "--loops", Integer.toString(loops)));
        return command;
    }

    static String flags(List<String> more) {
        List<String> all = new ArrayList<>(FLAGS);
        all.addAll(more);
        return String.join(" ", all);
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
