package io.hongyan.im.bench.trial;

import java.util.concurrent.atomic.LongAdder;
import java.util.stream.Collectors;
import jdk.jfr.consumer.RecordedEvent;
import jdk.jfr.consumer.RecordedFrame;
import jdk.jfr.consumer.RecordingStream;

/** Counts the times that a virtual thread blocked without giving its carrier back, with our code on its stack. */
final class Pinning implements AutoCloseable {
    /** How a line of standard error begins that tells of one. */
    static final String SAID = "pinned: ";

    private static final String EVENT = "jdk.VirtualThreadPinned";
    private static final String OURS = "io.hongyan.";

    private final RecordingStream stream = new RecordingStream();
    private final LongAdder count = new LongAdder();

    Pinning() {
        stream.enable(EVENT).withoutThreshold().withStackTrace();
        stream.onEvent(EVENT, this::onPinned);
        stream.startAsync();
    }

    private void onPinned(RecordedEvent event) {
        if (event.getStackTrace() == null
                || !event.getStackTrace().getFrames().stream().anyMatch(Pinning::isOurs)) {
            return;
        }
        count.increment();
        System.err.println(SAID + event.getDuration().toMillis() + " ms, " + event.getString("blockingOperation") + ", "
                + event.getString("pinnedReason") + ": "
                + event.getStackTrace().getFrames().stream()
                        .filter(RecordedFrame::isJavaFrame)
                        .map(frame -> frame.getMethod().getType().getName() + "."
                                + frame.getMethod().getName() + ":" + frame.getLineNumber())
                        .collect(Collectors.joining(" < ")));
    }

    private static boolean isOurs(RecordedFrame frame) {
        return frame.isJavaFrame() && frame.getMethod().getType().getName().startsWith(OURS);
    }

    /** Until now, but for what the last second has brought. */
    long count() {
        return count.sum();
    }

    /** All of it is counted when this returns. */
    @Override
    public void close() {
        stream.stop();
        stream.close();
    }
}
