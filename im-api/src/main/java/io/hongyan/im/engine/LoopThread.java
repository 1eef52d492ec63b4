package io.hongyan.im.engine;

import java.io.IOException;
import java.lang.System.Logger.Level;
import java.util.concurrent.locks.LockSupport;

/**
 * Runs one loop until its server has ended, or stops loudly on a bug of ours: a thread of its own, unless a simulation is the thread and
 * calls {@link EventLoop#runOnce}, {@link #isOver} and {@link #end} by hand.
 */
public final class LoopThread extends Thread {
    /** Whose loop it is. */
    interface Owner {
        /** Whether a loop may end. */
        boolean hasEnded();

        /** On the loop's thread, its last act. */
        void onLoopEnd(EventLoop loop);
    }

    /** How long a loop waits for memory that somebody else gives back. */
    private static final long NO_MEMORY_NANOS = 10_000_000;

    private final Owner owner;
    private final EventLoop loop;
    private final Log log;

    /** Made before it is needed. */
    private final Log.Text noMemory = () -> getName()
            + " finds no memory and goes on; sessions may be hit that took none: see -XX:+ExitOnOutOfMemoryError";

    LoopThread(Owner owner, EventLoop loop, Log log) {
        super("hongyan-loop-" + loop.index());
        // Whoever starts it: a server is what keeps the JVM alive.
        setDaemon(false);
        this.owner = owner;
        this.loop = loop;
        this.log = log;
    }

    @Override
    public void run() {
        try {
            while (!isOver()) {
                turn();
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

    /** What takes all memory is not the loop; mostly it is a handler, whose session goes, and then there is some again. */
    private void turn() throws IOException {
        try {
            loop.runOnce();
        } catch (OutOfMemoryError e) {
            log.log(Level.ERROR, Log.Topic.LOOP, noMemory);
            LockSupport.parkNanos(NO_MEMORY_NANOS);
        }
    }

    /** The loop that it runs. */
    public EventLoop loop() {
        return loop;
    }

    /** Whether the server needs no more turns of this loop: whoever runs it calls {@link #end}, and no {@link EventLoop#runOnce} again. */
    public boolean isOver() {
        return owner.hasEnded();
    }

    /** The last act of whoever runs this loop, also where {@link EventLoop#runOnce} has thrown. Once. */
    public void end() {
        owner.onLoopEnd(loop);
    }
}
