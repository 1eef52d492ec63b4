package io.hongyan.im.test.virtual;

/** Something in a {@link Simulation} that goes on by itself, one step at a time. */
interface Actor {
    /** Whether there is a step for it now. */
    boolean canAct();

    /** Takes one step. */
    void act();

    /** Whether there will be no step for it any more. */
    default boolean isOver() {
        return false;
    }

    /** Whether it shares memory with loops and handlers; clients and the network do not. */
    default boolean sharesMemory() {
        return true;
    }

    /** How long until it can act if nothing else happens; Long.MAX_VALUE for ever. */
    default long nanosToNext() {
        return Long.MAX_VALUE;
    }
}
