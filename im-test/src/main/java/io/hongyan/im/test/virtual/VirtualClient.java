package io.hongyan.im.test.virtual;

import io.hongyan.im.ClientSession;
import io.hongyan.im.CloseReason;
import io.hongyan.im.Message;
import io.hongyan.im.test.client.Spoken;
import java.net.InetSocketAddress;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.HexFormat;
import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * One client of a {@link VirtualServer}. What it does is over, with all that follows from it, when the call returns, unless it is one of
 * several done {@link VirtualServer#together}. What it receives is kept until it is expected, in order. The test's thread only.
 */
public final class VirtualClient {
    private static final int BYTES_SHOWN = 16;

    private final VirtualServer server;
    private final Simulation simulation;
    private final Link link;
    private final ClientCodec codec;
    private final String name;
    private final Deque<Message> received = new ArrayDeque<>();
    private final List<String> notices = new ArrayList<>();

    /** Messages and notices in their order. */
    private final List<String> heard = new ArrayList<>();

    private boolean reading = true;
    private boolean ended;

    /** Kept, since a server forgets it. */
    private @Nullable ClientSession session;

    VirtualClient(VirtualServer server, Simulation simulation, Link link, ClientCodec codec, String name) {
        this.server = server;
        this.simulation = simulation;
        this.link = link;
        this.codec = codec;
        this.name = name;
        simulation.add(new Uplink(simulation, link));
        simulation.add(new Downlink());
    }

    // ---- doing

    /**
     * Sends a text message.
     *
     * @param text the text
     * @return this
     */
    public VirtualClient send(String text) {
        return send(Message.text(text));
    }

    /**
     * Sends a message.
     *
     * @param message the message
     * @return this
     * @throws IllegalArgumentException if the protocol cannot carry it
     */
    public VirtualClient send(Message message) {
        byte[] bytes = codec.encode(message);
        simulation.note(name, "-> " + describe(message));
        if (Spoken.KEPT) {
            Spoken.note(message.bytes(), 0, message.length());
        }
        return put(bytes);
    }

    /**
     * Sends bytes as they are, whatever the protocol says of them.
     *
     * @param bytes the bytes
     * @return this
     */
    public VirtualClient sendBytes(byte[] bytes) {
        simulation.note(name, "-> " + bytes.length + " raw bytes");
        Spoken.note(bytes, 0, bytes.length);
        return put(bytes);
    }

    private VirtualClient put(byte[] bytes) {
        link.send(bytes, 0, bytes.length);
        return acted();
    }

    /**
     * Reads no more: what the server sends piles up.
     *
     * @return this
     */
    public VirtualClient stopReading() {
        simulation.note(name, "stops reading");
        reading = false;
        return acted();
    }

    /**
     * Reads again.
     *
     * @return this
     */
    public VirtualClient startReading() {
        simulation.note(name, "reads again");
        reading = true;
        return acted();
    }

    /**
     * Ends its output with a FIN, and still reads.
     *
     * @return this
     */
    public VirtualClient endOutput() {
        simulation.note(name, "ends its output");
        link.clientEnded = true;
        return acted();
    }

    /**
     * Breaks the connection with an RST; what is on its way is lost.
     *
     * @return this
     */
    public VirtualClient reset() {
        simulation.note(name, "resets");
        link.reset();
        ended = true;
        return acted();
    }

    private VirtualClient acted() {
        server.settle();
        return this;
    }

    // ---- expecting

    /**
     * The next message must be this text.
     *
     * @param text the text
     * @return this
     */
    public VirtualClient expectMessage(String text) {
        Message message = nextMessage();
        if (!message.isText() || !message.text().equals(text)) {
            throw server.failure(name + " expected \"" + text + "\", got " + describe(message));
        }
        return this;
    }

    /**
     * The next message must be this.
     *
     * @param expected the message
     * @return this
     */
    public VirtualClient expectMessage(Message expected) {
        Message message = nextMessage();
        if (!message.equals(expected)) {
            throw server.failure(name + " expected " + describe(expected) + ", got " + describe(message));
        }
        return this;
    }

    /**
     * The next messages must be these texts.
     *
     * @param texts in order
     * @return this
     */
    public VirtualClient expectMessages(String... texts) {
        for (String text : texts) {
            expectMessage(text);
        }
        return this;
    }

    /**
     * The next message, which must be there.
     *
     * @return the message; each is given once
     */
    public Message nextMessage() {
        server.settleToLook();
        Message message = received.poll();
        if (message == null) {
            throw server.failure(
                    name + " expected a message, " + (ended ? "the connection has ended" : "there is none"));
        }
        return message;
    }

    /**
     * No message is left.
     *
     * @return this
     */
    public VirtualClient expectNothing() {
        server.settleToLook();
        Message message = received.peek();
        if (message != null) {
            throw server.failure(name + " expected nothing, got " + describe(message));
        }
        return this;
    }

    /**
     * The server says something by itself: the first notice that was not expected yet begins so.
     *
     * @param beginning such as {@code closing POLICY} or {@code missed 3}
     * @return this
     */
    public VirtualClient expectNotice(String beginning) {
        server.settleToLook();
        if (notices.isEmpty() || !notices.get(0).startsWith(beginning)) {
            throw server.failure(name + " expected the notice \"" + beginning + "..\", got " + notices);
        }
        notices.remove(0);
        return this;
    }

    /**
     * No message is left that was not expected, the connection has ended and the session closed for this reason.
     *
     * @param code the reason's code
     * @return this
     */
    public VirtualClient expectClosed(CloseReason.Code code) {
        expectNothing();
        Optional<CloseReason> reason = session == null ? Optional.empty() : server.reasonOf(session);
        if (reason.isEmpty()) {
            throw server.failure(name + " expected to be closed with " + code + ", its session "
                    + (session == null ? "never opened" : "is open"));
        }
        if (reason.get().code() != code) {
            throw server.failure(name + " expected to be closed with " + code + ", was with " + reason.get());
        }
        if (!ended && reading) {
            throw server.failure(name + " expected the end of the connection, which is open");
        }
        return this;
    }

    // ---- seeing

    /**
     * Whether the connection has ended, and the client knows.
     *
     * @return whether it has
     */
    public boolean hasEnded() {
        return ended;
    }

    /**
     * Messages received and not yet expected.
     *
     * @return in order
     */
    public List<Message> received() {
        return List.copyOf(received);
    }

    /**
     * What the server has said by itself and was not yet expected.
     *
     * @return in order
     */
    public List<String> notices() {
        return List.copyOf(notices);
    }

    /**
     * The server's side of it.
     *
     * @return the session, also after its end
     * @throws AssertionError if it never opened
     */
    public ClientSession session() {
        server.settle();
        if (session == null) {
            throw server.failure("the session of " + name + " has not opened");
        }
        return session;
    }

    /** The name in the transcript. */
    @Override
    public String toString() {
        return name;
    }

    void note(String what) {
        simulation.note(name, what);
    }

    void opened(ClientSession by) {
        session = by;
    }

    InetSocketAddress address() {
        return link.client;
    }

    Link link() {
        return link;
    }

    boolean isReading() {
        return reading;
    }

    List<String> heard() {
        return heard;
    }

    boolean is(ClientSession candidate) {
        return candidate.remoteAddress().equals(link.client);
    }

    private static String describe(Message message) {
        if (message.isText()) {
            return "\"" + message.text() + "\"";
        }
        byte[] bytes = message.bytes();
        String start = HexFormat.of().formatHex(bytes, 0, Math.min(bytes.length, BYTES_SHOWN));
        return bytes.length + " bytes " + start + (bytes.length > BYTES_SHOWN ? ".." : "");
    }

    /** Takes what the server has written, when the client reads. */
    private final class Downlink implements Actor, ClientCodec.Sink {
        @Override
        public boolean canAct() {
            return reading && !ended && (link.resetByServer || link.serverEnded || !link.toClient.isEmpty());
        }

        @Override
        public boolean isOver() {
            return ended;
        }

        @Override
        public boolean sharesMemory() {
            return false;
        }

        @Override
        public void act() {
            if (!link.resetByServer && simulation.strikes(Fault.RESET)) {
                simulation.reset(link);
            }
            if (!link.toClient.isEmpty()) {
                int count = simulation.some(Fault.CUT, link.toClient.size());
                link.taken += count;
                codec.decode(ByteBuffer.wrap(link.toClient.take(count)), this);
                return;
            }
            simulation.note(name, link.resetByServer ? "is reset" : "sees the end");
            ended = true;
            link.clientEnded = true;
        }

        @Override
        public void message(Message message) {
            simulation.note(name, "<- " + describe(message));
            received.add(message);
            heard.add(new String(message.bytes(), StandardCharsets.UTF_8));
        }

        @Override
        public void notice(String text) {
            simulation.note(name, "<- notice: " + text);
            notices.add(text);
            heard.add(text);
        }

        @Override
        public void reply(byte[] bytes) {
            link.send(bytes, 0, bytes.length);
        }
    }
}
