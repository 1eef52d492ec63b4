package io.hongyan.im.bench;

import java.io.EOFException;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.ByteBuffer;
import java.nio.channels.SocketChannel;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;

/** Clients that say one line each as soon as they are connected, hear it back and then nothing. */
final class IdleClients implements AutoCloseable {
    private static final byte[] LINE = "here I am\n".getBytes(StandardCharsets.US_ASCII);

    private final List<SocketChannel> channels = new ArrayList<>();

    static IdleClients open(int port, int number) throws IOException {
        IdleClients clients = new IdleClients();
        try {
            for (int i = 0; i < number; i++) {
                clients.add(SocketChannel.open(new InetSocketAddress(InetAddress.getLoopbackAddress(), port)));
            }
            return clients;
        } catch (IOException e) {
            clients.close();
            throw e;
        }
    }

    private void add(SocketChannel channel) throws IOException {
        channels.add(channel);
        ByteBuffer line = ByteBuffer.wrap(LINE);
        while (line.hasRemaining()) {
            channel.write(line);
        }
    }

    void awaitEchoes() throws IOException {
        for (SocketChannel channel : channels) {
            ByteBuffer echo = ByteBuffer.allocate(LINE.length);
            while (echo.hasRemaining()) {
                if (channel.read(echo) < 0) {
                    throw new EOFException("the server closed a client before it answered");
                }
            }
        }
    }

    @Override
    public void close() throws IOException {
        for (SocketChannel channel : channels) {
            channel.close();
        }
    }
}
