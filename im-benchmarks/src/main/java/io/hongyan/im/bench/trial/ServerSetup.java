package io.hongyan.im.bench.trial;

import java.util.ArrayList;
import java.util.List;

/**
 * How a {@link TrialServer} is started.
 *
 * @param jvmFlags of its JVM
 * @param options of the server
 * @param openFiles how many descriptors it may have; 0: as many as this process
 */
record ServerSetup(List<String> jvmFlags, List<String> options, int openFiles) {
    /** Little memory, and no life after want of it. */
    private static final List<String> SMALL = List.of("-Xmx128m", "-XX:+ExitOnOutOfMemoryError");

    ServerSetup {
        jvmFlags = List.copyOf(jvmFlags);
        options = List.copyOf(options);
    }

    /** A heap of 128 MiB. */
    static ServerSetup small(String... options) {
        return new ServerSetup(SMALL, List.of(options), 0);
    }

    ServerSetup withOpenFiles(int number) {
        return new ServerSetup(jvmFlags, options, number);
    }

    ServerSetup withFlags(List<String> more) {
        List<String> all = new ArrayList<>(jvmFlags);
        all.addAll(more);
        return new ServerSetup(all, options, openFiles);
    }
}
