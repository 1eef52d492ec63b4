package io.hongyan.im.engine;

import java.util.function.Consumer;

/**
 * What other threads have for one loop, in two queues: commands, which are bounded and in order, and tasks, which are neither
 * bounded nor ordered against commands.
 *
 * <p>{@link #offer}, {@link #execute}, {@link #tail} come from any thread, the others from the loop's.
 */
public interface Mailbox {
    /**
     * Puts a command at the end.
     *
     * @param command what to do
     * @param target to what
     * @param payload with what
     * @return false if the queue is full; then nothing was put
     */
    boolean offer(Command command, Object target, Object payload);

    /**
     * Takes commands in order; stops after {@code limit} of them, when there is none, or behind the one after which the sink says so.
     *
     * @return how many were taken
     */
    int drain(Sink sink, int limit);

    /**
     * A position that every command offered before this call, by this thread or one it has seen, lies before: they are all drained
     * once {@link #head} is there.
     */
    long tail();

    /**
     * The position up to which commands have been drained and their sinks have returned. Exact also inside a sink: then the commands before its
     * own lie before it.
     */
    long head();

    /** Puts a task. Always succeeds. */
    void execute(Runnable task);

    /** Takes the tasks that are there, at most {@code limit}; tasks put meanwhile may wait for the next call. */
    int drainTasks(Consumer<Runnable> sink, int limit);

    /** Whether neither queue holds anything; sees everything put before a full fence that precedes the call. */
    boolean isEmpty();

    /** Takes commands. Throws nothing. */
    interface Sink {
        /** Executes one command; answers whether to go on. */
        boolean onCommand(Command command, Object target, Object payload);
    }
}
