package io.hongyan.im.tidy;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import java.util.regex.MatchResult;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

/**
 * The page of guarantees is true of the tests: a row names tests that are there, run, and quote its id; and an id that a test quotes
 * has a row.
 */
class GuaranteesTest {
    private static final String PAGE = "docs/GUARANTEES.md";

    private static final Pattern ROW = Pattern.compile("(?m)^\\| *([A-Z]\\d+) *\\|(.*)\\|(.*)\\| *$");
    private static final Pattern LINK = Pattern.compile("\\[([^\\]]+)]\\(([^)]+)\\)([^\\[]*)");
    private static final Pattern NAME = Pattern.compile("`([^`]+)`");

    private static final Pattern TAG = Pattern.compile("@Tag\\(\"([A-Z]\\d{1,2})\"\\)");
    /** Not U+2028, and no part of a word. */
    private static final Pattern ID = Pattern.compile("(?<![\\w+.-])([A-Z]\\d{1,2})(?![\\w-])");

    private static final Pattern EXTENDS = Pattern.compile("\\bextends (\\w+)");
    private static final String ANNOTATIONS = "((?:@[\\w.]+(?:\\((?:[^()]|\\([^()]*\\))*+\\))?\\s+)+)";
    private static final Pattern RUNS =
            Pattern.compile("@(Test|RepeatedTest|ParameterizedTest|EachDispatch|Property|Example|FuzzTest)\\b");

    private static List<SourceText> tests() {
        return TidyTest.FILES.stream()
                .filter(file -> file.path().endsWith(".java") && TidyTest.isTest(file.path()))
                // What stands in literals and comments here are examples.
                .filter(file -> !file.path().endsWith("/GuaranteesTest.java"))
                .toList();
    }

    private static String page() {
        return TidyTest.FILES.stream()
                .filter(file -> file.path().equals(PAGE))
                .findFirst()
                .orElseThrow()
                .text();
    }

    private static List<MatchResult> rows(String page) {
        return ROW.matcher(page).results().toList();
    }

    /**
     * What is looked for in a test.
     *
     * @param ids those that it quotes, as a tag or in a comment
     */
    private record Looked(String code, TreeSet<String> ids) {
        static final Map<String, Looked> AT = new HashMap<>();

        static Looked at(SourceText test) {
            return AT.computeIfAbsent(test.path(), path -> {
                TreeSet<String> ids = new TreeSet<>();
                Stream.concat(
                                TAG.matcher(test.text()).results(),
                                ID.matcher(test.comments()).results())
                        .forEach(found -> ids.add(found.group(1)));
                return new Looked(test.code(), ids);
            });
        }
    }

    /** What rows say that is not so. */
    private static List<String> untrue(String page, List<SourceText> tests) {
        Map<String, SourceText> byLink = new HashMap<>();
        tests.forEach(test -> byLink.put("../" + test.path(), test));
        TreeSet<String> extended = extendedBy(tests);
        List<String> faults = new ArrayList<>();
        TreeSet<String> ids = new TreeSet<>();
        for (MatchResult row : rows(page)) {
            String id = row.group(1);
            if (!ids.add(id)) {
                faults.add(id + " has two rows");
            }
            List<MatchResult> links = LINK.matcher(row.group(3)).results().toList();
            if (links.isEmpty()) {
                faults.add(id + " names no test");
            }
            for (MatchResult link : links) {
                if (link.group(2).startsWith("../.ci/")) {
                    // A script of the build; TidyTest sees that it is there.
                    continue;
                }
                SourceText test = byLink.get(link.group(2));
                if (test == null || !test.path().endsWith("/" + link.group(1) + ".java")) {
                    faults.add(id + ": no test class " + link.group(1) + " at " + link.group(2));
                } else {
                    faults.addAll(untrueOf(id, link, test, extended));
                }
            }
        }
        return faults;
    }

    private static List<String> untrueOf(String id, MatchResult link, SourceText test, Set<String> extended) {
        List<String> faults = new ArrayList<>();
        String name = link.group(1);
        String code = Looked.at(test).code();
        if (!Looked.at(test).ids().contains(id)) {
            faults.add(id + " is not quoted by " + name);
        }
        if (!RUNS.matcher(code).find() || (code.contains("abstract class " + name) && !extended.contains(name))) {
            faults.add(id + ": nothing of " + name + " runs");
        }
        Matcher methods = NAME.matcher(link.group(3));
        while (methods.find()) {
            if (!runs(methods.group(1), code)) {
                faults.add(id + ": no test " + name + "." + methods.group(1));
            }
        }
        return faults;
    }

    private static TreeSet<String> extendedBy(List<SourceText> tests) {
        TreeSet<String> names = new TreeSet<>();
        tests.forEach(test -> EXTENDS.matcher(test.text()).results().forEach(found -> names.add(found.group(1))));
        return names;
    }

    /** Is there a method of this name, and among its annotations one that makes it a test? */
    private static boolean runs(String method, String code) {
        Matcher header = Pattern.compile(ANNOTATIONS + "(?:(?:public|protected|final) )*(?:void|boolean) "
                        + Pattern.quote(method) + "\\(")
                .matcher(code);
        return header.find() && RUNS.matcher(header.group(1)).find();
    }

    private static List<String> notPromised(String page, List<SourceText> tests) {
        TreeSet<String> ids = new TreeSet<>();
        rows(page).forEach(row -> ids.add(row.group(1)));
        List<String> faults = new ArrayList<>();
        for (SourceText test : tests) {
            TreeSet<String> unknown = new TreeSet<>(Looked.at(test).ids());
            unknown.removeAll(ids);
            unknown.forEach(id -> faults.add(test.path() + " quotes " + id));
        }
        return faults;
    }

    @Test
    void shouldNameTestsThatRunAndQuoteItWhenItIsARow() {
        assertTrue(rows(page()).size() > 60, "the rows were not read");
        TidyTest.requireNone("a row names tests that are there, run, and quote its id", untrue(page(), tests()));
    }

    @Test
    void shouldHaveARowWhenATestQuotesIt() {
        TidyTest.requireNone("an id that a test quotes has a row in " + PAGE, notPromised(page(), tests()));
    }

    @Test
    void shouldFindWhatIsUntrueWhenThereIsSomething() {
        SourceText good = new SourceText("m/src/test/java/GoodTest.java", """
                /** What it shows (Q1). U+2028 is no id, nor is UTF-8. */
                class GoodTest {
                    @ParameterizedTest
                    @ValueSource(strings = {"a)", "b"})
                    @Tag("Q2")
                    void shouldHold(String s) {}
                    @Property(tries = 3)
                    boolean holds() { return !"// Q8".isEmpty(); }
                    private static void helps() {}
                }
                """);
        SourceText alone = new SourceText(
                "m/src/test/java/Alone.java", "abstract class Alone { @Test @Tag(\"Q3\") void shouldRun() {} }");
        String link = "[GoodTest](../m/src/test/java/GoodTest.java)";
        String page = String.join(
                "\n",
                "| id | promise | test |",
                "| --- | --- | --- |",
                "| Q1 | True. | " + link + ": `shouldHold`, `holds`; [.ci/run](../.ci/run) |",
                "| Q1 | Twice. | " + link + ": `helps`; [Gone](../m/src/test/java/Gone.java): `shouldHold` |",
                "| Q3 | Not quoted. | " + link + ": `shouldBeGone`; [Alone](../m/src/test/java/Alone.java) |",
                "| Q4 | Not shown. | by looking |");

        assertEquals(
                List.of(
                        "Q1 has two rows",
                        "Q1: no test GoodTest.helps",
                        "Q1: no test class Gone at ../m/src/test/java/Gone.java",
                        "Q3 is not quoted by GoodTest",
                        "Q3: no test GoodTest.shouldBeGone",
                        "Q3: nothing of Alone runs",
                        "Q4 names no test"),
                untrue(page, List.of(good, alone)));
        assertEquals(List.of(good.path() + " quotes Q2"), notPromised(page, List.of(good, alone)));
    }
}
