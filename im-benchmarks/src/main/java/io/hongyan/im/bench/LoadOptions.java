package io.hongyan.im.bench;

import java.time.Duration;
import picocli.CommandLine.Option;

/** The shape of a load, as options of {@link Load} and {@link Compare}. */
final class LoadOptions {
    @Option(
            names = {"-w", "--workload"},
            paramLabel = "echo|room",
            description = "Default: echo.")
    private Workload workload = Workload.ECHO;

    @Option(names = "--connections", paramLabel = "N", description = "Of an echo; default: ${DEFAULT-VALUE}.")
    private int connections = 100;

    @Option(
            names = "--depth",
            paramLabel = "D",
            description = "Messages of one connection under way at once in an echo; default: ${DEFAULT-VALUE}.")
    private int depth = 1;

    @Option(names = "--members", paramLabel = "M", description = "Of a room; default: ${DEFAULT-VALUE}.")
    private int members = 500;

    @Option(names = "--senders", paramLabel = "S", description = "Of the members of a room; default: ${DEFAULT-VALUE}.")
    private int senders = 8;

    @Option(
            names = "--window",
            paramLabel = "W",
            description =
                    "Messages under way to a room at once, until its last member has them; default: ${DEFAULT-VALUE}.")
    private int window = 8;

    @Option(
            names = "--rate",
            paramLabel = "N",
            description = "Lines delivered a second, sent as they are due and timed from then; default: each sent when"
                    + " another has come.")
    private int rate;

    @Option(
            names = "--payload",
            paramLabel = "BYTES",
            description = "Of a message, without its line end; default: ${DEFAULT-VALUE}.")
    private int payload = 64;

    @Option(
            names = "--warmup",
            paramLabel = "SECONDS",
            description = "Before the measuring; default: ${DEFAULT-VALUE}.")
    private int warmupSeconds = 4;

    @Option(names = "--seconds", paramLabel = "SECONDS", description = "Of measuring; default: ${DEFAULT-VALUE}.")
    private int seconds = 6;

    Generator newGenerator() {
        requireRange("--payload", payload, Stamp.BYTES, 60_000);
        requireRange("--rate", rate, 0, 10_000_000);
        return generator().atRate(rate);
    }

    private Generator generator() {
        return switch (workload) {
            case ECHO -> {
                requireRange("--connections", connections, 1, 20_000);
                requireRange("--depth", depth, 1, Generator.BUFFER_BYTES / (payload + 1));
                yield new EchoGenerator(connections, depth, payload);
            }
            case ROOM -> {
                requireRange("--members", members, 1, 20_000);
                requireRange("--senders", senders, 1, members);
                requireRange("--window", window, 1, 100_000);
                yield new RoomGenerator(members, senders, window, payload);
            }
        };
    }

    private static void requireRange(String option, int value, int min, int max) {
        if (value < min || value > max) {
            throw new IllegalArgumentException(option + " must be " + min + " to " + max + ", was " + value);
        }
    }

    Workload workload() {
        return workload;
    }

    Duration warmup() {
        return Duration.ofSeconds(warmupSeconds);
    }

    Duration measuring() {
        return Duration.ofSeconds(seconds);
    }

    /** For the record. */
    String description() {
        String shape = switch (workload) {
            case ECHO -> "echo, " + connections + " connections" + (rate == 0 ? ", depth " + depth : "");
            case ROOM ->
                "room, " + members + " members, " + senders + " senders" + (rate == 0 ? ", window " + window : "");
        };
        String pace = rate == 0 ? "" : ", " + rate + " lines a second";
        return shape + pace + ", payload " + payload + " bytes, " + warmupSeconds + " s of warm-up and " + seconds
                + " s of measuring";
    }
}
