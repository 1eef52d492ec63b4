package io.hongyan.im.test.broken;

import static org.junit.platform.engine.discovery.DiscoverySelectors.selectClass;

import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.concurrent.ConcurrentHashMap;
import org.junit.platform.engine.FilterResult;
import org.junit.platform.engine.TestExecutionResult;
import org.junit.platform.engine.reporting.ReportEntry;
import org.junit.platform.launcher.PostDiscoveryFilter;
import org.junit.platform.launcher.TestExecutionListener;
import org.junit.platform.launcher.TestIdentifier;
import org.junit.platform.launcher.core.LauncherConfig;
import org.junit.platform.launcher.core.LauncherDiscoveryRequestBuilder;
import org.junit.platform.launcher.core.LauncherFactory;

/** What became of a class of tests that are meant to fail. */
final class Launched implements TestExecutionListener {
    private final Set<String> green = new TreeSet<>();
    private final Map<String, String> red = new TreeMap<>();
    private final Map<String, String> reports = new ConcurrentHashMap<>();

    private Launched() {}

    /** Runs these methods of a class, or all of them if none is named, without shrinking. */
    static Launched of(Class<?> tests, String... methods) {
        return of("OFF", tests, Set.of(methods));
    }

    /** The same, and jqwik shrinks what fails. */
    static Launched shrunk(Class<?> tests, String method) {
        return of("BOUNDED", tests, Set.of(method));
    }

    private static Launched of(String shrinking, Class<?> tests, Set<String> methods) {
        PostDiscoveryFilter named = test -> FilterResult.includedIf(
                test.isContainer() || methods.isEmpty() || methods.contains(test.getDisplayName()));
        Launched seen = new Launched();
        LauncherConfig quiet = LauncherConfig.builder()
                .enableTestExecutionListenerAutoRegistration(false)
                .enableLauncherSessionListenerAutoRegistration(false)
                .build();
        LauncherFactory.create(quiet)
                .execute(
                        LauncherDiscoveryRequestBuilder.request()
                                .selectors(selectClass(tests))
                                .filters(named)
                                .configurationParameter("jqwik.database", "target/jqwik-database-broken")
                                .configurationParameter("jqwik.failures.after.default", "SAMPLE_FIRST")
                                .configurationParameter("jqwik.reporting.usejunitplatform", "true")
                                .configurationParameter("jqwik.shrinking.default", shrinking)
                                .configurationParameter("jqwik.shrinking.bounded.seconds", "3")
                                .build(),
                        seen);
        return seen;
    }

    /** The methods that failed. */
    Set<String> red() {
        return red.keySet();
    }

    Set<String> green() {
        return green;
    }

    /** What a method failed with. */
    String why(String method) {
        return red.get(method);
    }

    /** What each method that failed did so with. */
    Map<String, String> reasons() {
        return red;
    }

    /** All that jqwik has told of a method. */
    String report(String method) {
        return reports.getOrDefault(method, "");
    }

    @Override
    public void executionFinished(TestIdentifier test, TestExecutionResult result) {
        if (!test.isTest()) {
            return;
        }
        if (result.getStatus() == TestExecutionResult.Status.SUCCESSFUL) {
            green.add(test.getDisplayName());
        } else {
            red.put(test.getDisplayName(), String.valueOf(result.getThrowable().orElse(null)));
        }
    }

    @Override
    public void reportingEntryPublished(TestIdentifier test, ReportEntry entry) {
        reports.merge(test.getDisplayName(), entry.getKeyValuePairs().toString(), String::concat);
    }
}
