package io.hongyan.im.engine;

import io.hongyan.im.ImServer;
import io.hongyan.im.Limits;
import io.hongyan.im.spi.Protocol;
import java.util.List;
import java.util.function.Function;

/**
 * What all connections of one listener on one loop share, so that each need hold but one reference to it.
 *
 * @param server what sessions answer for their server
 * @param loop theirs
 * @param limits the listener's
 * @param bounds those of them that count for each message
 * @param addresses how many of them come from where
 * @param protocols those spoken there, in the order they are asked to detect
 * @param callbacks the way to the handler
 * @param dispatcher where callbacks run
 * @param ids where session ids come from
 * @param streams what is read and written in place of the connection: itself, or a layer around it
 * @param counters the server's
 * @param log the server's
 * @param life who is told of sessions
 */
record Station(
        ImServer server,
        EventLoop loop,
        Limits limits,
        Bounds bounds,
        Addresses addresses,
        List<Protocol> protocols,
        Callbacks callbacks,
        Dispatcher dispatcher,
        IdSource ids,
        Function<Connection, Stream> streams,
        Counters counters,
        Log log,
        SessionLife life) {}
