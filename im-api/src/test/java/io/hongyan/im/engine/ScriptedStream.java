package io.hongyan.im.engine;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.ArrayDeque;
import java.util.Deque;

/**
 * A layer around a {@link ScriptedConnection}, with all that the poller cannot know. It takes in what the socket has, hands it out a little
 * at a time, holds what the socket has no room for, and has a last word. A byte {@link #KEY} among the input is its own: it takes that for
 * what it has been waiting for.
 */
final class ScriptedStream implements Stream {
    static final char KEY = '\1';
    static final String LAST = "~bye\n";

    private final ScriptedConnection socket;
    private final ByteBuffer once = ByteBuffer.allocateDirect(64 * 1024);
    private final Deque<Byte> plain = new ArrayDeque<>();
    private byte[] leaving = {};
    private int atOnce = Integer.MAX_VALUE;
    private int takesIn = Integer.MAX_VALUE;
    private int writes;
    private boolean wantsKey;
    private boolean lastSaid;
    private boolean inconclusive;
    private boolean ended;

    ScriptedStream(Connection socket) {
        this.socket = (ScriptedConnection) socket;
    }

    // ---- the script

    /** Hands out so many plain bytes in one read. */
    ScriptedStream handsOut(int most) {
        atOnce = most;
        return this;
    }

    /** Takes so many bytes from the socket in one read. */
    ScriptedStream takesIn(int most) {
        takesIn = most;
        return this;
    }

    /** Takes nothing more to write until it has read a key. */
    ScriptedStream wantsKey() {
        wantsKey = true;
        return this;
    }

    /** Has something to say by itself. */
    ScriptedStream holds(String text) {
        hold(text.getBytes(StandardCharsets.UTF_8));
        return this;
    }

    // ---- what happened

    int held() {
        return plain.size();
    }

    int writes() {
        return writes;
    }

    boolean isWaiting() {
        return wantsKey;
    }

    private void hold(byte[] more) {
        ByteArrayOutputStream all = new ByteArrayOutputStream();
        all.writeBytes(leaving);
        all.writeBytes(more);
        leaving = all.toByteArray();
    }

    // ---- the port

    @Override
    public int pending() {
        return (plain.isEmpty() && !inconclusive ? 0 : MORE_INPUT)
                | (leaving.length == 0 ? 0 : MORE_OUTPUT)
                | (wantsKey ? WANTS_READ : 0);
    }

    @Override
    public int read(ByteBuffer target) throws IOException {
        boolean takingIn = plain.isEmpty() || !target.hasRemaining();
        inconclusive = takingIn && takeIn() && plain.isEmpty();
        int count = Math.min(Math.min(atOnce, target.remaining()), plain.size());
        for (int i = 0; i < count; i++) {
            target.put(plain.remove());
        }
        return count == 0 && ended && !inconclusive ? -1 : count;
    }

    /** Whether anything came. */
    private boolean takeIn() throws IOException {
        once.clear().limit(Math.min(takesIn, once.capacity()));
        int count = socket.read(once);
        ended = count < 0;
        once.flip();
        while (once.hasRemaining()) {
            byte next = once.get();
            if (next == KEY) {
                wantsKey = false;
            } else {
                plain.add(next);
            }
        }
        return count > 0;
    }

    @Override
    public int write(ByteBuffer source) throws IOException {
        writes++;
        int count = wantsKey ? 0 : source.remaining();
        byte[] taken = new byte[count];
        source.get(taken);
        hold(taken);
        leave();
        return count;
    }

    private void leave() throws IOException {
        if (leaving.length > 0) {
            ByteBuffer bytes =
                    ByteBuffer.allocateDirect(leaving.length).put(leaving).flip();
            socket.write(bytes);
            leaving = new byte[bytes.remaining()];
            bytes.get(leaving);
        }
    }

    @Override
    public void shutdownOutput() throws IOException {
        if (!lastSaid) {
            lastSaid = true;
            holds(LAST);
        }
        leave();
        if (leaving.length == 0) {
            socket.shutdownOutput();
        }
    }
}
