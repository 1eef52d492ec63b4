package io.hongyan.im.bench;

import java.io.EOFException;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.StandardSocketOptions;
import java.nio.ByteBuffer;
import java.nio.channels.SelectionKey;
import java.nio.channels.Selector;
import java.nio.channels.SocketChannel;
import java.nio.charset.StandardCharsets;
import org.jspecify.annotations.Nullable;

/** One connection of the {@link Generator}. Its thread only. */
final class Client implements AutoCloseable {
    private final SocketChannel channel;
    private final int index;

    /** Bytes received of a line that is not yet whole. */
    private int begunBytes;

    private long received;
    private @Nullable SelectionKey key;
    private @Nullable ByteBuffer unsent;

    private Client(SocketChannel channel, int index) {
        this.channel = channel;
        this.index = index;
    }

    static Client connect(int port, int index) throws IOException {
        SocketChannel channel = SocketChannel.open(new InetSocketAddress(InetAddress.getLoopbackAddress(), port));
        channel.setOption(StandardSocketOptions.TCP_NODELAY, true);
        return new Client(channel, index);
    }

    /** Waits for the server's first words. */
    void awaitGreeting() throws IOException {
        ByteBuffer greeting = ByteBuffer.allocate(Workload.GREETING.length() + 1);
        while (greeting.hasRemaining()) {
            if (channel.read(greeting) < 0) {
                throw new EOFException("the server closed connection " + index + " before it greeted");
            }
        }
        String said = new String(greeting.array(), StandardCharsets.US_ASCII);
        if (!said.equals(Workload.GREETING + "\n")) {
            throw new IOException("the server greeted connection " + index + " with \"" + said.strip() + "\"");
        }
    }

    void register(Selector selector) throws IOException {
        channel.configureBlocking(false);
        key = channel.register(selector, SelectionKey.OP_READ, this);
    }

    int index() {
        return index;
    }

    /** Whole lines. */
    long received() {
        return received;
    }

    /** Where in the buffer of the last {@link #read} the first new line begins; negative if it had begun before. */
    int firstLine() {
        return -begunBytes;
    }

    int read(ByteBuffer buffer) throws IOException {
        int count = channel.read(buffer.clear());
        if (count < 0) {
            throw new EOFException("the server closed connection " + index + " after " + received + " lines");
        }
        return count;
    }

    /** Counts what was read and gives the number of lines that are whole now. All have the same length. */
    int count(int bytes, int lineBytes) {
        int all = begunBytes + bytes;
        int lines = all / lineBytes;
        begunBytes = all - lines * lineBytes;
        received += lines;
        return lines;
    }

    /** Writes at once; what the kernel does not take is kept until {@link #flush}. */
    void write(ByteBuffer bytes) throws IOException {
        if (unsent == null) {
            channel.write(bytes);
        }
        if (bytes.hasRemaining()) {
            keep(bytes);
        }
    }

    private void keep(ByteBuffer bytes) {
        int before = unsent == null ? 0 : unsent.remaining();
        ByteBuffer kept = ByteBuffer.allocate(before + bytes.remaining());
        if (unsent != null) {
            kept.put(unsent);
        }
        unsent = kept.put(bytes).flip();
        watch(SelectionKey.OP_READ | SelectionKey.OP_WRITE);
    }

    void flush() throws IOException {
        if (unsent == null) {
            return;
        }
        channel.write(unsent);
        if (!unsent.hasRemaining()) {
            unsent = null;
            watch(SelectionKey.OP_READ);
        }
    }

    private void watch(int operations) {
        if (key != null) {
            key.interestOps(operations);
        }
    }

    @Override
    public void close() throws IOException {
        channel.close();
    }
}
