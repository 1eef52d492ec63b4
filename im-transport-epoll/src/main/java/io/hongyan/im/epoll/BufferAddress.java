package io.hongyan.im.epoll;

import java.lang.foreign.MemorySegment;
import java.nio.ByteBuffer;
import org.jspecify.annotations.Nullable;

/** The address of a direct buffer, remembered for the one asked for last: a loop asks for the same one all its life. */
final class BufferAddress {
    /** Held strongly, so that its memory stays while a call uses it. */
    private @Nullable ByteBuffer last;

    /** Of the buffer's index 0. */
    private long base;

    /** The address of the next byte to read or write. */
    @SuppressWarnings("ReferenceEquality") // buffers are equal by content
    long atPosition(ByteBuffer buffer) {
        if (buffer != last) {
            if (!buffer.isDirect()) {
                throw new IllegalArgumentException("a buffer for the kernel must be direct, was " + buffer);
            }
            base = MemorySegment.ofBuffer(buffer.duplicate().clear()).address();
            last = buffer;
        }
        return base + buffer.position();
    }
}
