package io.hongyan.im.bench.trial;

/** A number that a {@link TrialServer} tells of itself. */
enum Vital {
    /** Sessions held now, those still closing included. */
    SESSIONS,
    /** Connections accepted since the start. */
    ACCEPTED,
    /** Connections closed at once since the start. */
    REFUSED,
    /** Callbacks that threw. */
    ERRORS,
    /** Bytes of heap in use now. */
    HEAP,
    /** The most bytes of heap that were left by a collection since the start. */
    HEAP_PEAK,
    /** Bytes of direct buffers. */
    DIRECT,
    /** Platform threads. */
    THREADS,
    /** Processor time of the process, in nanoseconds. */
    CPU_NANOS,
    /** Times that a virtual thread was pinned with our code on its stack. */
    PINNED
}
