package io.hongyan.im.tidy;

import static java.util.stream.Collectors.joining;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.FileVisitResult;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.SimpleFileVisitor;
import java.nio.file.attribute.BasicFileAttributes;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.function.Predicate;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Test;

/**
 * The style as a test: walks the sources of all modules. Rules spell what they ban with a bracket in it, so that they do not find
 * themselves.
 */
class TidyTest {
    private static final int MAX_FILE_LINES = 400;
    private static final int MAX_METHOD_LINES = 60;
    private static final Set<String> SKIPPED = Set.of("target", ".git", ".idea", "node_modules");

    static final Path ROOT =
            Path.of(System.getProperty("basedir", "")).toAbsolutePath().getParent();
    static final List<SourceText> FILES = allFiles();

    private static List<SourceText> allFiles() {
        List<SourceText> files = new ArrayList<>();
        SimpleFileVisitor<Path> visitor = new SimpleFileVisitor<>() {
            @Override
            public FileVisitResult preVisitDirectory(Path folder, BasicFileAttributes attributes) {
                boolean skipped = SKIPPED.contains(folder.getFileName().toString());
                return skipped ? FileVisitResult.SKIP_SUBTREE : FileVisitResult.CONTINUE;
            }

            @Override
            public FileVisitResult visitFile(Path file, BasicFileAttributes attributes) {
                if (isText(file)) {
                    files.add(SourceText.read(ROOT, file));
                }
                return FileVisitResult.CONTINUE;
            }
        };
        try {
            Files.walkFileTree(ROOT, visitor);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        return files;
    }

    private static boolean isText(Path file) {
        String path = file.toString().replace('\\', '/');
        return path.matches(".*\\.(java|xml|md|properties|sh|html|js|css|py)|.*/META-INF/services/.*|.*/\\.ci/.*");
    }

    private static List<SourceText> java(Predicate<String> paths) {
        return FILES.stream()
                .filter(file -> file.path().endsWith(".java") && paths.test(file.path()))
                .toList();
    }

    private static boolean isLibrary(String path) {
        return path.contains("/src/main/") && !path.startsWith("im-examples/") && !path.startsWith("im-benchmarks/");
    }

    static boolean isTest(String path) {
        return path.contains("/src/test/") || path.startsWith("im-test/");
    }

    /** Nothing of the code of some files may match. */
    private static void forbid(String rule, Pattern pattern, Predicate<String> paths) {
        List<String> places = new ArrayList<>();
        java(paths).forEach(file -> places.addAll(file.places(pattern, file.code())));
        requireNone(rule, places);
    }

    static void requireNone(String rule, List<String> places) {
        assertTrue(places.isEmpty(), () -> rule + ":\n  " + String.join("\n  ", places));
    }

    @Test
    void shouldSeeAllModulesWhenItWalks() {
        for (String module : List.of("im-api/", "im-test/", "im-transport-nio/", "im-transport-epoll/")) {
            assertTrue(!java(path -> path.startsWith(module)).isEmpty(), "no Java found in " + module + " of " + ROOT);
        }
    }

    @Test
    void shouldBeShortWhenItIsAFile() {
        List<String> places = new ArrayList<>();
        for (SourceText file : java(path -> true)) {
            if (file.lineCount() > MAX_FILE_LINES) {
                places.add(file.path() + ": " + file.lineCount() + " lines");
            }
        }
        requireNone("a file has at most " + MAX_FILE_LINES + " lines", places);
    }

    @Test
    void shouldBeShortWhenItIsAMethod() {
        List<String> places = new ArrayList<>();
        for (SourceText file : java(path -> true)) {
            for (SourceText.Method method : file.methods()) {
                if (method.lines() > MAX_METHOD_LINES) {
                    places.add(file.path() + ":" + method.line() + ": " + method.name() + " has " + method.lines());
                }
            }
        }
        requireNone("a method has at most " + MAX_METHOD_LINES + " lines", places);
    }

    @Test
    void shouldHoldNoLeftoversWhenItIsDone() {
        Pattern leftovers = Pattern.compile("\\b(T[O]DO|F[I]XME|X[X]X)\\b.*");
        List<String> places = new ArrayList<>();
        FILES.forEach(file -> places.addAll(file.places(leftovers, file.text())));
        requireNone("no leftovers", places);
    }

    @Test
    void shouldNotPrintWhenItIsALibrary() {
        forbid(
                "libraries log, they do not print",
                Pattern.compile("System\\s*\\.\\s*(out|err)\\b"),
                TidyTest::isLibrary);
        forbid("libraries log, they do not print", Pattern.compile("\\.printStackTrace\\(\\)"), TidyTest::isLibrary);
    }

    @Test
    void shouldNotSleepWhenItIsATest() {
        forbid(
                "tests wait for events, they do not sleep",
                Pattern.compile("\\w+\\s*\\.\\s*sleep\\s*\\("),
                TidyTest::isTest);
        forbid("tests are not switched off", Pattern.compile("@Disabl[e]d"), path -> true);
    }

    @Test
    void shouldNameEachTypeWhenImporting() {
        forbid("no wildcard imports", Pattern.compile("import [^;]*\\*;"), path -> true);
    }

    @Test
    void shouldLogBySystemLoggerWhenItIsMainCode() {
        forbid("System.Logger is the logging API", Pattern.compile("java\\.util\\.loggin[g]"), path -> !isTest(path));
    }

    @Test
    void shouldBeNamedByTheDomainWhenItIsAType() {
        Pattern names = Pattern.compile(
                "\\b(class|interface|enum|record)\\s+\\w*(Impl|Manager|Helper|Util|Utils|Abstract)(\\b|[A-Z]\\w*)");
        forbid("types have nouns of the domain for names", names, path -> true);
    }

    @Test
    void shouldNotKnowEachOtherWhenTheyAreTransports() {
        forbid("nio does not know epoll", Pattern.compile("io\\.hongyan\\.im\\.epol[l]"), in("im-transport-nio/"));
        forbid(
                "epoll does not know nio",
                Pattern.compile("io\\.hongyan\\.im\\.ni[o]"),
                in("im-transport-epoll/src/main/"));
    }

    @Test
    void shouldNotImportTheEngineWhenItIsNoFriend() {
        Pattern engine = Pattern.compile("io\\.hongyan\\.im\\.engin[e]");
        forbid("plugins do not know the engine", engine, path -> path.matches("im-plugins/.*/src/main/.*"));
        forbid("examples do not know the engine", engine, in("im-examples/"));
    }

    @Test
    void shouldImportNoTransportNorPluginWhenItIsBelowThem() {
        Pattern above = Pattern.compile("io\\.hongyan\\.im\\.(epol[l]|ni[o]|websocke[t]|example[s])\\b");
        forbid(
                "the API and the test kit know no transport",
                above,
                path -> path.matches("im-(api|test)/src/main/.*") && !path.endsWith("module-info.java"));
    }

    /** Each knows only those before it: client, layer, virtual, evidence, the contracts. */
    @Test
    void shouldNotGoRoundWhenItIsAPackageOfTheTestKit() {
        List<String> order = List.of("client", "layer", "virtual", "evidence");
        String kit = "im-test/src/main/java/io/hongyan/im/test/";
        for (int i = 0; i < order.size(); i++) {
            String below =
                    order.subList(0, i + 1).stream().map(name -> name + "\\.").collect(joining("|"));
            forbid(
                    "no circle in the test kit",
                    Pattern.compile("import (static )?io\\.hongyan\\.im\\.test\\.(?!" + below + ").*"),
                    in(kit + order.get(i) + "/"));
        }
    }

    @Test
    void shouldLeadToAFileWhenItIsALink() {
        Pattern link = Pattern.compile("\\]\\((?!\\w+:)([^)#\\s]+)");
        List<String> dead = new ArrayList<>();
        for (SourceText file : FILES) {
            Path folder = ROOT.resolve(file.path()).getParent();
            Matcher links = link.matcher(file.path().endsWith(".md") ? file.text() : "");
            while (links.find()) {
                if (!Files.exists(folder.resolve(links.group(1)).normalize())) {
                    dead.add(file.path() + ": " + links.group(1));
                }
            }
        }
        requireNone("a link leads to a file", dead);
    }

    @Test
    void shouldNameNoPlaceOfThisMachineWhenItIsCommitted() {
        Pattern places = Pattern.compile("rep[o]1?\\.maven\\.|registr[y]\\.npm|deb\\.debia[n]\\.org"
                + "|/wor[k]/|/far[m]/|/roo[t]/|/hom[e]/\\w");
        List<String> found = new ArrayList<>();
        FILES.forEach(file -> found.addAll(file.places(places, file.text())));
        requireNone("no registry's host, no path of a machine", found);
    }

    private static Predicate<String> in(String folder) {
        return path -> path.startsWith(folder);
    }

    @Test
    void shouldFindMethodsWhenTheyHideAmongBraces() {
        String source = """
                /** class { void no() { */
                @SuppressWarnings({"a", "b"})
                final class Sample<T> {
                    private static final int[] ARRAY = {1, 2};
                    Sample() {}
                    @Deprecated
                    public <A extends B<A>> void one(int a, @Named("{") String b)
                            throws E, F {
                        for (int i = f(0); i < g(1); i = h(i)) {
                            if (a(b(c()))) { run(() -> { x(); }); } else { y('{'); }
                        }
                        switch (a) { default -> { } }
                    }
                    synchronized void two() {
                        synchronized (this) { new Object() { void three() { } }; }
                    }
                }
                """;

        List<SourceText.Method> methods = new SourceText("Sample.java", source).methods();

        assertEquals(
                List.of(
                        new SourceText.Method("Sample", 5, 1),
                        new SourceText.Method("one", 7, 7),
                        new SourceText.Method("two", 14, 3),
                        new SourceText.Method("three", 15, 1)),
                methods);
    }
}
