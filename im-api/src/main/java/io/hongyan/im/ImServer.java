package io.hongyan.im;

import io.hongyan.im.spi.HandlerPlugin;
import io.hongyan.im.spi.Protocol;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Collection;
import java.util.List;
import java.util.Objects;
import java.util.Optional;
import java.util.concurrent.CompletionStage;

/**
 * A running instant-messaging server.
 *
 * <pre>{@code
 * ImServer server = ImServer.builder()
 *         .port(8888)
 *         .handler((session, message) -> session.server().group("lobby").send(message))
 *         .start();
 * }</pre>
 *
 * <p>All methods may be called from any thread.
 */
public interface ImServer extends AutoCloseable {
    /**
     * Begins to describe a server.
     *
     * @return a new builder
     */
    static Builder builder() {
        return new ServerBuilder();
    }

    /**
     * Where the first listener listens.
     *
     * @return the address with the real port; still there after close
     */
    InetSocketAddress address();

    /**
     * The port of the first listener.
     *
     * @return 1 to 65535, also where port 0 was asked for
     */
    default int port() {
        return address().getPort();
    }

    /**
     * Where all listeners listen.
     *
     * @return the addresses in the order they were named
     */
    Collection<InetSocketAddress> addresses();

    /**
     * Finds a session.
     *
     * @param id its {@link ClientSession#id()}
     * @return the session, or empty if there is none now
     */
    Optional<ClientSession> session(String id);

    /**
     * The sessions at this moment, those that are closing included.
     *
     * @return an immutable copy
     */
    Collection<ClientSession> sessions();

    /**
     * Sends to one session.
     *
     * @param id its {@link ClientSession#id()}
     * @param message the message
     * @return as {@link ClientSession#send(Message)}; CLOSED if no session has that id
     * @throws IllegalArgumentException as {@link ClientSession#send(Message)}
     */
    default SendResult send(String id, Message message) {
        Objects.requireNonNull(message, "message");
        Optional<ClientSession> session = session(id);
        return session.isPresent() ? session.get().send(message) : SendResult.CLOSED;
    }

    /**
     * Sends text to one session.
     *
     * @param id its {@link ClientSession#id()}
     * @param text the text
     * @return as {@link #send(String, Message)}
     */
    default SendResult send(String id, String text) {
        return send(id, Message.text(text));
    }

    /**
     * A handle on a group; creates nothing.
     *
     * @param name any text but the empty one
     * @return the handle
     * @throws IllegalArgumentException if the name is empty
     */
    Group group(String name);

    /**
     * The group of all open sessions. It cannot be joined or left by hand: {@code join} and {@code leave} answer false. It has no
     * name: its {@link Group#name()} is the empty text, which no other group can have, and a group named {@code all} is like
     * any other.
     *
     * @return the handle
     */
    Group all();

    /**
     * Which transport serves and why.
     *
     * @return the transport that was chosen
     */
    TransportInfo transport();

    /**
     * What has been done so far.
     *
     * @return a snapshot
     */
    ServerStats stats();

    /**
     * The connections that ended last, and why, with the evidence; those that never became a session too.
     *
     * @return at most 256, the newest first
     */
    List<ClosedSession> recentCloses();

    /**
     * Ends the server without haste, for a restart that its clients hardly notice: stops listening, closes every session by and by with
     * {@link CloseReason.Code#GOING_AWAY} (flushing first) over the first four fifths of that time, or a
     * hundred a second where they are few, and tells each when to come back, so
     * spread that whoever takes their place is not asked for more connections a second than this server could accept. Handlers run on
     * meanwhile. Then, or as soon as nobody is left, it ends as by {@link #close()}, which may be called to end it sooner. Does not wait. Once
     * a drain, or the end, has begun, another one changes nothing.
     *
     * @param time for all of it; zero to 1 day
     * @return completes as {@link #closeFuture()} does, with what became of it
     * @throws IllegalArgumentException if the time is out of range
     */
    CompletionStage<DrainReport> drain(Duration time);

    /**
     * Ends the server: stops listening, closes every session with {@link CloseReason.Code#GOING_AWAY} (flushing first), ends all
     * threads. Idempotent. Returns when every {@code onClose} has returned and the port is free; it does not wait for what was made to
     * depend on {@link #closeFuture()}. Called from a callback of this server, or a dependent of one of its futures, it frees the port and
     * returns; the rest completes by itself.
     *
     * <p>A handler still busy when {@link Limits#closeTimeout()} has passed twice is interrupted; if it goes on for as long again,
     * it is named in the log and no longer waited for: so this takes four times {@link Limits#closeTimeout()} at most (12 s), but for what
     * other callbacks and plugins still do then. A handler that has called {@code System.exit} waits for the shutdown hooks: a hook
     * that closes ends all other sessions, and does not wait for that one, which gets no {@code onClose}.
     */
    @Override
    void close();

    /**
     * Completes when {@link #close()} has done everything, on a thread of the server's that nobody waits for then: a dependent may block, and
     * may exit the JVM.
     *
     * @return the stage
     */
    CompletionStage<Void> closeFuture();

    /**
     * Describes a server. Not thread-safe; each method returns this builder.
     */
    interface Builder {
        /**
         * The address to listen on.
         *
         * @param host a name or an address; by default all of IPv4 and IPv6
         * @return this
         */
        Builder host(String host);

        /**
         * The port to listen on.
         *
         * @param port 0 (any free one) to 65535; 8888 by default
         * @return this
         * @throws IllegalArgumentException if out of range
         */
        Builder port(int port);

        /**
         * The protocols spoken there, by name. The default is {@code auto}: all that were found and can be told apart by their
         * first bytes. {@code frame} must stand alone: its bytes cannot be told from text.
         *
         * @param names {@code auto}, or names such as {@code line} and {@code frame}
         * @return this
         */
        Builder protocols(String... names);

        /**
         * Adds a protocol beside those found by {@link java.util.ServiceLoader}; it wins over one of the same name.
         *
         * @param protocol the protocol
         * @return this
         */
        Builder protocol(Protocol protocol);

        /**
         * One more address to listen on, beside {@link #host} and {@link #port}.
         *
         * @param host a name or an address; empty for all
         * @param port 0 to 65535
         * @param protocols as for {@link #protocols}
         * @return this
         * @throws IllegalArgumentException if the port is out of range
         */
        Builder listen(String host, int port, String... protocols);

        /**
         * One more address to listen on, with bounds of its own for the sessions there.
         *
         * @param host a name or an address; empty for all
         * @param port 0 to 65535
         * @param limits its bounds, those for each address among them, which it counts by itself; {@link Limits#commandQueueLength()}, {@link
         *     Limits#maxSessions()} and {@link Limits#memoryBudgetBytes()} are the server's all the same
         * @param protocols as for {@link #protocols}
         * @return this
         * @throws IllegalArgumentException if the port is out of range
         */
        Builder listen(String host, int port, Limits limits, String... protocols);

        /**
         * What to do with messages. Where none is given, the one {@link MessageHandler} that {@link java.util.ServiceLoader}
         * finds serves.
         *
         * @param handler the handler
         * @return this
         */
        Builder handler(MessageHandler handler);

        /**
         * Adds a plugin beside those found by {@link java.util.ServiceLoader}.
         *
         * @param plugin the plugin
         * @return this
         */
        Builder plugin(HandlerPlugin plugin);

        /**
         * Whether plugins are looked for by {@link java.util.ServiceLoader}.
         *
         * @param discover true by default
         * @return this
         */
        Builder discoverPlugins(boolean discover);

        /**
         * Where callbacks run.
         *
         * @param dispatch {@link Dispatch#VIRTUAL_THREADS} by default
         * @return this
         */
        Builder dispatch(Dispatch dispatch);

        /**
         * How many event loops share the sessions.
         *
         * @param loops 1 to 1,024; by default the number of processors
         * @return this
         * @throws IllegalArgumentException if out of range
         */
        Builder loops(int loops);

        /**
         * Every bound.
         *
         * @param limits {@link Limits#defaults()} by default
         * @return this
         */
        Builder limits(Limits limits);

        /**
         * Which transport serves. The default, {@code auto}, goes by these steps:
         *
         * <ol>
         *   <li>all {@link io.hongyan.im.spi.TransportProvider}s are looked for through the builder's class loader, the thread's
         *       context class loader and the library's own; one that fails to load is noted and passed over;
         *   <li>those with a negative priority, and those that cannot serve here, are passed over;
         *   <li>of the rest the one with the highest priority serves.
         * </ol>
         *
         * @param name {@code auto}, or the name of the one to take
         * @return this
         */
        Builder transport(String name);

        /**
         * Lets a successor take over the listening sockets, so that a restart refuses no connection. While the server runs it listens on this
         * Unix socket. A server that is started with the same path asks there first, and gets its predecessor's listening socket for each
         * address that both listen on (the same host and port; port 0 is always a new one). Once the new server accepts, the old
         * one accepts no more, and ends as by {@link ImServer#drain}. So {@link #start()} may take ten seconds longer than otherwise. If
         * one of the two fails before, the other one goes on serving. Each server that is followed by another has a path of its own.
         *
         * <p>Only the transport {@code epoll} can do this: with any other {@link #start()} fails. The file has the mode 0600, and only a
         * process of the same user is given the sockets, or asked for them.
         *
         * @param socket at most 100 bytes long, in a directory that exists; let nobody else write there. A socket that nobody listens on is
         *     replaced, and what is no socket is refused by {@link #start()}. It is removed when the server closes without a successor
         * @param drain how long this server takes to end once its successor accepts; zero to 1 day
         * @return this
         * @throws IllegalArgumentException if the time is out of range
         */
        Builder handover(Path socket, Duration drain);

        /**
         * The class loader that transports, protocols, handlers and plugins are looked for with first.
         *
         * @param loader the loader
         * @return this
         */
        Builder classLoader(ClassLoader loader);

        /**
         * Starts the server; it is bound when this returns. A builder can be started again: that is another server, with the same handler,
         * plugins and protocols. With port 0 it gets a free port of its own; on any other it cannot listen while the first one does.
         *
         * @return the running server
         * @throws IOException if it cannot listen, such as {@link java.net.BindException}, or has no thread for a loop; nothing is left
         *     behind
         * @throws IllegalArgumentException if the listeners' protocols cannot stand together
         * @throws IllegalStateException if there is no handler, no such protocol or no transport that can serve, or a plugin
         *     refuses to start; says why
         */
        ImServer start() throws IOException;
    }
}
