package io.hongyan.im.bench;

/** What a server does with a line. */
enum Workload {
    /** It goes back to who sent it. */
    ECHO,
    /** It goes to everyone who is connected, its sender too. */
    ROOM;

    /**
     * What every server says first to a client that is connected and, in a room, a member: the load begins when all have heard
     * it.
     */
    static final String GREETING = "ready";
}
