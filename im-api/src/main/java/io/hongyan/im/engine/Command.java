package io.hongyan.im.engine;

/** All that can be ordered against a send. Joins and leaves are none: a publication takes the members of its moment along, see {@link Members}. */
public enum Command {
    /** Queue a {@link io.hongyan.im.spi.Wire} for a session; its bytes are reserved. */
    SEND,
    /** Deliver a publication to the members that one group has on this loop. */
    PUBLISH,
    /** Begin to close a session. */
    CLOSE;

    private static final Command[] ALL = values();

    /** The command of an ordinal, without an allocation. */
    public static Command of(int ordinal) {
        return ALL[ordinal];
    }
}
