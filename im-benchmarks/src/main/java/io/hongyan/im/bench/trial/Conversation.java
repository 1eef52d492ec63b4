package io.hongyan.im.bench.trial;

import java.io.BufferedInputStream;
import java.io.DataInputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.nio.charset.StandardCharsets;

/** A connection that is used as it is meant to be. It blocks; one thread at a time, but for {@link #close} and {@link #reset}. */
final class Conversation implements AutoCloseable {
    private final Speech speech;
    private final Socket socket = new Socket();
    private final DataInputStream input;
    private final OutputStream output;

    /** @param patienceMillis how long it waits for the server at any time */
    Conversation(Speech speech, int port, int patienceMillis) throws IOException {
        this(speech, port, patienceMillis, InetAddress.getLoopbackAddress());
    }

    /** @param from the address that it has itself */
    Conversation(Speech speech, int port, int patienceMillis, InetAddress from) throws IOException {
        this.speech = speech;
        try {
            socket.bind(new InetSocketAddress(from, 0));
            socket.setTcpNoDelay(true);
            socket.setSoTimeout(patienceMillis);
            socket.connect(new InetSocketAddress(InetAddress.getLoopbackAddress(), port), patienceMillis);
            input = new DataInputStream(new BufferedInputStream(socket.getInputStream()));
            output = socket.getOutputStream();
            output.write(speech.opening());
            speech.heed(input);
        } catch (IOException e) {
            socket.close();
            throw e;
        }
    }

    void send(String text) throws IOException {
        output.write(speech.message(text));
    }

    void sendRaw(byte[] bytes) throws IOException {
        output.write(bytes);
    }

    String receive() throws IOException {
        return new String(speech.receive(input), StandardCharsets.UTF_8);
    }

    /** Says it, and waits until it has come back. */
    void echo(String text) throws IOException {
        send(text);
        String answer = receive();
        if (!answer.equals(text)) {
            throw new IOException("the server said \"" + answer + "\" where \"" + text + "\" was expected");
        }
    }

    /** Says it, and takes in whatever comes until it has come back. */
    void await(String text) throws IOException {
        send(text);
        String answer = receive();
        while (!answer.equals(text)) {
            answer = receive();
        }
    }

    /** Ends its own output, and waits for the server's end. */
    void endOutput() throws IOException {
        socket.shutdownOutput();
        while (input.read() >= 0) {
            // what was on its way
        }
    }

    /** Ends it in the rudest way. */
    void reset() throws IOException {
        socket.setSoLinger(true, 0);
        socket.close();
    }

    @Override
    public void close() throws IOException {
        socket.close();
    }
}
