package io.hongyan.im.epoll;

import java.io.IOException;

/** A system call has failed; the message has its name, errno's name and its text. */
final class ErrnoException extends IOException {
    private static final long serialVersionUID = 1L;

    private final int errno;

    ErrnoException(String call, int errno) {
        super(call + ": " + Errno.name(errno) + " (" + Errno.text(errno) + ")");
        this.errno = errno;
    }

    /**
     * Takes a result of {@link Libc}.
     *
     * @return the result, if it is none of an error
     */
    static int check(String call, int result) throws ErrnoException {
        if (result < 0) {
            throw new ErrnoException(call, -result);
        }
        return result;
    }

    int errno() {
        return errno;
    }
}
