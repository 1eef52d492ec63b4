package io.hongyan.im.test.layer;

import io.hongyan.im.test.client.ClientEnd;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.net.SocketException;
import java.nio.ByteBuffer;

/**
 * The client's side of the layer: says hello at once, data right behind it, and gives a key whenever it reads that one is wanted. An end
 * without a goodbye is no end in good order.
 */
final class LayeredEnd implements ClientEnd {
    private final ClientEnd below;

    /** Guards what is written: keys go out of the thread that reads. */
    private final Object writing = new Object();

    private final byte[] received = new byte[Kind.MOST_BYTES];
    private final ByteBuffer in = ByteBuffer.allocate(2 * Kind.MOST_BYTES + Kind.HEADER_BYTES);
    private final Plain plain = new Plain();
    private boolean ended;

    LayeredEnd(ClientEnd below) throws IOException {
        this.below = below;
        try {
            say(Kind.HELLO);
        } catch (IOException refused) {
            // The next read tells.
        }
    }

    @Override
    public InetSocketAddress localAddress() {
        return below.localAddress();
    }

    private void say(Kind kind) throws IOException {
        ByteBuffer record = ByteBuffer.allocate(Kind.HEADER_BYTES + Kind.TOKEN_BYTES);
        kind.put(record);
        synchronized (writing) {
            below.write(record.array(), 0, record.position());
        }
    }

    /** In two writes that part inside the last record. */
    @Override
    public void write(byte[] bytes, int from, int to) throws IOException {
        ByteBuffer source = ByteBuffer.wrap(bytes, from, to - from);
        int most = (to - from) / Kind.MOST_BYTES + 1;
        ByteBuffer records = ByteBuffer.allocate(to - from + most * Kind.HEADER_BYTES);
        while (source.hasRemaining()) {
            Kind.DATA.put(records, source, Math.min(source.remaining(), Kind.MOST_BYTES));
        }
        synchronized (writing) {
            int cut = Math.max(0, records.position() - 1);
            below.write(records.array(), 0, cut);
            below.write(records.array(), cut, records.position());
        }
    }

    @Override
    public int read(byte[] target) throws IOException {
        while (plain.isEmpty() && !ended) {
            int count = below.read(received);
            if (count < 0) {
                throw new SocketException("ended without a goodbye");
            }
            in.put(received, 0, count).flip();
            Kind.takeAll(in, this::take);
            in.compact();
        }
        return plain.isEmpty() ? -1 : plain.take(target, target.length);
    }

    private void take(Kind kind, byte[] payload) throws IOException {
        if (ended) {
            throw new IOException("a record after the goodbye: " + kind);
        }
        switch (kind) {
            case HELLO -> {}
            case DATA -> plain.add(payload);
            case ASK -> giveKey();
            case GOODBYE -> ended = true;
            case KEY -> throw new IOException("a record that only a client sends: " + kind);
        }
    }

    private void giveKey() {
        try {
            say(Kind.KEY);
        } catch (IOException ended) {
            // Output has; what was sent before can be read all the same.
        }
    }

    @Override
    public void halfClose() throws IOException {
        say(Kind.GOODBYE);
        below.halfClose();
    }

    @Override
    public void reset() throws IOException {
        below.reset();
    }

    @Override
    public void close() throws IOException {
        below.close();
    }
}
