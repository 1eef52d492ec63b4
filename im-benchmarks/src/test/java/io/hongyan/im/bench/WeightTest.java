package io.hongyan.im.bench;

import static org.junit.jupiter.api.Assertions.assertTrue;

import io.hongyan.im.bench.WeighedServer.Grouping;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.EnabledOnOs;
import org.junit.jupiter.api.condition.OS;

/**
 * Holds the weight of an idle session down: it has spoken once, is in a group of its own and in all(), and its handlers run on virtual
 * threads. Who makes it heavier sees it here; the command "weight" tells of which classes.
 */
final class WeightTest {
    /** Bytes of live heap on epoll, some 15 % above what is measured: 746, of which a group of its own is 300. It was 2,500. */
    private static final int EPOLL_LIMIT = 860;

    /** The same on NIO, beside a channel and its key, which are the JDK's: 786 is measured, 2,400 it was. */
    private static final int NIO_LIMIT = 920;

    private static final int SESSIONS = 2000;
    private static final long IDLE_MILLIS = 500;

    @Test
    @EnabledOnOs(value = OS.LINUX, architectures = "amd64")
    void shouldStayLightWhenIdleOnEpoll() throws Exception {
        double bytes = weigh("hongyan-epoll");

        assertTrue(bytes <= EPOLL_LIMIT, () -> "a session weighs " + bytes + " bytes, more than " + EPOLL_LIMIT);
        assertTrue(bytes >= 72, () -> "a session of " + bytes + " bytes was not weighed");
    }

    @Test
    void shouldStayLightWhenIdleOnNio() throws Exception {
        double bytes = weigh("hongyan-nio") - weigh(BareNio.NAME);

        assertTrue(bytes <= NIO_LIMIT, () -> "a session weighs " + bytes + " bytes, more than " + NIO_LIMIT);
        assertTrue(bytes >= 72, () -> "a session of " + bytes + " bytes was not weighed");
    }

    private static double weigh(String server) throws Exception {
        Contender contender = Contender.of(List.of(server), List.of(Serve.Dispatching.VIRTUAL), null)
                .getFirst();
        Census grown = Weight.weigh(contender, Grouping.OWN, SESSIONS, IDLE_MILLIS, List.of());
        return (double) grown.total().bytes() / SESSIONS;
    }
}
