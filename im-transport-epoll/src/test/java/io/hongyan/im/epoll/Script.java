package io.hongyan.im.epoll;

import java.util.ArrayList;
import java.util.List;
import java.util.SplittableRandom;
import java.util.TreeMap;

/**
 * What some clients do, one step after the other, made up from a seed. Each step ends when all that follows from it has been seen, so
 * that what every client reads and every handler is told is the same wherever it is played.
 */
record Script(List<Step> steps) {
    /** No message is larger. */
    static final int MOST_BYTES = 100;

    private static final int MOST_CLIENTS = 4;
    private static final int STEPS = 14;
    private static final List<String> ROOMS = List.of("red", "blue");
    private static final List<String> WORDS = List.of("hi", "", "ж", "鸿雁", "a b", "\t", "x".repeat(60), "é\r");

    /** What is done. The first two do not end the session. */
    enum Act {
        /** Sends messages, and reads up to the answer of the last one. */
        SAY,
        /** Sends the beginning of a message, to which the next step of the client adds the rest. */
        BEGIN,
        CONNECT_LINE,
        CONNECT_FRAME,
        HALF_CLOSE,
        RESET,
        /** Breaks off inside a message. */
        END_INSIDE,
        TOO_LONG,
        /** Bytes that are not UTF-8, or the length of a frame that only the server may send. */
        INVALID,
        /** Asks the handler to close, to throw or to abort, and says more behind that. */
        CLOSE,
        THROW,
        ABORT
    }

    private static final List<Act> ENDS = List.of(
            Act.HALF_CLOSE, Act.RESET, Act.END_INSIDE, Act.TOO_LONG, Act.INVALID, Act.CLOSE, Act.THROW, Act.ABORT);

    /**
     * One step.
     *
     * @param client who does it; each number connects once
     * @param texts messages
     * @param cut the bytes go in pieces of so many
     */
    record Step(Act act, int client, List<String> texts, int cut) {}

    static Script of(long seed) {
        return new Script(new Writer(new SplittableRandom(seed)).steps());
    }

    /** Writes it, and follows who is connected. */
    private static final class Writer {
        private final SplittableRandom random;
        private final List<Step> steps = new ArrayList<>();

        /** Those connected, and whether they are inside a message. */
        private final TreeMap<Integer, Boolean> connected = new TreeMap<>();

        private int clients;

        Writer(SplittableRandom random) {
            this.random = random;
        }

        List<Step> steps() {
            connect();
            connect();
            while (steps.size() < STEPS) {
                int choice = random.nextInt(10);
                if (connected.isEmpty() || (choice == 0 && connected.size() < MOST_CLIENTS)) {
                    connect();
                } else if (choice == 1) {
                    end();
                } else if (choice == 2) {
                    int client = someone();
                    if (!connected.put(client, true)) {
                        add(Act.BEGIN, client, List.of("echo begun and "));
                    }
                } else {
                    int client = someone();
                    connected.put(client, false);
                    add(Act.SAY, client, commands(1 + random.nextInt(5)));
                }
            }
            return List.copyOf(steps);
        }

        private void connect() {
            connected.put(clients, false);
            add(random.nextInt(3) == 0 ? Act.CONNECT_FRAME : Act.CONNECT_LINE, clients++, List.of());
        }

        private void end() {
            int client = someone();
            Act act = ENDS.get(random.nextInt(ENDS.size()));
            List<String> before = act == Act.RESET || act == Act.HALF_CLOSE ? List.of() : commands(random.nextInt(3));
            connected.remove(client);
            add(act, client, act == Act.ABORT ? List.of() : before);
        }

        private int someone() {
            return List.copyOf(connected.keySet()).get(random.nextInt(connected.size()));
        }

        private void add(Act act, int client, List<String> texts) {
            steps.add(new Step(act, client, texts, 1 + random.nextInt(random.nextBoolean() ? 5 : 500)));
        }

        private List<String> commands(int count) {
            List<String> commands = new ArrayList<>();
            for (int i = 0; i < count; i++) {
                commands.add(command());
            }
            return commands;
        }

        private String command() {
            String room = ROOMS.get(random.nextInt(ROOMS.size()));
            String word = WORDS.get(random.nextInt(WORDS.size()));
            return switch (random.nextInt(9)) {
                case 0, 1 -> "join " + room;
                case 2 -> "leave " + room;
                case 3, 4 -> "room " + room + " " + word;
                case 5 -> "others " + room + " " + word;
                case 6 -> "to " + random.nextInt(clients + 1) + " " + word;
                case 7 -> "all " + word;
                default -> "echo " + word;
            };
        }
    }
}
