package io.hongyan.im.engine;

/** A connection on a loop, as the loop sees it, with the lists of the loop that it is in. Loop thread only. */
abstract class Tenant implements Registration {
    /** In the list of those to be flushed. */
    boolean dirty;

    /** In the list of those to take a turn. */
    boolean turnOrdered;

    /** Set from the order to close on: what is ordered later comes after it. */
    boolean closeOrdered;

    /** Writes once; once in an iteration. */
    abstract void flush();

    /** Reads and decodes without an event. */
    abstract void takeTurn();

    /** Closes as was ordered. Nothing else of it is under way. */
    abstract void close();
}
