package io.hongyan.im;

import java.util.ArrayList;
import java.util.Iterator;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.ServiceConfigurationError;
import java.util.ServiceLoader;
import java.util.Set;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * The providers of one service, as several class loaders know them. One that fails to load is data, not a crash: the Error
 * may come from {@code hasNext} or from {@code next}, and the iteration goes on behind it.
 *
 * @param found one of each class, in the order found
 * @param failures one sentence for each that could not be loaded
 * @param loaders where was looked
 */
record Services<S>(List<S> found, List<String> failures, Set<ClassLoader> loaders) {
    /** More failures than providers can be: a loader that fails at the same place for ever is given up. */
    private static final int MAX_FAILURES = 100;

    /** As in "a/b/C has been compiled by ... (class file version 69.0), ...". */
    private static final Pattern CLASS_FILE = Pattern.compile("^(\\S+) .*?class file version (\\d+)");

    private static final int CLASS_FILE_OF_JAVA_0 = 44;

    /** Takes the loader from its caller, since ServiceLoader asks for {@code uses} of the module that calls it. */
    interface Loading<S> {
        ServiceLoader<S> from(@Nullable ClassLoader loader);
    }

    static <S> Services<S> load(Loading<S> loading, @Nullable ClassLoader ofBuilder) {
        Set<ClassLoader> loaders = new LinkedHashSet<>();
        if (ofBuilder != null) {
            loaders.add(ofBuilder);
        }
        ClassLoader ofContext = Thread.currentThread().getContextClassLoader();
        if (ofContext != null) {
            loaders.add(ofContext);
        }
        ClassLoader ours = Services.class.getClassLoader();
        if (ours != null) {
            loaders.add(ours);
        }
        Map<Class<?>, S> found = new LinkedHashMap<>();
        Set<String> failures = new LinkedHashSet<>();
        for (ClassLoader loader : loaders) {
            collect(loading.from(loader).iterator(), found, failures);
        }
        return new Services<>(new ArrayList<>(found.values()), new ArrayList<>(failures), loaders);
    }

    /**
     * Of these providers, one sentence for each whose class is there although no entry names it: a jar that was made of several has lost
     * it. Loads none.
     */
    List<String> unlisted(Class<S> service, String... providers) {
        List<String> sentences = new ArrayList<>();
        for (String provider : providers) {
            String file = provider.replace('.', '/') + ".class";
            if (!isKnown(provider) && loaders.stream().anyMatch(loader -> loader.getResource(file) != null)) {
                sentences.add(provider + " is there, but no META-INF/services/" + service.getName()
                        + " names it: whoever makes one jar of several must merge these files"
                        + " (shade: ServicesResourceTransformer)");
            }
        }
        return sentences;
    }

    private boolean isKnown(String provider) {
        return found.stream().anyMatch(p -> p.getClass().getName().equals(provider))
                || failures.stream().anyMatch(sentence -> sentence.contains(provider));
    }

    private static <S> void collect(Iterator<S> providers, Map<Class<?>, S> found, Set<String> failures) {
        for (int failed = 0; failed < MAX_FAILURES; ) {
            try {
                if (!providers.hasNext()) {
                    return;
                }
                S provider = providers.next();
                found.putIfAbsent(provider.getClass(), provider);
            } catch (Exception | LinkageError | ServiceConfigurationError e) {
                failed++;
                failures.add(sentence(e));
            }
        }
    }

    private static String sentence(Throwable e) {
        Throwable root = e;
        while (root.getCause() != null && root.getCause() != root) {
            root = root.getCause();
        }
        if (root instanceof UnsupportedClassVersionError) {
            Matcher newer = CLASS_FILE.matcher(String.valueOf(root.getMessage()));
            if (newer.find()) {
                int java = Integer.parseInt(newer.group(2)) - CLASS_FILE_OF_JAVA_0;
                return newer.group(1).replace('/', '.') + " needs Java " + java + ", this is "
                        + Runtime.version().feature();
            }
        }
        return root == e ? String.valueOf(e.getMessage()) : e.getMessage() + ": " + root;
    }
}
