package io.hongyan.im.test.client;

import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.net.Socket;

/** Clients over TCP. */
final class Sockets implements Wiring {
    @Override
    public ClientEnd connect(InetSocketAddress server, int receiveBufferBytes) throws IOException {
        Socket socket = new Socket();
        try {
            if (receiveBufferBytes > 0) {
                socket.setReceiveBufferSize(receiveBufferBytes);
            }
            return connect(socket, server);
        } catch (IOException e) {
            socket.close();
            throw e;
        }
    }

    @Override
    public ClientEnd connectFrom(InetAddress client, InetSocketAddress server) throws IOException {
        Socket socket = new Socket();
        try {
            socket.bind(new InetSocketAddress(client, 0));
            return connect(socket, server);
        } catch (IOException e) {
            socket.close();
            throw e;
        }
    }

    private static ClientEnd connect(Socket socket, InetSocketAddress server) throws IOException {
        int patienceMillis = (int) ClientEnd.PATIENCE.toMillis();
        socket.setTcpNoDelay(true);
        socket.setSoTimeout(patienceMillis);
        socket.connect(server, patienceMillis);
        return new Connected(socket, socket.getInputStream(), socket.getOutputStream());
    }

    @Override
    public Port occupy(InetSocketAddress address) throws IOException {
        ServerSocket socket = new ServerSocket();
        try {
            socket.setReuseAddress(true);
            socket.bind(address);
            return new Listening(socket);
        } catch (IOException e) {
            socket.close();
            throw e;
        }
    }

    private record Connected(Socket socket, InputStream in, OutputStream out) implements ClientEnd {
        @Override
        public InetSocketAddress localAddress() {
            return (InetSocketAddress) socket.getLocalSocketAddress();
        }

        @Override
        public void write(byte[] bytes, int from, int to) throws IOException {
            out.write(bytes, from, to - from);
        }

        @Override
        public int read(byte[] target) throws IOException {
            return in.read(target);
        }

        @Override
        public void halfClose() throws IOException {
            socket.shutdownOutput();
        }

        @Override
        public void reset() throws IOException {
            socket.setSoLinger(true, 0);
            socket.close();
        }

        @Override
        public void close() throws IOException {
            socket.close();
        }
    }

    private record Listening(ServerSocket socket) implements Port {
        @Override
        public InetSocketAddress address() {
            return (InetSocketAddress) socket.getLocalSocketAddress();
        }

        @Override
        public void close() throws IOException {
            socket.close();
        }
    }
}
