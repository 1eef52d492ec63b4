package io.hongyan.im.engine;

import java.lang.System.Logger.Level;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;

/**
 * Names whose callbacks, off the loop, take long. A session whose handler was at work at two looks and not done in between has told so many
 * events meanwhile: that is how long one takes, without a clock beside any. Whose code it is shows the stack of its thread. Only the
 * watchdog's thread.
 */
final class SlowCallbacks {
    /** A callback that takes longer is slow. */
    static final long SLOW_NANOS = TimeUnit.MILLISECONDS.toNanos(200);

    /** Of so many at most it is found out whose code they are in, at one look. */
    private static final int MOST_STACKS = 32;

    /**
     * What a queue was doing at a look.
     *
     * @param told how many events had been taken out
     * @param since when this was so for the first time
     */
    private record Seen(int told, long since) {}

    /**
     * A queue whose turn was under way at this look and at the last one.
     *
     * @param nanos how long the callback has taken so far, or each one took
     */
    private record Slow(Member session, Thread runner, boolean isTheSame, long nanos) {}

    /** Those of one culprit: how many, and one of them that takes the longest. */
    private static final class Share {
        private Slow longest;
        private StackTraceElement[] stack;
        private int sessions = 1;

        Share(Slow first, StackTraceElement[] stack) {
            longest = first;
            this.stack = stack;
        }

        void add(Slow another, StackTraceElement[] its) {
            sessions++;
            if (another.nanos() > longest.nanos()) {
                longest = another;
                stack = its;
            }
        }
    }

    private final Collection<Member> sessions;
    private final Dispatcher dispatcher;
    private final Culprits culprits;
    private final Log log;

    private Map<AtWork, Seen> seen = Map.of();
    private long lastLook;

    /** By culprit: plugins, handlers and classes, so there are few. */
    private final Map<String, OnceAMinute> lines = new HashMap<>();

    private final OnceAMinute fullLines = new OnceAMinute();

    /** @param sessions those there are at any time */
    SlowCallbacks(Collection<Member> sessions, Dispatcher dispatcher, Culprits culprits, Log log) {
        this.sessions = sessions;
        this.dispatcher = dispatcher;
        this.culprits = culprits;
        this.log = log;
    }

    void look(long nowNanos) {
        List<Slow> slow = new ArrayList<>();
        Map<AtWork, Seen> now = new HashMap<>();
        for (Member session : sessions) {
            AtWork telling = session.callbacks();
            Thread runner = telling == null ? null : telling.runner();
            if (telling != null && runner != null) {
                int told = telling.told();
                Seen before = seen.get(telling);
                boolean isTheSame = before != null && before.told() == told;
                now.put(telling, isTheSame ? before : new Seen(told, nowNanos));
                if (before != null) {
                    long nanos = isTheSame ? nowNanos - before.since() : (nowNanos - lastLook) / (told - before.told());
                    if (nanos >= SLOW_NANOS) {
                        slow.add(new Slow(session, runner, isTheSame, nanos));
                    }
                }
            }
        }
        seen = now;
        lastLook = nowNanos;
        if (!slow.isEmpty()) {
            name(slow, nowNanos);
        }
    }

    private void name(List<Slow> slow, long nowNanos) {
        Map<String, Share> shares = new LinkedHashMap<>();
        for (Slow one : slow.subList(0, Math.min(slow.size(), MOST_STACKS))) {
            StackTraceElement[] stack = one.runner().getStackTrace();
            Share share = shares.get(culprits.of(stack));
            if (share != null) {
                share.add(one, stack);
            } else if (stack.length > 0) {
                shares.put(culprits.of(stack), new Share(one, stack));
            }
        }
        shares.forEach((culprit, share) -> {
            OnceAMinute due = lines.computeIfAbsent(culprit, c -> new OnceAMinute());
            if (due.isDue(nowNanos)) {
                due.told(nowNanos);
                tell(culprit, share, slow.size());
            }
        });
        long stuck = slow.stream().filter(Slow::isTheSame).count();
        if (stuck >= dispatcher.capacity() && fullLines.isDue(nowNanos)) {
            fullLines.told(nowNanos);
            log.log(
                    Level.WARNING,
                    Log.Topic.SLOW,
                    () -> "all " + stuck
                            + " handler threads are in callbacks that do not return, and all other callbacks wait; "
                            + "block less, or run on Java 21 or later, where each session has a virtual thread");
        }
    }

    private void tell(String culprit, Share share, int all) {
        Slow longest = share.longest;
        long millis = TimeUnit.NANOSECONDS.toMillis(longest.nanos());
        log.log(
                Level.WARNING,
                Log.Topic.SLOW,
                () -> culprit + " is slow: " + longest.session() + " is "
                        + (longest.isTheSame()
                                ? "in one callback for " + millis + " ms"
                                : "told something every " + millis + " ms and is behind")
                        + ", one of " + share.sessions + " that wait for it"
                        + (all > MOST_STACKS ? " (" + all + " wait, " + MOST_STACKS + " were looked at)" : "")
                        + "; it stands at " + Culprits.frames(share.stack));
    }
}
