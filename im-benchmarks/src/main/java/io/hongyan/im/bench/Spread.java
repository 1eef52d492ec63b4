package io.hongyan.im.bench;

import java.util.Arrays;

/** Median and range of a few numbers. */
record Spread(double median, double min, double max) {
    static Spread of(double... values) {
        double[] sorted = values.clone();
        Arrays.sort(sorted);
        int middle = sorted.length / 2;
        double median = sorted.length % 2 == 1 ? sorted[middle] : (sorted[middle - 1] + sorted[middle]) / 2;
        return new Spread(median, sorted[0], sorted[sorted.length - 1]);
    }

    /** All three, each in the format given. */
    String shown(String format) {
        return format.formatted(median) + " (" + format.formatted(min) + "–" + format.formatted(max) + ")";
    }
}
