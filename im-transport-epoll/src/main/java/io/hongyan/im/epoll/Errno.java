package io.hongyan.im.epoll;

/**
 * What errno says: the numbers of Linux's asm-generic/errno.h, which x86_64 and aarch64 share. Those that the calls
 * of {@link Libc} give have a name and a text, the others a number.
 */
final class Errno {
    static final int EPERM = 1;
    static final int ENOENT = 2;
    static final int EINTR = 4;
    static final int EAGAIN = 11;
    static final int EPROTO = 71;
    static final int ENOPROTOOPT = 92;
    static final int EOPNOTSUPP = 95;
    static final int EAFNOSUPPORT = 97;
    static final int ENETDOWN = 100;
    static final int ENETUNREACH = 101;
    static final int ECONNABORTED = 103;
    static final int ECONNRESET = 104;
    static final int ENOTCONN = 107;
    static final int ECONNREFUSED = 111;
    static final int EHOSTDOWN = 112;
    static final int EHOSTUNREACH = 113;
    static final int ENONET = 64;

    private Errno() {}

    /**
     * Of accept4: that no connection waits. accept(2): besides EAGAIN, Linux hands over what has already gone wrong on the connection that
     * waited.
     */
    static boolean countsAsNone(int errno) {
        return switch (errno) {
            case EAGAIN,
                    ECONNABORTED,
                    EPERM,
                    EPROTO,
                    ENOPROTOOPT,
                    EOPNOTSUPP,
                    ENONET,
                    ENETDOWN,
                    ENETUNREACH,
                    EHOSTDOWN,
                    EHOSTUNREACH -> true;
            default -> false;
        };
    }

    static String name(int errno) {
        return switch (errno) {
            case EPERM -> "EPERM";
            case ENOENT -> "ENOENT";
            case EINTR -> "EINTR";
            case 9 -> "EBADF";
            case EAGAIN -> "EAGAIN";
            case 12 -> "ENOMEM";
            case 13 -> "EACCES";
            case 14 -> "EFAULT";
            case 17 -> "EEXIST";
            case 22 -> "EINVAL";
            case 23 -> "ENFILE";
            case 24 -> "EMFILE";
            case 28 -> "ENOSPC";
            case 32 -> "EPIPE";
            case 38 -> "ENOSYS";
            case ENONET -> "ENONET";
            case EPROTO -> "EPROTO";
            case 88 -> "ENOTSOCK";
            case ENOPROTOOPT -> "ENOPROTOOPT";
            case EOPNOTSUPP -> "EOPNOTSUPP";
            case EAFNOSUPPORT -> "EAFNOSUPPORT";
            case 98 -> "EADDRINUSE";
            case 99 -> "EADDRNOTAVAIL";
            case ENETDOWN -> "ENETDOWN";
            case ENETUNREACH -> "ENETUNREACH";
            case ECONNABORTED -> "ECONNABORTED";
            case ECONNRESET -> "ECONNRESET";
            case 105 -> "ENOBUFS";
            case ENOTCONN -> "ENOTCONN";
            case 110 -> "ETIMEDOUT";
            case ECONNREFUSED -> "ECONNREFUSED";
            case EHOSTDOWN -> "EHOSTDOWN";
            case EHOSTUNREACH -> "EHOSTUNREACH";
            default -> "errno " + errno;
        };
    }

    /** What strerror(3) says in English. */
    static String text(int errno) {
        return switch (errno) {
            case EPERM -> "Operation not permitted";
            case 12 -> "Cannot allocate memory";
            case 13 -> "Permission denied";
            case 22 -> "Invalid argument";
            case 23 -> "Too many open files in system";
            case 24 -> "Too many open files";
            case 28 -> "No space left on device";
            case 32 -> "Broken pipe";
            case 38 -> "Function not implemented";
            case EAFNOSUPPORT -> "Address family not supported by protocol";
            case 98 -> "Address already in use";
            case 99 -> "Cannot assign requested address";
            case ECONNRESET -> "Connection reset by peer";
            case 105 -> "No buffer space available";
            case 110 -> "Connection timed out";
            case EHOSTUNREACH -> "No route to host";
            default -> name(errno);
        };
    }
}
