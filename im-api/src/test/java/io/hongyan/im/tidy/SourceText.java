package io.hongyan.im.tidy;

import static java.util.stream.Collectors.joining;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.regex.MatchResult;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * A text file of the project, as rules look at it. Of Java, {@link #code} is what is left when comments and literals are blanked out,
 * line by line.
 *
 * @param path from the project's root, with {@code /}
 */
record SourceText(String path, String text) {
    private static final Pattern BLANKED = Pattern.compile(
            "//[^\\n]*|/\\*.*?\\*/|\"\"\".*?\"\"\"|\"(?:\\\\.|[^\"\\\\\\n])*\"|'(?:\\\\.|[^'\\\\\\n])+'",
            Pattern.DOTALL);

    /** A header of a method or constructor: a name, balanced parentheses, perhaps exceptions. */
    private static final Pattern METHOD =
            Pattern.compile("(\\w+)\\s*\\((?:[^()]|\\([^()]*\\))*\\)\\s*(?:throws [\\w.,\\s]+)?\\s*$", Pattern.DOTALL);

    private static final Pattern NO_METHOD = Pattern.compile(
            "\\b(?:if|for|while|switch|try|catch|new|return|class|interface|enum|record)\\b|\\bsynchronized\\s*\\(|->|=");

    /** A method and how many lines it takes. */
    record Method(String name, int line, int lines) {}

    static SourceText read(Path root, Path file) {
        try {
            String path = root.relativize(file).toString().replace('\\', '/');
            return new SourceText(path, Files.readString(file));
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    String code() {
        return BLANKED.matcher(text).replaceAll(found -> found.group().replaceAll("[^\\n]", " "));
    }

    /** What {@link #code} leaves out and is no literal. */
    String comments() {
        return BLANKED.matcher(text)
                .results()
                .map(MatchResult::group)
                .filter(found -> found.startsWith("/"))
                .collect(joining("\n"));
    }

    int lineCount() {
        return (int) text.lines().count();
    }

    /** Places where a pattern is found in some text of this file. */
    List<String> places(Pattern pattern, String where) {
        List<String> places = new ArrayList<>();
        Matcher matcher = pattern.matcher(where);
        while (matcher.find()) {
            places.add(path + ":" + lineOf(where, matcher.start()) + ": "
                    + matcher.group().strip());
        }
        return places;
    }

    List<Method> methods() {
        String code = code();
        List<Method> methods = new ArrayList<>();
        int begin = 0;
        for (int i = 0; i < code.length(); i++) {
            char c = code.charAt(i);
            if (c == '{') {
                String header = withoutAnnotations(code.substring(begin, i));
                Matcher method = METHOD.matcher(header);
                if (method.find() && !NO_METHOD.matcher(header).find()) {
                    int first = lineOf(code, i - header.stripLeading().length());
                    methods.add(new Method(method.group(1), first, lineOf(code, endOf(code, i)) - first + 1));
                }
            }
            if (c == '{' || c == '}' || c == ';') {
                begin = i + 1;
            }
        }
        return methods;
    }

    private static String withoutAnnotations(String header) {
        return header.replaceFirst("^(?:\\s*@[\\w.]+(?:\\([^()]*\\))?)*", "");
    }

    /** The index of the brace that closes the one at {@code open}. */
    private static int endOf(String code, int open) {
        int depth = 0;
        for (int i = open; i < code.length(); i++) {
            if (code.charAt(i) == '{') {
                depth++;
            } else if (code.charAt(i) == '}' && --depth == 0) {
                return i;
            }
        }
        return code.length();
    }

    private static int lineOf(String text, int index) {
        return (int) text.substring(0, index).chars().filter(c -> c == '\n').count() + 1;
    }
}
