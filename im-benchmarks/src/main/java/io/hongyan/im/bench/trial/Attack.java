package io.hongyan.im.bench.trial;

/** One way to do a server harm. */
interface Attack {
    /** As {@code --only} knows it. */
    String name();

    /** For the table. */
    String description();

    /** The server that is attacked. */
    default ServerSetup server() {
        return ServerSetup.small();
    }

    /** How many times as long as the others it takes to be felt. */
    default int lasts() {
        return 1;
    }

    /**
     * Goes on until the stage's time is over; its connections are left as they are. Answers what it has done, for the table.
     *
     * @param stage where, how long, and with how many
     */
    String run(Stage stage);
}
