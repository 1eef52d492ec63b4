package io.hongyan.im.engine;

import io.hongyan.im.CloseReason;
import java.net.InetSocketAddress;
import org.jspecify.annotations.Nullable;

/** What a server wants to know of its sessions' lives. */
interface SessionLife {
    /** It is to be found from now on; {@code onOpen} comes next. On the loop. */
    void opened(Member session);

    /** It is to be in no group any more. On the loop. */
    void closing(Member session);

    /** Its connection is gone; {@code onClose} comes next, but for one that never was a session, which is null here. On the loop. */
    void ended(@Nullable Member session, InetSocketAddress peer, CloseReason reason);

    /** After {@code onClose}, on its thread; or on the loop, with null, the end of a connection that never was a session. */
    void gone(@Nullable Member session);
}
