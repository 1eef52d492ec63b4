package io.hongyan.im.bench.trial;

import java.awt.Color;
import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import java.util.function.ToDoubleFunction;
import org.jfree.chart.ChartUtils;
import org.jfree.chart.JFreeChart;
import org.jfree.chart.axis.NumberAxis;
import org.jfree.chart.plot.CombinedDomainXYPlot;
import org.jfree.chart.plot.XYPlot;
import org.jfree.chart.renderer.xy.XYLineAndShapeRenderer;
import org.jfree.data.xy.XYSeries;
import org.jfree.data.xy.XYSeriesCollection;

/** The samples of a soak over time, one diagram below the other. */
final class SoakPlot {
    private static final int WIDTH = 1000;
    private static final int HEIGHT = 900;
    private static final double MIB = 1 << 20;
    private static final List<Color> COLORS = List.of(
            new Color(0x1f77b4), new Color(0xff7f0e), new Color(0x2ca02c), new Color(0xd62728), new Color(0x9467bd));

    private final List<SoakSample> samples;
    private int colors;
    private final CombinedDomainXYPlot plots = new CombinedDomainXYPlot(new NumberAxis("seconds"));

    private SoakPlot(List<SoakSample> samples) {
        this.samples = samples;
    }

    /** Into a PNG file. */
    static void draw(List<SoakSample> samples, String title, Path file) throws IOException {
        System.setProperty("java.awt.headless", "true");
        SoakPlot plot = new SoakPlot(samples);
        plot.add("heap, MiB", plot.series("heap after a collection", s -> s.heap() / MIB));
        plot.add("RAM, MiB", plot.series("in RAM", s -> s.resident() / MIB));
        plot.add(
                "number",
                plot.series("descriptors", SoakSample::descriptors),
                plot.series("sessions", SoakSample::sessions));
        plot.add("threads", plot.series("platform threads", SoakSample::threads));
        JFreeChart chart = new JFreeChart(title, plot.plots);
        chart.setBackgroundPaint(Color.WHITE);
        ChartUtils.saveChartAsPNG(file.toFile(), chart, WIDTH, HEIGHT);
    }

    private XYSeries series(String name, ToDoubleFunction<SoakSample> value) {
        XYSeries series = new XYSeries(name);
        samples.forEach(sample -> series.add(sample.seconds(), value.applyAsDouble(sample)));
        return series;
    }

    private void add(String unit, XYSeries... all) {
        XYSeriesCollection data = new XYSeriesCollection();
        XYLineAndShapeRenderer renderer = new XYLineAndShapeRenderer(true, false);
        for (int i = 0; i < all.length; i++) {
            data.addSeries(all[i]);
            renderer.setSeriesPaint(i, COLORS.get(colors++));
        }
        NumberAxis axis = new NumberAxis(unit);
        axis.setAutoRangeIncludesZero(true);
        XYPlot plot = new XYPlot(data, null, axis, renderer);
        plot.setBackgroundPaint(Color.WHITE);
        plot.setRangeGridlinePaint(Color.LIGHT_GRAY);
        plots.add(plot);
    }
}
