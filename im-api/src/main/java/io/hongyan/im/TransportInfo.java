package io.hongyan.im;

import java.util.List;

/**
 * Which transport serves, and why.
 *
 * @param name its name, such as {@code nio} or {@code epoll}
 * @param why one sentence: why this one was taken
 * @param passedOver one sentence for each transport that was found and not taken, with what to do to have it
 */
public record TransportInfo(String name, String why, List<String> passedOver) {
    /** Copies the list. */
    public TransportInfo {
        passedOver = List.copyOf(passedOver);
    }

    @Override
    public String toString() {
        return passedOver.isEmpty()
                ? name + " (" + why + ")"
                : name + " (" + why + "; " + String.join("; ", passedOver) + ")";
    }
}
