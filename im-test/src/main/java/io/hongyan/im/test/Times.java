package io.hongyan.im.test;

/** How often a contract tries what is promised for very many times: fewer in every build, all of them with {@code -Dhongyan.full=true}. */
final class Times {
    private static final boolean FULL = Boolean.getBoolean("hongyan.full");

    private Times() {}

    static int of(int usual, int full) {
        return FULL ? full : usual;
    }
}
