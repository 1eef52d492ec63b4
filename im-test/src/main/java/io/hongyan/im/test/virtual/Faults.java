package io.hongyan.im.test.virtual;

import java.util.Collections;
import java.util.EnumMap;
import java.util.EnumSet;
import java.util.Map;
import java.util.Set;
import java.util.SplittableRandom;

/**
 * How often each {@link Fault} happens where it can. Immutable.
 *
 * @param perMille for each fault how many times in 1,000, 0 to 1,000; 0 for those not named
 * @param socketBytes what a connection holds for a client that does not read, 1 to 2^30
 */
public record Faults(Map<Fault, Integer> perMille, int socketBytes) {
    private static final int USUAL_SOCKET_BYTES = 64 * 1024;
    private static final int MOST = 1000;

    /** Those that lose bytes or time. */
    private static final Set<Fault> HARMFUL = EnumSet.of(Fault.CLOCK_JUMP, Fault.RESET, Fault.FAILED_ACCEPT);

    /** Checks and copies. */
    public Faults {
        Map<Fault, Integer> copy = new EnumMap<>(Fault.class);
        copy.putAll(perMille);
        perMille = Collections.unmodifiableMap(copy);
        perMille.forEach((fault, rate) -> {
            if (rate < 0 || rate > MOST) {
                throw new IllegalArgumentException(fault + " must be 0 to " + MOST + " per mille, was " + rate);
            }
        });
        if (socketBytes < 1 || socketBytes > 1 << 30) {
            throw new IllegalArgumentException("socketBytes must be 1 to 2^30, was " + socketBytes);
        }
    }

    /**
     * A network at its best: every message arrives at once and whole.
     *
     * @return no faults
     */
    public static Faults none() {
        return new Faults(Map.of(), USUAL_SOCKET_BYTES);
    }

    /**
     * A bad day on which nothing is lost: what a handler sees may be late and in another order between clients, and it is all there.
     *
     * @return every harmless fault, each one time in five
     */
    public static Faults harmless() {
        Map<Fault, Integer> rates = new EnumMap<>(Fault.class);
        for (Fault fault : Fault.values()) {
            if (!HARMFUL.contains(fault)) {
                rates.put(fault, MOST / 5);
            }
        }
        return new Faults(rates, USUAL_SOCKET_BYTES);
    }

    /**
     * Any selection of faults at any rates: each run of many has its own weather, so that faults which hide each other get their turn, too.
     *
     * @param seed decides
     * @return faults, harmful ones among them
     */
    public static Faults swarm(long seed) {
        SplittableRandom random = new SplittableRandom(seed);
        Map<Fault, Integer> rates = new EnumMap<>(Fault.class);
        for (Fault fault : Fault.values()) {
            int most = HARMFUL.contains(fault) ? 20 : 700;
            if (random.nextBoolean()) {
                rates.put(fault, 1 + random.nextInt(most));
            }
        }
        int[] sizes = {16, 300, 4096, USUAL_SOCKET_BYTES};
        return new Faults(rates, sizes[random.nextInt(sizes.length)]);
    }

    /**
     * These with another rate of one fault.
     *
     * @param fault the fault
     * @param rate times in 1,000, 0 to 1,000
     * @return the faults
     */
    public Faults with(Fault fault, int rate) {
        Map<Fault, Integer> rates = new EnumMap<>(Fault.class);
        rates.putAll(perMille);
        rates.put(fault, rate);
        return new Faults(rates, socketBytes);
    }

    int rate(Fault fault) {
        return perMille.getOrDefault(fault, 0);
    }
}
