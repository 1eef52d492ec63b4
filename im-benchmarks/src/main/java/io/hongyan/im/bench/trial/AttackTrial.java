package io.hongyan.im.bench.trial;

import java.io.IOException;
import org.HdrHistogram.Histogram;
import org.jspecify.annotations.Nullable;

/** Starts a server, lets one attack loose on it beside a well-behaved client, and judges. */
final class AttackTrial {
    /** The attack in small before the one that counts, so that the server's code is compiled. */
    private static final double WARM_UP_SCALE = 0.05;

    private static final long WARM_UP_MILLIS = 700;
    private static final long RECOVERY_MILLIS = 10_000;
    private static final long WORST_ECHO_NANOS = 1_000_000_000;
    private static final int NEWCOMER_MILLIS = 5_000;

    /** Descriptors that the JVM may have opened for itself meanwhile, for its own files. */
    private static final int MORE_DESCRIPTORS = 8;

    private final Attack attack;
    private final String transport;
    private final double scale;
    private final long millis;
    private final Histogram echo = new Histogram(3);
    private String did = "";
    private String answer = "";
    private long heapPeak;
    private long residentPeak;

    AttackTrial(Attack attack, String transport, double scale, long millis) {
        this.attack = attack;
        this.transport = transport;
        this.scale = scale;
        this.millis = millis * attack.lasts();
    }

    AttackResult run() throws IOException {
        String failure;
        try (TrialProcess server = TrialProcess.start(transport, attack.server())) {
            failure = outcome(server);
        }
        return new AttackResult(attack, transport, did, answer, echo, heapPeak, residentPeak, failure);
    }

    private @Nullable String outcome(TrialProcess server) {
        try (Canary canary = new Canary(server.ports().line())) {
            Vitals before = warmedUp(server);
            long descriptors = server.descriptors();
            canary.take();
            try (Stage stage = new Stage(server.ports(), scale, millis)) {
                did = attack.run(stage);
                answer = server.vitals().since(before);
            }
            String left = awaitRecovery(server, before, descriptors);
            echo.add(canary.take());
            Vitals after = server.collected();
            heapPeak = Math.max(after.get(Vital.HEAP_PEAK), after.get(Vital.HEAP));
            residentPeak = server.residentPeak();
            return left != null ? left : complaint(server, canary);
        } catch (IOException e) {
            return firstLine(e);
        }
    }

    private Vitals warmedUp(TrialProcess server) throws IOException {
        try (Stage stage = new Stage(server.ports(), scale * WARM_UP_SCALE, WARM_UP_MILLIS)) {
            attack.run(stage);
        }
        Vitals now = server.collected();
        for (int i = 0; i < 100 && now.get(Vital.SESSIONS) > 1; i++) {
            Stage.rest(50);
            now = server.vitals();
        }
        return now;
    }

    /** Waits until only the well-behaved client is left, and lets a newcomer in. Answers what has not recovered. */
    private static @Nullable String awaitRecovery(TrialProcess server, Vitals before, long descriptors)
            throws IOException {
        long deadline = System.nanoTime() + RECOVERY_MILLIS * 1_000_000;
        long sessions = Long.MAX_VALUE;
        long open = Long.MAX_VALUE;
        while (System.nanoTime() - deadline < 0) {
            sessions = server.vitals().get(Vital.SESSIONS);
            open = server.descriptors();
            if (sessions <= before.get(Vital.SESSIONS) && open <= descriptors + MORE_DESCRIPTORS) {
                return newcomer(server);
            }
            Stage.rest(50);
        }
        return String.format(
                "not recovered after %d s: %d sessions (before: %d), %d descriptors (before: %d)",
                RECOVERY_MILLIS / 1000, sessions, before.get(Vital.SESSIONS), open, descriptors);
    }

    private static @Nullable String newcomer(TrialProcess server) {
        try (Conversation newcomer =
                new Conversation(Speech.LINE, server.ports().line(), NEWCOMER_MILLIS, Canary.address())) {
            newcomer.echo("hello");
            return null;
        } catch (IOException e) {
            return "who comes afterwards is not served: " + firstLine(e);
        }
    }

    private @Nullable String complaint(TrialProcess server, Canary canary) {
        if (canary.complaint() != null) {
            return "the well-behaved client was cut off: " + canary.complaint();
        }
        if (canary.missed() > 0) {
            return canary.missed() + " echoes of the well-behaved client were dropped";
        }
        if (server.isOutOfMemory()) {
            return "out of memory";
        }
        if (echo.getMaxValue() > WORST_ECHO_NANOS) {
            return "an echo took more than 1 s";
        }
        return null;
    }

    private static String firstLine(IOException e) {
        return String.valueOf(e.getMessage()).lines().findFirst().orElse("");
    }
}
