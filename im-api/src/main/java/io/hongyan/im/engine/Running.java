package io.hongyan.im.engine;

import io.hongyan.im.ImServer;
import io.hongyan.im.Limits;
import java.util.List;
import java.util.function.Predicate;

/** A server as its start and its end see it. Any thread, where nothing else is said. */
interface Running extends LoopThread.Owner {
    ImServer server();

    EventLoop[] loops();

    /** By loop. */
    LoopThread[] loopThreads();

    Watchdog watchdog();

    StartedPlugins plugins();

    Dispatcher dispatcher();

    Limits limits();

    Log log();

    /** Frees the ports; on the accepting loop. */
    void stopAccepting();

    /** On the loop. */
    void closeSessionsOf(EventLoop loop);

    /** The loop ends, and whoever is still on it. On the loop. */
    void abandonSessionsOf(EventLoop loop);

    /** Makes each loop look whether it may end. */
    void signalLoops();

    /** The threads that callbacks, or plugins' starts and ends, may run on now. */
    List<Thread> runners();

    /** Whether each session that is left has its callbacks on one of these threads now; asks no more than it has to. */
    boolean isLeftTo(Predicate<Thread> threads);

    /** Whether that thread is the one that tells the plugins of the start. */
    boolean isStartingOn(Thread thread);
}
