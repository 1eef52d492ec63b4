package io.hongyan.im.engine;

import java.security.SecureRandom;

/** 128 random bits; never the same twice for all that matters. */
final class RandomIds implements IdSource {
    private final SecureRandom random = new SecureRandom();

    @Override
    public SessionId nextId() {
        return new SessionId(random.nextLong(), random.nextLong());
    }
}
