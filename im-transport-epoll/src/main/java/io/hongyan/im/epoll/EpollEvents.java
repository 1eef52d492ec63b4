package io.hongyan.im.epoll;

import static java.lang.foreign.ValueLayout.JAVA_INT_UNALIGNED;
import static java.lang.foreign.ValueLayout.JAVA_LONG_UNALIGNED;

import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.util.Optional;

/** An array of C's {@code struct epoll_event { uint32_t events; uint64_t data; }}. One thread at a time. */
final class EpollEvents {
    /**
     * The kernel packs the struct on x86_64, so that 32-bit and 64-bit programs have the same; everywhere else it is
     * aligned.
     */
    enum Layout {
        PACKED(12, 4),
        ALIGNED(16, 8);

        private final int size;
        private final int dataOffset;

        Layout(int size, int dataOffset) {
            this.size = size;
            this.dataOffset = dataOffset;
        }

        /**
         * The layout of a machine.
         *
         * @param architecture what the system property {@code os.arch} says
         * @return empty for one that is not served
         */
        static Optional<Layout> of(String architecture) {
            return switch (architecture) {
                case "amd64", "x86_64" -> Optional.of(PACKED);
                case "aarch64" -> Optional.of(ALIGNED);
                default -> Optional.empty();
            };
        }

        static Layout ofThisMachine() {
            return of(System.getProperty("os.arch", "")).orElseThrow();
        }
    }

    private final Layout layout;
    private final int capacity;
    private final MemorySegment memory;

    EpollEvents(Layout layout, int capacity, Arena arena) {
        this.layout = layout;
        this.capacity = capacity;
        this.memory = arena.allocate((long) layout.size * capacity, Long.BYTES);
    }

    int capacity() {
        return capacity;
    }

    /** Where the first struct is; valid as long as this object is reachable. */
    long address() {
        return memory.address();
    }

    int events(int index) {
        return memory.get(JAVA_INT_UNALIGNED, (long) layout.size * index);
    }

    long data(int index) {
        return memory.get(JAVA_LONG_UNALIGNED, (long) layout.size * index + layout.dataOffset);
    }

    void set(int index, int events, long data) {
        memory.set(JAVA_INT_UNALIGNED, (long) layout.size * index, events);
        memory.set(JAVA_LONG_UNALIGNED, (long) layout.size * index + layout.dataOffset, data);
    }
}
