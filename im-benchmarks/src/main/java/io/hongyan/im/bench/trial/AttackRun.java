package io.hongyan.im.bench.trial;

import java.io.IOException;
import java.lang.management.ManagementFactory;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.concurrent.Callable;
import java.util.function.Function;
import java.util.stream.Collectors;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;

/** Each attack on each transport, one after the other, each on a server of its own; ends with 1 if one of them was not stood. */
@Command(
        name = "attack",
        mixinStandardHelpOptions = true,
        description = "Attack servers in many ways while a well-behaved client's echo is timed; print a table.")
public final class AttackRun implements Callable<Integer> {
    @Option(
            names = "--transport",
            split = ",",
            paramLabel = "nio|epoll",
            description = "One or both; default: ${DEFAULT-VALUE}.")
    private List<String> transports = List.of("nio", "epoll");

    @Option(names = "--only", split = ",", paramLabel = "NAME", description = "Some of the attacks; --list names all.")
    private List<String> only = List.of();

    @Option(names = "--list", description = "Name the attacks, and do nothing.")
    private boolean lists;

    @Option(names = "--seconds", paramLabel = "N", description = "Of each attack; default: ${DEFAULT-VALUE}.")
    private double seconds = 3;

    @Option(
            names = "--scale",
            paramLabel = "FACTOR",
            description = "Multiplies the number of attackers; default: ${DEFAULT-VALUE}.")
    private double scale = 1;

    static List<Attack> all() {
        List<Attack> attacks = new ArrayList<>();
        attacks.add(new QuietAttack());
        attacks.add(new StalledRoomAttack());
        attacks.add(new StalledEchoAttack());
        attacks.addAll(SlowlorisAttack.all());
        attacks.add(new DescriptorsAttack());
        attacks.add(new BombAttack());
        attacks.add(new PingAttack());
        attacks.addAll(ConnectAttack.all());
        attacks.addAll(HandlerAttack.all());
        return attacks;
    }

    @Override
    public Integer call() throws IOException {
        Locale.setDefault(Locale.ROOT);
        List<Attack> attacks = chosen();
        if (lists) {
            attacks.forEach(attack -> System.out.println(attack.name() + ": " + attack.description()));
            return 0;
        }
        System.out.println(AttackResult.HEAD);
        boolean stood = true;
        for (Attack attack : attacks) {
            for (String transport : transports) {
                AttackResult result = new AttackTrial(attack, transport, scale, (long) (seconds * 1000)).run();
                System.out.println(result.row());
                stood &= result.failure() == null;
            }
        }
        System.out.println();
        System.out.printf(
                "%.0f s of each attack, heap of each server 128 MiB, %s, JDK %s, load average at the end %.1f%n",
                seconds, system(), Runtime.version(), load());
        return stood ? 0 : 1;
    }

    private List<Attack> chosen() {
        List<Attack> all = all();
        if (only.isEmpty()) {
            return all;
        }
        var byName = all.stream().collect(Collectors.toMap(Attack::name, Function.identity()));
        List<Attack> chosen = new ArrayList<>();
        for (String name : only) {
            Attack attack = byName.get(name);
            if (attack == null) {
                throw new IllegalArgumentException("no attack is named \"" + name + "\"; --list names them");
            }
            chosen.add(attack);
        }
        return chosen;
    }

    private static String system() {
        return System.getProperty("os.name") + ", " + Runtime.getRuntime().availableProcessors() + " processors";
    }

    /** What else runs makes the echoes slower. */
    private static double load() {
        return ManagementFactory.getOperatingSystemMXBean().getSystemLoadAverage();
    }
}
