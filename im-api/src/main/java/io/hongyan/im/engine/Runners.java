package io.hongyan.im.engine;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collection;
import java.util.List;
import java.util.function.Predicate;
import org.jspecify.annotations.Nullable;

/** The threads that run code of the host's for one server. Any thread. */
final class Runners {
    private final Collection<Member> sessions;
    private final LoopThread[] loops;
    private final Dispatcher dispatcher;
    private final StartedPlugins plugins;
    private final Startup startup;

    /** @param sessions those that are not gone, as they come and go */
    Runners(
            Collection<Member> sessions,
            LoopThread[] loops,
            Dispatcher dispatcher,
            StartedPlugins plugins,
            Startup startup) {
        this.sessions = sessions;
        this.loops = loops;
        this.dispatcher = dispatcher;
        this.plugins = plugins;
        this.startup = startup;
    }

    /** Those that callbacks, or plugins' starts and ends, may run on now. */
    List<Thread> now() {
        List<Thread> running = new ArrayList<>();
        for (Member session : sessions) {
            Thread runner = session.runner();
            if (runner != null) {
                running.add(runner);
            }
        }
        if (dispatcher.onLoop()) {
            Arrays.stream(loops).filter(Thread::isAlive).forEach(running::add);
        }
        addIfAnother(running, plugins.runner());
        addIfAnother(running, startup.runner());
        return running;
    }

    private static void addIfAnother(List<Thread> running, @Nullable Thread thread) {
        if (thread != null && !running.contains(thread)) {
            running.add(thread);
        }
    }

    /** Whether each session that is left has its callbacks on one of these threads now; asks no more than it has to. */
    boolean isLeftTo(Predicate<Thread> asked) {
        for (Member session : sessions) {
            Thread runner = dispatcher.onLoop() ? loops[session.loop().index()] : session.runner();
            if (runner == null || !asked.test(runner)) {
                return false;
            }
        }
        return true;
    }
}
