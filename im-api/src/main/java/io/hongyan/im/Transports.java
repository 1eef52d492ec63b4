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

    record Choice(TransportProvider provider, TransportInfo info) {}

    private Transports() {}

    static Choice choose(String name, @Nullable ClassLoader loader) {
        Services<TransportProvider> services =
                Services.load(l -> ServiceLoader.load(TransportProvider.class, l), loader);
        List<TransportProvider> found = new ArrayList<>(services.found());
        found.sort(
                Comparator.comparingInt(TransportProvider::priority).reversed().thenComparing(TransportProvider::name));
        return name.equals(AUTO) ? best(found, services.failures()) : named(name, found, services.failures());
    }

    private static Choice best(List<TransportProvider> found, List<String> failures) {
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
                    + ": add io.hongyan:im-transport-nio to the class path or module path");
        }
        return new Choice(taken, new TransportInfo(taken.name(), "the best that can serve here", passedOver));
    }

    private static Choice named(String name, List<TransportProvider> found, List<String> failures) {
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
            return new Choice(provider, new TransportInfo(name, "asked for by name", List.of()));
        }
        throw new IllegalStateException("no transport is named \"" + name + "\"; found " + names
                + (failures.isEmpty() ? "" : "; not loadable: " + failures));
    }

    private static Optional<String> unavailable(TransportProvider provider) {
        try {
            return provider.unavailable();
        } catch (RuntimeException | LinkageError e) {
            return Optional.of("its check failed: " + e);
        }
    }
}
