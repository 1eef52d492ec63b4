package io.hongyan.im.engine;

import io.hongyan.im.AttributeKey;
import java.security.Principal;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicReference;
import org.jspecify.annotations.Nullable;

/** What a protocol or the host has put on one session. Any thread. */
final class Belongings {
    private final Map<AttributeKey<?>, Object> attributes = new ConcurrentHashMap<>(4);
    private final AtomicReference<@Nullable Principal> principal = new AtomicReference<>();

    Optional<Principal> principal() {
        return Optional.ofNullable(principal.get());
    }

    /** False if there is another already. */
    boolean principal(Principal who) {
        return principal.compareAndSet(null, who) || who.equals(principal.get());
    }

    <T> Optional<T> get(AttributeKey<T> key) {
        return Optional.ofNullable(key.type().cast(attributes.get(key)));
    }

    <T> Optional<T> put(AttributeKey<T> key, T value) {
        return Optional.ofNullable(
                key.type().cast(attributes.put(key, key.type().cast(value))));
    }

    <T> Optional<T> remove(AttributeKey<T> key) {
        return Optional.ofNullable(key.type().cast(attributes.remove(key)));
    }
}
