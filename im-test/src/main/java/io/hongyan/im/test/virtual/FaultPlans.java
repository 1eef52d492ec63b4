package io.hongyan.im.test.virtual;

import java.util.ArrayList;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import net.jqwik.api.Arbitraries;
import net.jqwik.api.Arbitrary;
import net.jqwik.api.Combinators;
import net.jqwik.api.Tuple;

/** Arbitrary {@link Faults}. A failing one shrinks to few faults at low rates, and to none at all where they do not matter. */
public final class FaultPlans {
    private static final int USUAL_SOCKET_BYTES = Faults.none().socketBytes();

    private FaultPlans() {}

    /**
     * All kinds, those that lose connections or time too.
     *
     * @return from none to all at once
     */
    public static Arbitrary<Faults> any() {
        return of(Set.of(Fault.values()));
    }

    /**
     * Those that lose nothing, see {@link Faults#harmless()}.
     *
     * @return from none to all of them at once
     */
    public static Arbitrary<Faults> harmless() {
        return of(Faults.harmless().perMille().keySet());
    }

    /**
     * Some kinds only.
     *
     * @param kinds the faults that may happen
     * @return from none to all of them at once
     */
    public static Arbitrary<Faults> of(Set<Fault> kinds) {
        Set<Fault> harmless = Faults.harmless().perMille().keySet();
        Arbitrary<Integer> sizes =
                Arbitraries.frequency(Tuple.of(3, 0), Tuple.of(1, 4096), Tuple.of(1, 300), Tuple.of(1, 16));
        List<Fault> ordered = new ArrayList<>(kinds);
        ordered.sort(null);
        if (ordered.isEmpty()) {
            return sizes.map(size -> plan(Map.of(), size));
        }
        Arbitrary<Map<Fault, Integer>> rates = Arbitraries.maps(
                        Arbitraries.of(ordered), Arbitraries.integers().between(0, 500))
                .ofMaxSize(ordered.size())
                .map(chosen -> capped(chosen, harmless));
        return Combinators.combine(rates, sizes).as(FaultPlans::plan);
    }

    /** What loses connections or time is rare, so that something is left to be seen. */
    private static Map<Fault, Integer> capped(Map<Fault, Integer> chosen, Set<Fault> harmless) {
        Map<Fault, Integer> rates = new EnumMap<>(Fault.class);
        chosen.forEach((fault, rate) -> {
            int bearable = harmless.contains(fault) ? rate : rate / 25;
            if (bearable > 0) {
                rates.put(fault, bearable);
            }
        });
        return rates;
    }

    private static Faults plan(Map<Fault, Integer> rates, int socketBytes) {
        return new Faults(rates, socketBytes == 0 ? USUAL_SOCKET_BYTES : socketBytes);
    }
}
