package io.hongyan.im.test.virtual;

import java.util.List;
import java.util.function.ObjLongConsumer;

/** One run of a {@link Scenario} for who has loaded it with another loader: puts its transcript into a list, also if it fails. */
public final class SeedRun implements ObjLongConsumer<List<String>> {
    @Override
    public void accept(List<String> transcript, long seed) {
        Scenario scenario = new Scenario(seed);
        try {
            scenario.run();
        } finally {
            transcript.addAll(scenario.transcript());
        }
    }

    /** In an engine in which others may go on between any two steps. */
    static ObjLongConsumer<List<String>> woven() {
        try {
            @SuppressWarnings("unchecked")
            ObjLongConsumer<List<String>> run = (ObjLongConsumer<List<String>>) new WovenLoader()
                    .loadClass(SeedRun.class.getName())
                    .getConstructor()
                    .newInstance();
            return run;
        } catch (ReflectiveOperationException e) {
            throw new IllegalStateException(e);
        }
    }
}
