package io.hongyan.im.engine;

import java.io.ByteArrayOutputStream;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;

/** A connection whose kernel takes all that is written, and whose peer says nothing. */
final class Taking implements Connection {
    private static final InetSocketAddress ADDRESS = new InetSocketAddress(InetAddress.getLoopbackAddress(), 1);

    private final ByteArrayOutputStream taken = new ByteArrayOutputStream();
    private int interest;

    /** How often that line has arrived. */
    int arrived(String line) {
        return (int) taken.toString(StandardCharsets.UTF_8)
                .lines()
                .filter(line::equals)
                .count();
    }

    boolean isRead() {
        return (interest & Readiness.READ) != 0;
    }

    @Override
    public InetSocketAddress remoteAddress() {
        return ADDRESS;
    }

    @Override
    public int read(ByteBuffer target) {
        return 0;
    }

    @Override
    public int write(ByteBuffer source) {
        byte[] bytes = new byte[source.remaining()];
        source.get(bytes);
        taken.writeBytes(bytes);
        return bytes.length;
    }

    @Override
    public void shutdownOutput() {}

    @Override
    public void interest(int wanted) {
        interest = wanted;
    }

    @Override
    public void close() {}
}
