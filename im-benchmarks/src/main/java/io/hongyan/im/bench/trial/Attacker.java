package io.hongyan.im.bench.trial;

import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.StandardSocketOptions;
import java.nio.ByteBuffer;
import java.nio.channels.SocketChannel;
import org.jspecify.annotations.Nullable;

/** One hostile connection, with the smallest buffers that the system gives. Waits for nothing but its connect. One thread only. */
final class Attacker implements AutoCloseable {
    static final int BUFFER_BYTES = 4096;
    private static final int CONNECT_MILLIS = 2000;
    private static final ByteBuffer NOTHING = ByteBuffer.allocate(0);

    private final InetSocketAddress address;
    private final ByteBuffer heard;
    private @Nullable SocketChannel channel;
    private ByteBuffer unsent = NOTHING;

    /** @param heard what it hears is put there and forgotten; others may use it, too */
    Attacker(int port, ByteBuffer heard) {
        this.heard = heard;
        address = new InetSocketAddress(InetAddress.getLoopbackAddress(), port);
    }

    /** False if that is impossible now. */
    boolean connect() {
        close();
        unsent = NOTHING;
        try {
            SocketChannel opened = SocketChannel.open();
            channel = opened;
            opened.setOption(StandardSocketOptions.SO_RCVBUF, BUFFER_BYTES);
            opened.setOption(StandardSocketOptions.TCP_NODELAY, true);
            opened.socket().connect(address, CONNECT_MILLIS);
            opened.configureBlocking(false);
            return true;
        } catch (IOException e) {
            close();
            return false;
        }
    }

    /** As far as it knows. */
    boolean isConnected() {
        return channel != null;
    }

    /** Begins to send, if all that was begun before has left. True if it has begun. */
    boolean offer(byte[] bytes) {
        if (channel == null || unsent.hasRemaining()) {
            return false;
        }
        unsent = ByteBuffer.wrap(bytes);
        push();
        return true;
    }

    /** Goes on sending. True if nothing is left. */
    boolean push() {
        try {
            if (channel != null && unsent.hasRemaining()) {
                channel.write(unsent);
            }
        } catch (IOException e) {
            close();
        }
        return !unsent.hasRemaining();
    }

    /** Reads what there is; so it learns of its end. Answers the bytes. */
    int listen() {
        int all = 0;
        try {
            while (channel != null) {
                int count = channel.read(heard.clear());
                if (count < 0) {
                    close();
                }
                if (count <= 0) {
                    return all;
                }
                all += count;
            }
        } catch (IOException e) {
            close();
        }
        return all;
    }

    @Override
    public void close() {
        SocketChannel closing = channel;
        channel = null;
        if (closing != null) {
            try {
                closing.close();
            } catch (IOException e) {
                // It is gone either way.
            }
        }
    }
}
