package io.hongyan.im;

import java.util.List;
import java.util.Objects;

/**
 * Which transport serves, and why.
 *
 * @param name its name, such as {@code nio} or {@code epoll}
 * @param why one sentence: why this one was taken
 * @param passedOver one sentence for each other transport that was found, for each that could not be loaded, and for each of Hongyan's own
 *     whose class is there but not its entry in {@code META-INF/services} (as in a jar made of several): why it does not
 *     serve. What could serve is had by its name, see {@link ImServer.Builder#transport}; for what could not, the sentence says
 *     what is missing. Empty if this one was asked for by name: then there was no choice
 */
public record TransportInfo(String name, String why, List<String> passedOver) {
    /** Checks the components and copies the list. */
    public TransportInfo {
        Objects.requireNonNull(name, "name");
        Objects.requireNonNull(why, "why");
        passedOver = List.copyOf(Objects.requireNonNull(passedOver, "passedOver"));
    }

    @Override
    public String toString() {
        return passedOver.isEmpty()
                ? name + " (" + why + ")"
                : name + " (" + why + "; " + String.join("; ", passedOver) + ")";
    }
}
