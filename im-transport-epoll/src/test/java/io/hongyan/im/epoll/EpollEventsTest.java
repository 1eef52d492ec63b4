package io.hongyan.im.epoll;

import static java.lang.foreign.ValueLayout.JAVA_INT_UNALIGNED;
import static java.lang.foreign.ValueLayout.JAVA_LONG_UNALIGNED;
import static org.junit.jupiter.api.Assertions.assertEquals;

import io.hongyan.im.epoll.EpollEvents.Layout;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.util.Optional;
import org.junit.jupiter.api.Test;

final class EpollEventsTest {
    private static final long DATA = 0x0123_4567_89AB_CDEFL;

    @Test
    void shouldBePackedWhenTheMachineIsX86() {
        assertEquals(Optional.of(Layout.PACKED), Layout.of("amd64"));
        assertEquals(Optional.of(Layout.PACKED), Layout.of("x86_64"));

        expectStruct(Layout.PACKED, 12, 4);
    }

    @Test
    void shouldBeAlignedWhenTheMachineIsAarch64() {
        assertEquals(Optional.of(Layout.ALIGNED), Layout.of("aarch64"));

        expectStruct(Layout.ALIGNED, 16, 8);
    }

    @Test
    void shouldHaveNoLayoutWhenTheMachineIsAnother() {
        assertEquals(Optional.empty(), Layout.of("riscv64"));
    }

    /** The kernel itself says whether this machine's layout is right. */
    @Test
    void shouldBringTheDataBackWhenTheKernelFillsIt() {
        Arena arena = Arena.ofAuto();
        MemorySegment state = arena.allocate(Libc.STATE);
        EpollEvents events = new EpollEvents(Layout.ofThisMachine(), 3, arena);
        int epoll = Libc.epoll_create1(state, Libc.EPOLL_CLOEXEC);
        int[] eventfds = new int[2];

        for (int i = 0; i < 2; i++) {
            eventfds[i] = Libc.eventfd(state, 1, Libc.EFD_CLOEXEC);
            events.set(2, Libc.EPOLLIN, DATA + i);
            assertEquals(0, Libc.epoll_ctl(state, epoll, Libc.EPOLL_CTL_ADD, eventfds[i], events.address() + offset(2)));
        }

        assertEquals(2, Libc.epoll_wait(state, epoll, events.address(), 3, 0));
        assertEquals(Libc.EPOLLIN, events.events(0));
        assertEquals(Libc.EPOLLIN, events.events(1));
        assertEquals(2 * DATA + 1, events.data(0) + events.data(1));
        Libc.close(eventfds[0]);
        Libc.close(eventfds[1]);
        Libc.close(epoll);
    }

    private static long offset(int index) {
        return index * (Layout.ofThisMachine() == Layout.PACKED ? 12L : 16L);
    }

    @SuppressWarnings("restricted")
    private static void expectStruct(Layout layout, int size, int dataOffset) {
        EpollEvents events = new EpollEvents(layout, 2, Arena.ofAuto());
        events.set(0, 1, 2);
        events.set(1, Libc.EPOLLRDHUP, DATA);

        MemorySegment memory = MemorySegment.ofAddress(events.address()).reinterpret(2L * size);
        assertEquals(1, memory.get(JAVA_INT_UNALIGNED, 0));
        assertEquals(2, memory.get(JAVA_LONG_UNALIGNED, dataOffset));
        assertEquals(Libc.EPOLLRDHUP, memory.get(JAVA_INT_UNALIGNED, size));
        assertEquals(DATA, memory.get(JAVA_LONG_UNALIGNED, size + dataOffset));
        assertEquals(Libc.EPOLLRDHUP, events.events(1));
        assertEquals(DATA, events.data(1));
        assertEquals(2, events.capacity());
    }
}
