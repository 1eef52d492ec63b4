package io.hongyan.im;

import java.util.Objects;

/**
 * Names a typed value that a host or plugin keeps on a {@link ClientSession}. Two keys are equal when name and type are;
 * a plugin prefixes its names ({@code "myplugin.user"}).
 *
 * @param name what the value is; not empty
 * @param type the class of the values
 * @param <T> the type of the values
 */
public record AttributeKey<T>(String name, Class<T> type) {
    /** Checks both components. */
    public AttributeKey {
        Objects.requireNonNull(type, "type");
        if (Objects.requireNonNull(name, "name").isEmpty()) {
            throw new IllegalArgumentException("attribute name must not be empty");
        }
    }
}
