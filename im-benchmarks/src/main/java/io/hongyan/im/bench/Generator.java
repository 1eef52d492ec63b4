package io.hongyan.im.bench;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.ByteBuffer;
import java.nio.channels.SelectionKey;
import java.nio.channels.Selector;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.function.BooleanSupplier;
import java.util.function.Consumer;
import java.util.function.Supplier;
import org.HdrHistogram.Histogram;
import org.jspecify.annotations.Nullable;

/**
 * All clients of one load on one thread and one selector. All lines have one length, so that counting them costs a division, and begin
 * with the {@link Stamp} of their sending. The load is closed: what is sent next waits for what was sent before. With a rate it is
 * measured open instead: messages are sent as they are due, and their stamps say when that was, so that a server which keeps the
 * generator from sending is charged for the delay.
 *
 * <p>All methods belong to the thread that made it.
 */
abstract class Generator implements AutoCloseable {
    static final int BUFFER_BYTES = 64 * 1024;

    private static final int MOST_WARMUPS = 8;
    private static final long LONGEST_SELECT_MILLIS = 100;
    private static final long STALL_NANOS = Duration.ofSeconds(10).toNanos();

    private final int lineBytes;

    /** As many lines as fit, but for their stamps. */
    private final ByteBuffer lines;

    private final ByteBuffer receiveBuffer = ByteBuffer.allocateDirect(BUFFER_BYTES);
    private final Histogram latencyNanos = new Histogram(Duration.ofMinutes(1).toNanos(), 3);
    private final Consumer<SelectionKey> onReady = this::onReady;
    private final List<Client> clients = new ArrayList<>();
    private final Selector selector;
    private long received;
    private long reads;
    private boolean draining;

    /** Lines a second; 0 for as fast as they come back. */
    private int rate;

    private @Nullable Pace pace;

    Generator(int payload) {
        lineBytes = payload + 1;
        lines = ByteBuffer.allocateDirect(BUFFER_BYTES / lineBytes * lineBytes);
        for (int i = 0; i < lines.capacity(); i++) {
            lines.put(i, (byte) (i % lineBytes == payload ? '\n' : 'x'));
        }
        try {
            selector = Selector.open();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** How many clients. */
    abstract int size();

    /** How many lines are delivered for each message. */
    abstract int linesPerMessage();

    /** Sends what may be under way from the start. */
    abstract void begin() throws IOException;

    /** Called when lines have become whole. */
    abstract void onLines(Client client, int count) throws IOException;

    /** Sends one message that was due then. */
    abstract void sendNext(long dueNanos) throws IOException;

    /** After all that was ready has been read. */
    void onTurn() throws IOException {}

    /** Whether all that was sent has come. */
    abstract boolean isDrained();

    /** Whether nothing more is to be sent. */
    final boolean isDraining() {
        return draining;
    }

    /** Whether messages are sent as they are due, and none because another came back. */
    final boolean isPaced() {
        return pace != null;
    }

    /** To be measured at so many lines delivered a second. */
    final Generator atRate(int linesPerSecond) {
        rate = linesPerSecond;
        return this;
    }

    /** Whether the lines of this client count for the latency. */
    boolean isTimed(Client client) {
        return true;
    }

    /**
     * Connects all and runs the load, first to warm up. The warm-up lasts for at least that time, and on a busy machine for longer, until
     * the server has had that much of a processor: its compiler competes for the same ones.
     *
     * @param usage asked for what the server has used so far
     */
    final Measurement run(int port, Duration warmup, Duration measuring, Supplier<Usage> usage) throws IOException {
        connect(port);
        begin();
        warmUp(warmup, usage);
        if (rate > 0) {
            drain();
            beginPaced();
            turnFor(warmup);
        }
        latencyNanos.reset();
        long receivedBefore = received;
        long readsBefore = reads;
        MachineTime machineBefore = MachineTime.now();
        Usage serverBefore = usage.get();
        Usage clientBefore = Usage.now();
        long start = System.nanoTime();
        turnFor(measuring);
        long elapsed = System.nanoTime() - start;
        Usage client = Usage.now().since(clientBefore);
        Usage server = usage.get().since(serverBefore);
        double busy = MachineTime.now().busyNanosSince(machineBefore);
        Measurement measured = new Measurement(
                received - receivedBefore, reads - readsBefore, elapsed, server, client, busy, latencyNanos.copy());
        drain();
        return measured;
    }

    private void connect(int port) throws IOException {
        for (int i = 0; i < size(); i++) {
            clients.add(Client.connect(port, i));
        }
        for (Client client : clients) {
            client.awaitGreeting();
            client.register(selector);
        }
    }

    private void warmUp(Duration warmup, Supplier<Usage> usage) throws IOException {
        for (int i = 0; i < MOST_WARMUPS; i++) {
            turnFor(warmup);
            Usage server = usage.get();
            if (server.equals(Usage.NONE) || server.cpuNanos() >= warmup.toNanos()) {
                return;
            }
        }
    }

    /** Sends no more and waits for all that is under way, so that a line lost is seen. */
    private void drain() throws IOException {
        draining = true;
        turnWhile(() -> !isDrained());
    }

    private void beginPaced() {
        draining = false;
        pace = new Pace((double) rate / linesPerMessage(), System.nanoTime());
    }

    private void turnFor(Duration time) throws IOException {
        long end = System.nanoTime() + time.toNanos();
        turnWhile(() -> System.nanoTime() < end);
    }

    private void turnWhile(BooleanSupplier goesOn) throws IOException {
        long lastReceived = received;
        long lastProgress = System.nanoTime();
        while (goesOn.getAsBoolean()) {
            select();
            sendDue();
            onTurn();
            if (received != lastReceived) {
                lastReceived = received;
                lastProgress = System.nanoTime();
            } else if (System.nanoTime() - lastProgress > STALL_NANOS) {
                throw new IOException("no line came for 10 s, after " + received + " lines");
            }
        }
    }

    /** Waits in whole milliseconds; the rest of one that is too long is spent asking again and again. */
    private void select() throws IOException {
        long millis = LONGEST_SELECT_MILLIS;
        if (pace != null && !draining) {
            millis = Math.min(millis, (pace.dueNanos() - System.nanoTime()) / 1_000_000);
        }
        if (millis > 0) {
            selector.select(onReady, millis);
        } else {
            selector.selectNow(onReady);
        }
    }

    private void sendDue() throws IOException {
        if (pace == null || draining) {
            return;
        }
        long now = System.nanoTime();
        for (long due = pace.dueNanos(); due <= now; due = pace.dueNanos()) {
            sendNext(due);
            pace.advance();
        }
    }

    private void onReady(SelectionKey key) {
        Client client = (Client) key.attachment();
        try {
            if (key.isWritable()) {
                client.flush();
            }
            if (key.isReadable()) {
                read(client);
            }
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** Once: what is left over is reported again. */
    private void read(Client client) throws IOException {
        int bytes = client.read(receiveBuffer);
        int first = client.firstLine();
        int count = client.count(bytes, lineBytes);
        if (count == 0) {
            return;
        }
        int end = first + count * lineBytes;
        if (receiveBuffer.get(end - 1) != '\n') {
            throw new IOException("connection " + client.index() + ": no line ends where one should");
        }
        if (isTimed(client)) {
            time(first, end);
        }
        received += count;
        reads++;
        onLines(client, count);
    }

    /** A line that began in an earlier read has lost its stamp and is left out. */
    private void time(int first, int end) {
        long now = System.nanoTime();
        for (int line = first < 0 ? first + lineBytes : first; line < end; line += lineBytes) {
            latencyNanos.recordValue(
                    Math.min(Stamp.age(receiveBuffer, line, now), latencyNanos.getHighestTrackableValue()));
        }
    }

    /** Sends that many lines in one write. */
    final void send(Client client, int count) throws IOException {
        send(client, count, System.nanoTime());
    }

    /** The same, with a stamp that may be past. */
    final void send(Client client, int count, long stampNanos) throws IOException {
        for (int i = 0; i < count; i++) {
            Stamp.put(lines, i * lineBytes, stampNanos);
        }
        client.write(lines.limit(count * lineBytes).position(0));
        lines.clear();
    }

    /** How many lines {@link #send} takes at most. */
    final int mostAtOnce() {
        return lines.capacity() / lineBytes;
    }

    final Client client(int index) {
        return clients.get(index);
    }

    @Override
    public void close() throws IOException {
        for (Client client : clients) {
            client.close();
        }
        selector.close();
    }
}
