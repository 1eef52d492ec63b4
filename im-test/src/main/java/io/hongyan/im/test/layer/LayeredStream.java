package io.hongyan.im.test.layer;

import io.hongyan.im.engine.Connection;
import io.hongyan.im.engine.Stream;
import java.io.IOException;
import java.nio.ByteBuffer;

/**
 * The server's side of the layer. It writes nothing before the client's hello, and nothing more after each {@link #RENEWAL} records until
 * it has read a new key; holds a part of a record, plain bytes that it hands out in small pieces, and records that the socket has no room
 * for; reads the socket once at a time, whatever comes of that; and says goodbye before the FIN. Loop thread only.
 */
final class LayeredStream implements Stream {
    /** Data records between keys; more than any burst of the contracts that has to leave without a turn of the loop. */
    static final int RENEWAL = 100;

    private static final int OUT_BYTES = 16 * 1024;

    /** What it holds of a peer that goes on sending in place of its key; all that any test sends. */
    private static final int MOST_HELD_BYTES = 64 * 1024 * 1024;

    private static final int[] PIECES = {1, 700, 2, 1500, 64};
    private static final int[] RECORDS = {Kind.MOST_BYTES, 1, 1000, Kind.MOST_BYTES};

    private final Connection socket;

    /** A part of a record, at its start. */
    private final ByteBuffer in = ByteBuffer.allocateDirect(2 * Kind.MOST_BYTES);

    /** Records that have not left, at its start. */
    private final ByteBuffer out = ByteBuffer.allocateDirect(OUT_BYTES);

    private final byte[] piece = new byte[Kind.MOST_BYTES];
    private final Plain plain = new Plain();
    private int reads;
    private int records;

    private boolean greeted;
    private boolean keyWanted;
    private boolean goodbyeSaid;

    /** The last read of the socket gave something, but nothing to hand out. */
    private boolean inconclusive;

    private boolean ended;
    private boolean endTold;

    LayeredStream(Connection socket) {
        this.socket = socket;
    }

    @Override
    public int pending() {
        boolean input = !plain.isEmpty() || inconclusive || (ended && !endTold);
        boolean output = out.position() > 0;
        return (input ? MORE_INPUT : 0) | (output ? MORE_OUTPUT : 0) | (isBlocked() ? WANTS_READ : 0);
    }

    /** Whoever has ended its output gives no key any more, and need not. */
    private boolean isBlocked() {
        return !ended && (!greeted || keyWanted);
    }

    // ---- input

    @Override
    public int read(ByteBuffer target) throws IOException {
        if (!ended && (plain.isEmpty() || !target.hasRemaining())) {
            takeIn();
        }
        if (!target.hasRemaining()) {
            return 0;
        }
        int most = Math.min(PIECES[reads++ % PIECES.length], target.remaining());
        int count = plain.take(piece, most);
        target.put(piece, 0, count);
        endTold = ended && count == 0;
        return endTold ? -1 : count;
    }

    private void takeIn() throws IOException {
        int count = socket.read(in);
        if (count < 0) {
            if (in.position() > 0) {
                throw new IOException("ended inside a record");
            }
            ended = true;
        }
        in.flip();
        Kind.takeAll(in, this::take);
        in.compact();
        inconclusive = count > 0 && plain.isEmpty() && !ended;
    }

    private void take(Kind kind, byte[] payload) throws IOException {
        if (greeted == (kind == Kind.HELLO) || ended || plain.size() > MOST_HELD_BYTES) {
            throw new IOException("a record out of place: " + kind);
        }
        switch (kind) {
            case HELLO -> {
                greeted = true;
                Kind.HELLO.put(out);
            }
            case DATA -> plain.add(payload);
            case KEY -> {
                keyWanted = false;
                records = 0;
            }
            case GOODBYE -> ended = true;
            case ASK -> throw new IOException("a record that only the server sends: " + kind);
        }
    }

    // ---- output

    @Override
    public int write(ByteBuffer source) throws IOException {
        if (goodbyeSaid && source.hasRemaining()) {
            throw new IllegalStateException("a write after the end of output");
        }
        leave();
        if (!greeted && ended) {
            throw new IOException("ended before its hello");
        }
        int before = source.remaining();
        while (source.hasRemaining() && !isBlocked() && hasRoom()) {
            putRecord(source);
            if (!hasRoom()) {
                leave();
            }
        }
        leave();
        return before - source.remaining();
    }

    /** For a record of whatever length, and another behind it. */
    private boolean hasRoom() {
        return out.remaining() >= 2 * Kind.HEADER_BYTES + Kind.MOST_BYTES + Kind.TOKEN_BYTES;
    }

    private void putRecord(ByteBuffer source) {
        Kind.DATA.put(out, source, Math.min(RECORDS[records++ % RECORDS.length], source.remaining()));
        if (records >= RENEWAL && !ended) {
            keyWanted = true;
            Kind.ASK.put(out);
        }
    }

    private void leave() throws IOException {
        if (out.position() > 0) {
            out.flip();
            try {
                socket.write(out);
            } finally {
                out.compact();
            }
        }
    }

    @Override
    public void shutdownOutput() throws IOException {
        leave();
        if (!goodbyeSaid && out.remaining() >= Kind.HEADER_BYTES + Kind.TOKEN_BYTES) {
            goodbyeSaid = true;
            Kind.GOODBYE.put(out);
            leave();
        }
        if (out.position() == 0) {
            socket.shutdownOutput();
        }
    }
}
