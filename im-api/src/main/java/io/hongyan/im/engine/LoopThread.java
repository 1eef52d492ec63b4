package io.hongyan.im.engine;

import java.lang.System.Logger.Level;

/** The thread of one loop: runs it until the server has ended, or stops loudly on a bug of ours. */
final class LoopThread extends Thread {
    private final Server server;
    private final EventLoop loop;
    private final Log log;

    LoopThread(Server server, EventLoop loop, Log log) {
        super("hongyan-loop-" + loop.index());
        // Whoever starts it: a server is what keeps the JVM alive.
        setDaemon(false);
        this.server = server;
        this.loop = loop;
        this.log = log;
    }

    @Override
    public void run() {
        try {
            while (!isOver()) {
                loop.runOnce();
            }
        } catch (Throwable t) {
            log.log(
                    Level.ERROR,
                    Log.Topic.LOOP,
                    () -> getName() + " has failed, the server closes: " + Log.describe(t));
        } finally {
            end();
        }
    }

    boolean isOf(Server one) {
        return server == one;
    }

    boolean isOver() {
        return server.hasEnded();
    }

    void end() {
        server.onLoopEnd(loop);
    }
}
