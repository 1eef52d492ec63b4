package io.hongyan.im.bench;

import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.net.URISyntaxException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.util.List;
import java.util.Locale;
import java.util.Objects;

/** The peer in C, {@code epoll_server.c}: compiled each time it is asked for, in a folder beside the classes or the jar. */
final class CServer {
    static final String NAME = "c";

    private static final String SOURCE = "epoll_server.c";

    private CServer() {}

    /** What starts it; it speaks on its input and output as {@link Serve} does. */
    static List<String> command(Workload workload, int loops) throws IOException, InterruptedException {
        if (loops != 1) {
            throw new IllegalArgumentException("the server \"c\" has one loop, --loops was " + loops);
        }
        Path program = compile("gcc", folder());
        return List.of(program.toString(), workload.name().toLowerCase(Locale.ROOT));
    }

    /** In the place of this process: with its input and output, until it ends. */
    static int run(Workload workload, int loops) throws IOException, InterruptedException {
        return new ProcessBuilder(command(workload, loops)).inheritIO().start().waitFor();
    }

    static Path compile(String compiler, Path folder) throws IOException, InterruptedException {
        Files.createDirectories(folder);
        Path made = Files.createTempFile(folder, "epoll_server", ".new");
        try {
            compileTo(made, compiler);
            return Files.move(made, folder.resolve("epoll_server"), StandardCopyOption.ATOMIC_MOVE);
        } finally {
            Files.deleteIfExists(made);
        }
    }

    private static void compileTo(Path made, String compiler) throws IOException, InterruptedException {
        Process process = start(List.of(compiler, "-O2", "-std=gnu17", "-Wall", "-x", "c", "-", "-o", made.toString()));
        try (InputStream source = Objects.requireNonNull(CServer.class.getResourceAsStream(SOURCE), SOURCE);
                OutputStream input = process.getOutputStream()) {
            source.transferTo(input);
        }
        int status = process.waitFor();
        if (status != 0) {
            throw new IllegalStateException(
                    compiler + " ended with " + status + " on " + SOURCE + "; what it says is above");
        }
    }

    private static Process start(List<String> command) {
        try {
            return new ProcessBuilder(command)
                    .redirectOutput(ProcessBuilder.Redirect.DISCARD)
                    .redirectError(ProcessBuilder.Redirect.INHERIT)
                    .start();
        } catch (IOException e) {
            throw new IllegalStateException(
                    "the server \"c\" is compiled before it runs, and " + command.getFirst()
                            + " cannot be started here; install it, or leave \"c\" out",
                    e);
        }
    }

    /** In the folder that the build writes to. */
    private static Path folder() {
        try {
            Path classes = Path.of(CServer.class
                    .getProtectionDomain()
                    .getCodeSource()
                    .getLocation()
                    .toURI());
            return classes.resolveSibling(NAME);
        } catch (URISyntaxException e) {
            throw new IllegalStateException(e);
        }
    }
}
