package io.hongyan.im.epoll;

import io.hongyan.im.engine.Command;
import io.hongyan.im.engine.Mailbox;
import java.nio.ByteBuffer;
import java.util.function.Consumer;
import org.agrona.BufferUtil;
import org.agrona.MutableDirectBuffer;
import org.agrona.concurrent.ControlledMessageHandler;
import org.agrona.concurrent.UnsafeBuffer;
import org.agrona.concurrent.ringbuffer.ManyToOneRingBuffer;
import org.agrona.concurrent.ringbuffer.RecordDescriptor;
import org.agrona.concurrent.ringbuffer.RingBuffer;
import org.agrona.concurrent.ringbuffer.RingBufferDescriptor;
import org.jctools.queues.MessagePassingQueue;
import org.jctools.queues.varhandle.MpscUnboundedVarHandleArrayQueue;
import org.jspecify.annotations.Nullable;

/**
 * Agrona's ring, off-heap, for the commands, and JCTools' MPSC queue for the tasks.
 *
 * <p>A record of the ring is its header alone: the length that commits it, and the command as its type. It is 8
 * bytes, which divides the ring: so {@code capacity} records fill it exactly, none is ever padding, and a ring of 8
 * or more keeps the rule that a record is at most an eighth. What a command is about are objects, which off-heap
 * memory cannot hold: they lie in {@code references}, at the record's own place in the ring.
 *
 * <p>That place is its claimer's alone from claim to read: the ring hands it out again only when {@link
 * RingBuffer#read} has moved the head past it. So the table needs no hash, no lock and no garbage. The claimer puts
 * the references, then commits, which is a release of the length; the loop reads the length, an acquire, then takes
 * and clears the references, then releases the head, which the next claimer of the place acquires.
 *
 * <p>A claim that is never committed would stop the ring for good. Between the two stand three array stores in
 * bounds, which cannot throw, and the calls of Agrona: a thread at the end of its stack is found out before the
 * claim, see {@link #reserveStack}.
 *
 * <p>The ring's memory is a direct buffer, which the collector frees: other threads may offer to a loop that has ended.
 */
final class EpollMailbox implements Mailbox {
    private static final int RECORD = RecordDescriptor.HEADER_LENGTH;
    private static final int MAX_CAPACITY = 1 << 26;
    private static final int CACHE_LINE = 64;
    private static final int TASK_CHUNK = 256;

    /** Deeper than the calls of Agrona and JCTools go, whichever of them are compiled and whichever interpreted. */
    private static final int STACK_FRAMES = 12;

    private final RingBuffer ring;

    /** Of the record at index {@code i * RECORD} of the ring: the target at {@code 2 * i}, the payload behind it. */
    private final @Nullable Object[] references;

    private final MessagePassingQueue<Runnable> tasks = new MpscUnboundedVarHandleArrayQueue<>(TASK_CHUNK);
    private final Reader reader = new Reader();

    EpollMailbox(int capacity) {
        if (capacity < 1 || capacity > MAX_CAPACITY || Integer.bitCount(capacity) != 1) {
            throw new IllegalArgumentException(
                    "capacity must be a power of two from 1 to " + MAX_CAPACITY + ", was " + capacity);
        }
        ByteBuffer memory =
                BufferUtil.allocateDirectAligned(capacity * RECORD + RingBufferDescriptor.TRAILER_LENGTH, CACHE_LINE);
        ring = new ManyToOneRingBuffer(new UnsafeBuffer(memory));
        references = new Object[2 * capacity];
    }

    @Override
    @SuppressWarnings("EnumOrdinal") // the ring is this process's alone
    public boolean offer(Command command, Object target, Object payload) {
        reserveStack(STACK_FRAMES, 0, 0, 0, 0);
        int claim = ring.tryClaim(command.ordinal() + 1, 0);
        if (claim == RingBuffer.INSUFFICIENT_CAPACITY) {
            return false;
        }
        int place = place(claim);
        references[place] = target;
        references[place + 1] = payload;
        ring.commit(claim);
        return true;
    }

    /** A read ends at the ring's end, so that one does not always take all. */
    @Override
    public int drain(Sink sink, int limit) {
        reader.sink = sink;
        reader.stopped = false;
        int drained = 0;
        while (drained < limit) {
            int read = ring.controlledRead(reader, limit - drained);
            reader.taken = 0;
            drained += read;
            if (read == 0 || reader.stopped) {
                break;
            }
        }
        return drained;
    }

    @Override
    public long tail() {
        return ring.producerPosition();
    }

    /** The ring moves its own position at the end of a read only. */
    @Override
    public long head() {
        return ring.consumerPosition() + (long) reader.taken * RECORD;
    }

    @Override
    public void execute(Runnable task) {
        reserveStack(STACK_FRAMES, 0, 0, 0, 0);
        tasks.offer(task);
    }

    /** Not {@code poll}, which spins for a task that another thread is still putting. */
    @Override
    public int drainTasks(Consumer<Runnable> sink, int limit) {
        int drained = 0;
        while (drained < limit) {
            Runnable task = tasks.relaxedPoll();
            if (task == null) {
                break;
            }
            sink.accept(task);
            drained++;
        }
        return drained;
    }

    @Override
    public boolean isEmpty() {
        return ring.producerPosition() == ring.consumerPosition() && tasks.isEmpty();
    }

    /**
     * Throws StackOverflowError now if the stack has no room for what follows, where nothing has been claimed yet.
     * What counts is the depth; the numbers are kept across the call so that a frame is not all too small.
     */
    private static long reserveStack(int frames, long a, long b, long c, long d) {
        return frames == 0 ? a : reserveStack(frames - 1, a + 1, b + 2, c + 3, d + 4) + a + b + c + d;
    }

    /** Where the references of a record are, by the index of its message, which is behind its header. */
    private static int place(int index) {
        return (index - RECORD) / RECORD * 2;
    }

    /** Hands records on; made once. Loop thread only. */
    private final class Reader implements ControlledMessageHandler {
        private Sink sink = (command, target, payload) -> true;

        /** Records of the read under way whose sinks have returned. */
        private int taken;

        /** The sink wants no more. */
        private boolean stopped;

        @Override
        public Action onMessage(int type, MutableDirectBuffer buffer, int index, int length) {
            int place = place(index);
            Object target = references[place];
            Object payload = references[place + 1];
            references[place] = null;
            references[place + 1] = null;
            stopped = !sink.onCommand(Command.of(type - 1), target, payload);
            taken++;
            return stopped ? Action.BREAK : Action.CONTINUE;
        }
    }
}
