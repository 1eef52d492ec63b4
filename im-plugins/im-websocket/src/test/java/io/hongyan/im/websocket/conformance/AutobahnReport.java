package io.hongyan.im.websocket.conformance;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * What the Autobahn|Testsuite says of one server, from its {@code index.json}.
 *
 * @param cases how each case went, by its number
 */
record AutobahnReport(Map<String, Verdict> cases) {
    /** The suite judges nothing in these: it reports what the server does, as the RFC leaves it open. */
    private static final Set<String> INFORMATIONAL = Set.of("7.1.6", "7.13.1", "7.13.2");

    /** One case in index.json: an object without objects in it. */
    private static final Pattern CASE = Pattern.compile("\"(\\d+(?:\\.\\d+)+)\":\\s*\\{([^{}]*)}");

    /**
     * How one case went.
     *
     * @param behavior what is said of the frames
     * @param behaviorClose what is said of the closing
     * @param details what the suite writes about it
     */
    record Verdict(String behavior, String behaviorClose, String details) {}

    static AutobahnReport read(Path directory) throws IOException {
        Map<String, Verdict> cases = new TreeMap<>();
        Matcher found = CASE.matcher(Files.readString(directory.resolve("index.json")));
        while (found.find()) {
            String fields = found.group(2);
            String details = Files.readString(directory.resolve(field(fields, "reportfile")));
            cases.put(
                    found.group(1),
                    new Verdict(
                            field(fields, "behavior"),
                            field(fields, "behaviorClose"),
                            field(details, "result") + " " + field(details, "resultClose")));
        }
        return new AutobahnReport(cases);
    }

    /** The cases that went otherwise than strictly right, a line each. */
    List<String> failures() {
        List<String> failures = new ArrayList<>();
        cases.forEach((number, verdict) -> {
            String wanted = INFORMATIONAL.contains(number) ? "INFORMATIONAL" : "OK";
            if (!verdict.behavior().equals(wanted) || !verdict.behaviorClose().equals(wanted)) {
                failures.add(number + " must be " + wanted + ", was " + verdict.behavior() + ", its close "
                        + verdict.behaviorClose() + ": " + verdict.details());
            }
        });
        return failures;
    }

    private static String field(String json, String name) {
        Matcher value = Pattern.compile("\"" + name + "\":\\s*\"((?:[^\"\\\\]|\\\\.)*)\"")
                .matcher(json);
        return value.find() ? value.group(1) : "no " + name;
    }
}
