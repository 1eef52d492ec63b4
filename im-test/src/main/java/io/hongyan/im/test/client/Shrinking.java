package io.hongyan.im.test.client;

import java.util.Optional;
import java.util.function.Supplier;
import java.util.stream.Stream;
import net.jqwik.api.Arbitrary;
import net.jqwik.api.EdgeCases;
import net.jqwik.api.ExhaustiveGenerator;
import net.jqwik.api.RandomGenerator;
import net.jqwik.api.Shrinkable;
import net.jqwik.api.ShrinkingDistance;

/** How values that fail become smaller. */
public final class Shrinking {
    private Shrinking() {}

    /**
     * The same values, each of which shrinks by itself. jqwik makes one list that is an argument of a property longer by elements of another,
     * of whatever type, and then fails with a {@code ClassCastException} in place of the property's reason.
     *
     * @param lists lists, or what is made of them by {@code map}
     * @param <T> the type of the values
     * @return the arbitrary for an argument of a property that has others
     */
    public static <T> Arbitrary<T> byItself(Arbitrary<T> lists) {
        return new Alone<>(lists);
    }

    private record Alone<T>(Arbitrary<T> lists) implements Arbitrary<T> {
        @Override
        public RandomGenerator<T> generator(int genSize) {
            return lists.generator(genSize).mapShrinkable(Ungrowing::new);
        }

        @Override
        public RandomGenerator<T> generatorWithEmbeddedEdgeCases(int genSize) {
            return lists.generatorWithEmbeddedEdgeCases(genSize).mapShrinkable(Ungrowing::new);
        }

        @Override
        public EdgeCases<T> edgeCases(int maxEdgeCases) {
            return EdgeCases.fromSuppliers(lists.edgeCases(maxEdgeCases).suppliers().stream()
                    .<Supplier<Shrinkable<T>>>map(edge -> () -> new Ungrowing<>(edge.get()))
                    .toList());
        }

        @Override
        public Optional<ExhaustiveGenerator<T>> exhaustive(long maxNumberOfSamples) {
            return lists.exhaustive(maxNumberOfSamples);
        }
    }

    /** Has the defaults of {@code grow}: nothing. */
    private record Ungrowing<T>(Shrinkable<T> each) implements Shrinkable<T> {
        @Override
        public T value() {
            return each.value();
        }

        @Override
        public Stream<Shrinkable<T>> shrink() {
            return each.shrink().map(Ungrowing::new);
        }

        @Override
        public ShrinkingDistance distance() {
            return each.distance();
        }
    }
}
