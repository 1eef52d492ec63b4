package io.hongyan.im.engine;

import io.hongyan.im.ImServer;
import io.hongyan.im.spi.HandlerPlugin;
import java.lang.System.Logger.Level;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.List;
import java.util.concurrent.atomic.AtomicBoolean;
import org.jspecify.annotations.Nullable;

/** The plugins that know of the server's start, and are to know of its end. Started by one thread before there is any other. */
final class StartedPlugins {
    private final List<HandlerPlugin> all;
    private final Log log;
    private final Counters counters;

    /** The last one first. */
    private final Deque<HandlerPlugin> started = new ArrayDeque<>();

    private final AtomicBoolean stopping = new AtomicBoolean();

    /** The thread that a plugin is told of the end on now. */
    private volatile @Nullable Thread runner;

    /** Plugins are outermost first. */
    StartedPlugins(List<HandlerPlugin> all, Log log, Counters counters) {
        this.all = all;
        this.log = log;
        this.counters = counters;
    }

    /**
     * Tells one after the other, the outermost first.
     *
     * @throws IllegalStateException if one has thrown, which it names; those before it have started
     */
    void start(ImServer server) {
        for (HandlerPlugin plugin : all) {
            try {
                plugin.onStart(server);
            } catch (Throwable t) {
                throw new IllegalStateException(
                        "plugin " + plugin.name() + " failed in onStart: " + t + "; mend it, or start without it", t);
            }
            started.push(plugin);
        }
    }

    /** Tells those that have started, the innermost first; once. What one throws is logged. */
    void stop(ImServer server) {
        if (!stopping.compareAndSet(false, true)) {
            return;
        }
        runner = Thread.currentThread();
        for (HandlerPlugin plugin : started) {
            try {
                plugin.onStop(server);
            } catch (Throwable t) {
                counters.errors.increment();
                log.log(
                        Level.WARNING,
                        Log.Topic.LIFE,
                        () -> "plugin " + plugin.name() + " failed in onStop: " + Log.describe(t));
            }
        }
        runner = null;
    }

    @Nullable
    Thread runner() {
        return runner;
    }
}
