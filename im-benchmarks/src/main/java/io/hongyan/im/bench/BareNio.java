package io.hongyan.im.bench;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.ByteBuffer;
import java.nio.channels.ClosedSelectorException;
import java.nio.channels.SelectionKey;
import java.nio.channels.Selector;
import java.nio.channels.ServerSocketChannel;
import java.nio.channels.SocketChannel;

/** Echo with a channel and its key for each client and nothing else: what the JDK's own objects weigh. */
final class BareNio implements ServerUnderTest {
    static final String NAME = "bare-nio";

    private final Selector selector = Selector.open();
    private final ServerSocketChannel listener = ServerSocketChannel.open();
    private final ByteBuffer buffer = ByteBuffer.allocateDirect(1024);
    private final Thread loop = new Thread(this::serve, NAME);

    BareNio() throws IOException {
        listener.bind(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 4096);
        listener.configureBlocking(false);
        listener.register(selector, SelectionKey.OP_ACCEPT);
        loop.start();
    }

    private void serve() {
        try {
            while (selector.isOpen()) {
                selector.select(this::onReady);
            }
        } catch (ClosedSelectorException e) {
            // closed from another thread: the end
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private void onReady(SelectionKey key) {
        try {
            if (key.isAcceptable()) {
                accept();
            } else {
                echo((SocketChannel) key.channel());
            }
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private void accept() throws IOException {
        for (SocketChannel client = listener.accept(); client != null; client = listener.accept()) {
            client.configureBlocking(false);
            client.register(selector, SelectionKey.OP_READ);
        }
    }

    /** A short line fits into an empty socket. */
    private void echo(SocketChannel client) throws IOException {
        if (client.read(buffer.clear()) < 0) {
            client.close();
            return;
        }
        client.write(buffer.flip());
    }

    @Override
    public int port() {
        return listener.socket().getLocalPort();
    }

    @Override
    public String description() {
        return "a channel and its key";
    }

    @Override
    public void close() {
        try {
            selector.close();
            listener.close();
            loop.join();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }
}
