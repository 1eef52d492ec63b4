package io.hongyan.im;

import io.hongyan.im.spi.Protocol;
import java.lang.System.Logger;
import java.lang.System.Logger.Level;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.ServiceLoader;
import org.jspecify.annotations.Nullable;

/**
 * The protocols that a builder can name. Line stands last among those that detect, since any text may be a line.
 *
 * @param byName those that are served where they are asked for
 * @param unlisted one sentence for each that is there and cannot be
 */
record KnownProtocols(Map<String, Protocol> byName, List<String> unlisted) {
    static final String AUTO = "auto";
    private static final String LINE = "line";
    private static final String FRAME = "frame";
    private static final String WEBSOCKET = "websocket";

    /** Hongyan's own, by its class. */
    private static final String WEBSOCKET_CLASS = "io.hongyan.im.websocket.WebSocketProtocol";

    private static final Logger LOGGER = System.getLogger("io.hongyan.im");

    static KnownProtocols find(List<Protocol> given, @Nullable ClassLoader loader) {
        Map<String, Protocol> byName = new LinkedHashMap<>();
        given.forEach(p -> byName.putIfAbsent(p.name(), p));
        Services<Protocol> services = Services.load(l -> ServiceLoader.load(Protocol.class, l), loader);
        if (!services.failures().isEmpty()) {
            throw new IllegalStateException(
                    "a Protocol cannot be loaded: " + services.failures() + "; mend or remove it");
        }
        services.found().forEach(p -> byName.putIfAbsent(p.name(), p));
        byName.putIfAbsent(FRAME, Protocols.frame());
        byName.putIfAbsent(LINE, Protocols.line());
        return new KnownProtocols(
                byName, byName.containsKey(WEBSOCKET) ? List.of() : services.unlisted(Protocol.class, WEBSOCKET_CLASS));
    }

    /** The protocols of one listener; those that any bytes may be stand last, whatever the order of the names. */
    List<Protocol> named(List<String> names) {
        List<Protocol> protocols = new ArrayList<>();
        for (String name : names) {
            if (name.equals(AUTO)) {
                unlisted.forEach(sentence -> LOGGER.log(Level.WARNING, "protocol not served: " + sentence));
                byName.values().stream().filter(p -> !p.name().equals(FRAME)).forEach(protocols::add);
                continue;
            }
            Protocol protocol = byName.get(name);
            if (protocol == null) {
                throw new IllegalStateException("no protocol is named \"" + name + "\"; there are " + byName.keySet()
                        + " and \"" + AUTO + "\"" + (unlisted.isEmpty() ? "" : "; " + String.join("; ", unlisted)));
            }
            protocols.add(protocol);
        }
        if (protocols.size() > 1 && names.contains(FRAME)) {
            throw new IllegalArgumentException(
                    "protocol frame must be alone on its listener, was " + names + "; give it a port of its own");
        }
        return protocols.stream()
                .distinct()
                .sorted(Comparator.comparing(Protocol::servesSilent))
                .toList();
    }
}
