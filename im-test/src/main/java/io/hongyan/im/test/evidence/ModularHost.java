package io.hongyan.im.test.evidence;

import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.io.File;
import java.io.IOException;
import java.net.URISyntaxException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Collections;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Stream;
import javax.tools.JavaCompiler;
import javax.tools.ToolProvider;

/**
 * A host that is a module itself, {@code smoke}: compiled for Java 17, it runs on a real module path in a JVM of its own, on this Java or on
 * Java 17.
 */
public final class ModularHost {
    private final String modulePath;

    private ModularHost(String modulePath) {
        this.modulePath = modulePath;
    }

    /**
     * Compiles a host.
     *
     * @param folder where it goes; its own
     * @param requires the modules that it requires, as in {@code "io.hongyan.im"}
     * @param main the source of its class {@code smoke.Main}
     * @param places a type of each module that is to be on the module path
     * @return the host, to be run
     * @throws IOException if the folder cannot be written to
     */
    public static ModularHost compiled(Path folder, String requires, String main, Class<?>... places)
            throws IOException {
        String modules = pathOf(places);
        Path sources = Files.createDirectories(folder.resolve("sources").resolve("smoke"));
        String descriptor = "module smoke { requires " + requires + "; }\n";
        Path classes = folder.resolve("classes");
        List<String> arguments = List.of(
                "--release",
                "17",
                "--module-path",
                modules,
                "-d",
                classes.toString(),
                Files.writeString(sources.resolveSibling("module-info.java"), descriptor)
                        .toString(),
                Files.writeString(sources.resolve("Main.java"), main).toString());
        JavaCompiler compiler = ToolProvider.getSystemJavaCompiler();
        if (compiler == null || compiler.run(null, null, null, arguments.toArray(new String[0])) != 0) {
            throw new AssertionError(compiler == null ? "this Java has no compiler" : "the host does not compile");
        }
        return new ModularHost(modules + File.pathSeparator + classes);
    }

    private static String pathOf(Class<?>... places) {
        Set<String> path = new LinkedHashSet<>();
        for (Class<?> type : places) {
            try {
                path.add(Path.of(type.getProtectionDomain()
                                .getCodeSource()
                                .getLocation()
                                .toURI())
                        .toString());
            } catch (URISyntaxException e) {
                throw new AssertionError(e);
            }
        }
        return String.join(File.pathSeparator, path);
    }

    /**
     * Runs it; it must end well.
     *
     * @param javaHome which Java
     * @param flags of the {@code java} command
     * @return what it has printed
     * @throws IOException if it cannot be started
     * @throws InterruptedException if the waiting thread is interrupted
     */
    public String run(Path javaHome, String... flags) throws IOException, InterruptedException {
        List<String> command = new ArrayList<>(List.of(ChildJvm.java(javaHome)));
        Collections.addAll(command, flags);
        command.addAll(List.of("--module-path", modulePath, "-m", "smoke/smoke.Main"));
        ChildJvm child = ChildJvm.run(new ProcessBuilder(command));
        if (child.exitCode() != 0) {
            throw new AssertionError("it ended with " + child.exitCode() + " and said: " + child.output());
        }
        return child.output();
    }

    /**
     * A Java 17 beside this one, where JDKs stand side by side as they do on most machines. Without one the test is left out; but for where
     * the environment has {@code CI}: there it fails.
     *
     * @return its home
     * @throws IOException if the places of JDKs cannot be read
     */
    public static Path java17() throws IOException {
        Path siblings = ChildJvm.thisJava().toRealPath().getParent();
        try (Stream<Path> homes = Files.list(siblings)) {
            Optional<Path> java17 = homes.filter(ModularHost::isJava17).findFirst();
            assumeTrue(java17.isPresent() || System.getenv("CI") != null, "no JDK 17 beside this one");
            return java17.orElseThrow(() -> new AssertionError("no JDK 17 in " + siblings));
        }
    }

    private static boolean isJava17(Path home) {
        try {
            return Files.readString(home.resolve("release")).contains("JAVA_VERSION=\"17");
        } catch (IOException e) {
            return false;
        }
    }
}
