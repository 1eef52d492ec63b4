package io.hongyan.im.bench;

/** A server of lines on loopback that runs one {@link Workload}. */
interface ServerUnderTest extends AutoCloseable {
    /** Where it listens. */
    int port();

    /** What serves, for the record: transport, version, whatever tells two runs apart. */
    String description();

    @Override
    void close();
}
