package io.hongyan.im.test.client;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/** A client that speaks {@code line}. What the server sends must be UTF-8 to the byte; nothing but the {@code \n} is stripped. */
public final class LineClient extends RawClient {
    /**
     * A client of a connection that is there.
     *
     * @param end this client's alone
     */
    public LineClient(ClientEnd end) {
        super(end);
    }

    /**
     * Connects a socket.
     *
     * @param server where to
     * @throws IOException if it cannot connect
     */
    public LineClient(InetSocketAddress server) throws IOException {
        super(server, 0);
    }

    /**
     * Connects a socket with a receive buffer of a given size.
     *
     * @param server where to
     * @param receiveBufferBytes the kernel may round it
     * @throws IOException if it cannot connect
     */
    public LineClient(InetSocketAddress server, int receiveBufferBytes) throws IOException {
        super(server, receiveBufferBytes);
    }

    /**
     * Sends one line, in one write.
     *
     * @param line without its end
     * @throws IOException if the connection has failed
     */
    public void send(String line) throws IOException {
        sendBytes((line + "\n").getBytes(StandardCharsets.UTF_8));
    }

    /**
     * Reads one line.
     *
     * @return the line without its end; empty if the connection has ended in good order behind a whole line
     * @throws IOException if the connection has failed, or the line is not UTF-8
     */
    public Optional<String> lineOrEnd() throws IOException {
        ByteArrayOutputStream line = new ByteArrayOutputStream();
        for (int next = readByte(); next != '\n'; next = readByte()) {
            if (next < 0) {
                if (line.size() > 0) {
                    throw new AssertionError("ended inside a line, after " + line.size() + " bytes of it");
                }
                return Optional.empty();
            }
            line.write(next);
        }
        return Optional.of(StandardCharsets.UTF_8
                .newDecoder()
                .decode(ByteBuffer.wrap(line.toByteArray()))
                .toString());
    }

    /**
     * Reads one line, which must be there.
     *
     * @return the line
     * @throws IOException if the connection has failed
     */
    public String line() throws IOException {
        return lineOrEnd().orElseThrow(() -> new AssertionError("expected a line, the connection ended"));
    }

    /**
     * Reads so many lines, which must be there.
     *
     * @param count how many
     * @return the lines
     * @throws IOException if the connection has failed
     */
    public List<String> lines(int count) throws IOException {
        List<String> lines = new ArrayList<>(count);
        while (lines.size() < count) {
            lines.add(line());
        }
        return lines;
    }

    /**
     * Reads all lines until the server ends the connection in good order.
     *
     * @return the lines
     * @throws IOException if the connection has failed
     */
    public List<String> linesToEnd() throws IOException {
        List<String> lines = new ArrayList<>();
        for (Optional<String> line = lineOrEnd(); line.isPresent(); line = lineOrEnd()) {
            lines.add(line.get());
        }
        return lines;
    }

    /**
     * Reads all lines up to one.
     *
     * @param last the one
     * @return those before it
     * @throws IOException if the connection has failed
     */
    public List<String> linesBefore(String last) throws IOException {
        List<String> lines = new ArrayList<>();
        for (String line = line(); !line.equals(last); line = line()) {
            lines.add(line);
        }
        return lines;
    }

    /**
     * The next line must be this one.
     *
     * @param expected the line
     * @throws IOException if the connection has failed
     */
    public void expectLine(String expected) throws IOException {
        String line = line();
        if (!line.equals(expected)) {
            throw new AssertionError("expected the line <" + expected + ">, got <" + line + ">");
        }
    }

    /**
     * Sends a line to a server that echoes, and waits for it.
     *
     * @param line the line
     * @throws IOException if the connection has failed
     */
    public void echo(String line) throws IOException {
        send(line);
        expectLine(line);
    }
}
