package io.hongyan.im.bench;

import org.HdrHistogram.Histogram;

/**
 * One run of a load.
 *
 * @param messages lines delivered to clients
 * @param reads in how many pieces they came: about as many as the server wrote
 * @param nanos how long it took
 * @param server what the server used; {@link Usage#NONE} if nobody asked it
 * @param client what the generator used
 * @param machineBusyNanos what all processors were busy together, whoever with; NaN if unknown
 * @param latencyNanos from the sending of a line to its receipt
 */
record Measurement(
        long messages,
        long reads,
        long nanos,
        Usage server,
        Usage client,
        double machineBusyNanos,
        Histogram latencyNanos) {

    double messagesPerSecond() {
        return messages * 1e9 / nanos;
    }

    double messagesPerRead() {
        return (double) messages / reads;
    }

    double serverCpuNanosPerMessage() {
        return (double) server.cpuNanos() / messages;
    }

    double serverBytesPerMessage() {
        return (double) server.allocatedBytes() / messages;
    }

    /** Processors' worth of work. */
    double serverCores() {
        return (double) server.cpuNanos() / nanos;
    }

    double clientCores() {
        return (double) client.cpuNanos() / nanos;
    }

    /** What ran beside the two; the kernel's work on behalf of nobody is in it too. */
    double otherCores() {
        return machineBusyNanos / nanos - serverCores() - clientCores();
    }

    double latencyMicros(double percentile) {
        return latencyNanos.getValueAtPercentile(percentile) / 1e3;
    }
}
