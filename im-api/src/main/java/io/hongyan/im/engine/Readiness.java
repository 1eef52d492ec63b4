package io.hongyan.im.engine;

/**
 * The bits that a {@link Poller} reports and is asked for. Only {@link #READ} and {@link #WRITE} can be asked for; the others may come
 * with any mask that is not 0, in any combination, with or without the first two.
 */
public final class Readiness {
    /** A read (or an accept) gives something: bytes, the end or an error. */
    public static final int READ = 1;

    /** A write takes something, or gives an error. */
    public static final int WRITE = 2;

    /** The peer has ended its output (EPOLLRDHUP). Only while {@link #READ} is asked for. */
    public static final int PEER_CLOSED = 4;

    /** Both directions have ended (EPOLLHUP). */
    public static final int HANG_UP = 8;

    /** The connection has failed (EPOLLERR). */
    public static final int ERROR = 16;

    private Readiness() {}
}
