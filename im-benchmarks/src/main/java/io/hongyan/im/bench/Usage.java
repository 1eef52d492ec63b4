package io.hongyan.im.bench;

import com.sun.management.OperatingSystemMXBean;
import com.sun.management.ThreadMXBean;
import java.lang.management.ManagementFactory;

/**
 * What a process has used since it started.
 *
 * @param cpuNanos user and system time of all its threads, compiler and collector included
 * @param allocatedBytes heap memory that its threads have asked for
 */
record Usage(long cpuNanos, long allocatedBytes) {
    static final Usage NONE = new Usage(0, 0);

    /** Of this process. */
    static Usage now() {
        OperatingSystemMXBean system = ManagementFactory.getPlatformMXBean(OperatingSystemMXBean.class);
        ThreadMXBean threads = ManagementFactory.getPlatformMXBean(ThreadMXBean.class);
        return new Usage(system.getProcessCpuTime(), threads.getTotalThreadAllocatedBytes());
    }

    Usage since(Usage before) {
        return new Usage(cpuNanos - before.cpuNanos, allocatedBytes - before.allocatedBytes);
    }
}
