package io.hongyan.im.test.evidence;

import static org.junit.jupiter.api.Assertions.assertEquals;

import java.io.IOException;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.atomic.AtomicLong;
import java.util.function.Predicate;

/** What servers hold of the machine, as far as it can be seen from outside: their threads and descriptors. */
public final class Resources {
    private static final Path DESCRIPTORS = Path.of("/proc/self/fd");
    private static final String THREAD_PREFIX = "hongyan";

    private final Predicate<String> counts;
    private final long descriptors;

    private Resources(Predicate<String> counts) {
        this.counts = counts;
        descriptors = descriptors(counts);
    }

    /**
     * What there is before the servers of a test.
     *
     * @return the resources at this moment
     */
    public static Resources now() {
        return new Resources(
                target -> isSocket(target) || target.startsWith("anon_inode:") || target.startsWith("pipe:"));
    }

    /**
     * The same, but of descriptors the sockets alone: a JVM opens others for itself when virtual threads first wait for one.
     *
     * @return the resources at this moment
     */
    public static Resources sockets() {
        return new Resources(Resources::isSocket);
    }

    private static boolean isSocket(String target) {
        return target.startsWith("socket:");
    }

    /** Fails if more is held than then. Descriptors of clients that the test has closed may take a moment to be freed. */
    public void expectNoneLeft() {
        assertEquals(List.of(), threads());
        AtomicLong last = new AtomicLong();
        try {
            Await.until("descriptors are freed", () -> {
                last.set(descriptors(counts));
                return last.get() <= descriptors;
            });
        } catch (AssertionError e) {
            throw new AssertionError(last.get() + " sockets, polls and pipes are open, before: " + descriptors, e);
        }
    }

    /**
     * The threads of all servers of this JVM.
     *
     * @return their names, sorted
     */
    public static List<String> threads() {
        return Thread.getAllStackTraces().keySet().stream()
                .map(Thread::getName)
                .filter(name -> name.startsWith(THREAD_PREFIX))
                .sorted()
                .toList();
    }

    /** Sockets, polls, events and pipes; files come and go with the class loader. Always 0 where there is no Linux. */
    private static long descriptors(Predicate<String> counts) {
        if (!Files.isDirectory(DESCRIPTORS)) {
            return 0;
        }
        long count = 0;
        try (DirectoryStream<Path> all = Files.newDirectoryStream(DESCRIPTORS)) {
            for (Path descriptor : all) {
                count += isCounted(descriptor, counts) ? 1 : 0;
            }
        } catch (IOException e) {
            throw new AssertionError("cannot read " + DESCRIPTORS, e);
        }
        return count;
    }

    private static boolean isCounted(Path descriptor, Predicate<String> counts) {
        try {
            return counts.test(Files.readSymbolicLink(descriptor).toString());
        } catch (IOException gone) {
            return false;
        }
    }
}
