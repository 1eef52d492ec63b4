package io.hongyan.im;

import io.hongyan.im.spi.TransportProvider;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;
import java.util.ServiceLoader;
import org.jspecify.annotations.Nullable;

/** Chooses the transport by the steps of {@link ImServer.Builder#transport}. */
final class Transports {
    static final String AUTO = "auto";

    /** Hongyan's own, by their classes. */
    private static final String NIO = "io.hongyan.im.nio.NioTransportProvider";

    private static final String EPOLL = "io.hongyan.im.epoll.EpollTransportProvider";

    private static final String HANDS_OVER =
            "handover(...) needs the transport epoll: make it available, or leave handover(...) out";

    record Choice(TransportProvider provider, TransportInfo info) {}

    private Transports() {}

    /** If it is to hand its listening sockets over, only one that can is taken. */
    static Choice choose(String name, @Nullable ClassLoader loader, boolean handsOver) {
        Services<TransportProvider> services =
                Services.load(l -> ServiceLoader.load(TransportProvider.class, l), loader);
        List<TransportProvider> found = new ArrayList<>(services.found());
        found.sort(
                Comparator.comparingInt(TransportProvider::priority).reversed().thenComparing(TransportProvider::name));
        List<String> unlisted = services.unlisted(TransportProvider.class, NIO, EPOLL);
        return name.equals(AUTO)
                ? best(found, services.failures(), unlisted, handsOver)
                : named(name, found, services.failures(), unlisted, handsOver);
    }

    private static Choice best(
            List<TransportProvider> found, List<String> failures, List<String> unlisted, boolean handsOver) {
        List<String> passedOver = new ArrayList<>();
        TransportProvider taken = null;
        for (TransportProvider provider : found) {
            if (provider.priority() < 0) {
                passedOver.add(provider.name() + " is taken by name only");
                continue;
            }
            Optional<String> unavailable = unavailable(provider);
            if (unavailable.isPresent()) {
                passedOver.add(provider.name() + " unavailable: " + unavailable.get());
            } else if (handsOver && !provider.handsOver()) {
                passedOver.add(provider.name() + " cannot hand its listening sockets over");
            } else if (taken == null) {
                taken = provider;
            } else {
                passedOver.add(provider.name() + " has a lower priority");
            }
        }
        failures.forEach(f -> passedOver.add("not loadable: " + f));
        if (taken == null) {
            throw new IllegalStateException("no transport can serve here"
                    + (passedOver.isEmpty() ? "" : " (" + String.join("; ", passedOver) + ")")
                    + ": "
                    + wayOut(unlisted, handsOver));
        }
        passedOver.addAll(unlisted);
        return new Choice(taken, new TransportInfo(taken.name(), "the best that can serve here", passedOver));
    }

    private static String wayOut(List<String> unlisted, boolean handsOver) {
        if (!unlisted.isEmpty()) {
            return String.join("; ", unlisted);
        }
        return handsOver
                ? HANDS_OVER
                : "add io.hongyan:im-transport-nio to the class path or module path"
                        + " (jlink: --add-modules io.hongyan.im.nio, or --bind-services)";
    }

    private static Choice named(
            String name,
            List<TransportProvider> found,
            List<String> failures,
            List<String> unlisted,
            boolean handsOver) {
        List<String> names = new ArrayList<>();
        for (TransportProvider provider : found) {
            if (!provider.name().equals(name)) {
                names.add(provider.name());
                continue;
            }
            Optional<String> unavailable = unavailable(provider);
            if (unavailable.isPresent()) {
                throw new IllegalStateException("transport " + name + " unavailable: " + unavailable.get());
            }
            if (handsOver && !provider.handsOver()) {
                throw new IllegalStateException(
                        "transport " + name + " cannot hand its listening sockets over: " + HANDS_OVER);
            }
            return new Choice(provider, new TransportInfo(name, "asked for by name", List.of()));
        }
        throw new IllegalStateException("no transport is named \"" + name + "\"; found " + names
                + (failures.isEmpty() ? "" : "; not loadable: " + failures)
                + (unlisted.isEmpty() ? "" : "; " + String.join("; ", unlisted)));
    }

    private static Optional<String> unavailable(TransportProvider provider) {
        try {
            return provider.unavailable();
        } catch (RuntimeException | LinkageError e) {
            return Optional.of("its check failed: " + e);
        }
    }
}
