package io.hongyan.im.engine;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * One connection, with the kernel's side of it written by a test. Calls that a real one would not survive are noted in {@link
 * #violations}: whatever comes after close (X4), output after its end or after a failed write (S5).
 */
final class ScriptedConnection implements Connection {
    private static final byte[] END = {};

    private final InetSocketAddress address;

    /** What reads give, in turn: bytes, {@link #END}, a failure or a bug; then nothing for now. */
    private final Deque<Object> input = new ArrayDeque<>();

    private final ByteArrayOutputStream taken = new ByteArrayOutputStream();
    private final List<String> violations = new ArrayList<>();
    private int interest;
    private int bitsAlways;
    private int bitsNever;
    private int mostPerWrite = Integer.MAX_VALUE;
    private long room = Long.MAX_VALUE;
    private long failsAfter = Long.MAX_VALUE;
    private boolean writeFailed;
    private @Nullable RuntimeException writeBug;
    private @Nullable RuntimeException interestBug;
    private boolean outputEnded;
    private int closes;
    private int reads;
    private int writes;

    ScriptedConnection(int port) {
        this(InetAddress.getLoopbackAddress(), port);
    }

    ScriptedConnection(InetAddress peer, int port) {
        address = new InetSocketAddress(peer, port);
    }

    // ---- the script

    ScriptedConnection sends(String text) {
        return sends(text.getBytes(StandardCharsets.UTF_8));
    }

    ScriptedConnection sends(byte[] bytes) {
        if (bytes.length > 0) {
            input.add(bytes.clone());
        }
        return this;
    }

    ScriptedConnection endsOutput() {
        input.add(END);
        return this;
    }

    ScriptedConnection resets() {
        input.add(new IOException("Connection reset by peer"));
        return this;
    }

    /** The transport has a bug: the next read throws what it must not. */
    ScriptedConnection breaksOnRead(RuntimeException bug) {
        input.add(bug);
        return this;
    }

    /** The same of each write. */
    ScriptedConnection breaksOnWrite(RuntimeException bug) {
        writeBug = bug;
        return this;
    }

    /** The same of the next change of interest. */
    ScriptedConnection breaksOnInterest(RuntimeException bug) {
        interestBug = bug;
        return this;
    }

    private static void reach(@Nullable RuntimeException bug) {
        if (bug != null) {
            throw bug;
        }
    }

    /** Reported with every mask that is not 0, whatever is true; the peer's end only to those who read, as by EPOLLRDHUP. */
    ScriptedConnection reportsAlways(int bits) {
        bitsAlways = bits;
        return this;
    }

    ScriptedConnection reportsNever(int bits) {
        bitsNever = bits;
        return this;
    }

    /** How much the kernel takes from now on until it is full. */
    ScriptedConnection takes(long bytes) {
        room = bytes;
        return this;
    }

    ScriptedConnection takesAtOnce(int most) {
        mostPerWrite = most;
        return this;
    }

    /** Each write fails once so many bytes in all were taken. */
    ScriptedConnection failsAfter(long bytes) {
        failsAfter = bytes;
        return this;
    }

    // ---- what happened

    byte[] taken() {
        return taken.toByteArray();
    }

    void forgetTaken() {
        taken.reset();
    }

    String takenText() {
        return taken.toString(StandardCharsets.UTF_8);
    }

    List<String> violations() {
        return violations;
    }

    boolean isClosed() {
        return closes > 0;
    }

    int closes() {
        return closes;
    }

    boolean outputEnded() {
        return outputEnded;
    }

    int interest() {
        return interest;
    }

    int writes() {
        return writes;
    }

    int systemCalls() {
        return reads + writes;
    }

    boolean hasUnreadInput() {
        return !input.isEmpty();
    }

    /** Bytes that came and were not read. */
    int unread() {
        return input.stream()
                .mapToInt(next -> next instanceof byte[] bytes ? bytes.length : 0)
                .sum();
    }

    /** What a level-triggered kernel reports now. */
    int readiness() {
        if (interest == 0 || isClosed()) {
            return 0;
        }
        int readable = input.isEmpty() ? 0 : Readiness.READ;
        int writable = room > 0 || taken.size() >= failsAfter ? Readiness.WRITE : 0;
        int always = (interest & Readiness.READ) == 0 ? bitsAlways & ~Readiness.PEER_CLOSED : bitsAlways;
        return (readable | writable) & interest & ~bitsNever | always;
    }

    // ---- the port

    @Override
    public InetSocketAddress remoteAddress() {
        return address;
    }

    @Override
    public int read(ByteBuffer target) throws IOException {
        note(isClosed(), "read after close");
        note(!target.isDirect() || !target.hasRemaining(), "read into " + target);
        reads++;
        Object next = input.peek();
        if (next == null) {
            return 0;
        }
        if (next instanceof IOException failure) {
            throw failure;
        }
        if (next instanceof RuntimeException bug) {
            throw bug;
        }
        if (next == END) {
            return -1;
        }
        ByteBuffer bytes = ByteBuffer.wrap((byte[]) input.remove());
        int count = Math.min(bytes.remaining(), target.remaining());
        target.put(bytes.slice().limit(count));
        bytes.position(count);
        if (bytes.hasRemaining()) {
            byte[] rest = new byte[bytes.remaining()];
            bytes.get(rest);
            input.addFirst(rest);
        }
        return count;
    }

    @Override
    public int write(ByteBuffer source) throws IOException {
        note(isClosed(), "write after close");
        note(outputEnded, "write after the end of output");
        note(writeFailed, "write after a failed write");
        note(!source.isDirect() || !source.hasRemaining(), "write from " + source);
        writes++;
        reach(writeBug);
        if (taken.size() >= failsAfter) {
            writeFailed = true;
            throw new IOException("Broken pipe");
        }
        int count =
                (int) Math.min(Math.min(source.remaining(), mostPerWrite), Math.min(room, failsAfter - taken.size()));
        byte[] bytes = new byte[count];
        source.get(bytes);
        taken.writeBytes(bytes);
        room -= room == Long.MAX_VALUE ? 0 : count;
        return count;
    }

    @Override
    public void shutdownOutput() {
        note(isClosed(), "end of output after close");
        note(outputEnded, "output ended twice");
        outputEnded = true;
    }

    @Override
    public void interest(int wanted) {
        note(isClosed(), "interest after close");
        RuntimeException bug = interestBug;
        interestBug = null;
        reach(bug);
        note((wanted & ~(Readiness.READ | Readiness.WRITE)) != 0, "interest in " + wanted);
        interest = wanted;
    }

    @Override
    public void close() {
        closes++;
    }

    /** What the poller does when it is given this. */
    void registered(int wanted) {
        note(isClosed(), "registered after close");
        interest = wanted;
    }

    private void note(boolean broken, String what) {
        if (broken) {
            violations.add(address.getPort() + ": " + what);
        }
    }
}
