package io.hongyan.im.engine;

import java.io.IOException;
import java.lang.System.Logger.Level;
import java.util.concurrent.atomic.AtomicInteger;

/** What becomes of a connection that was accepted: the loops get them in turn, and those over a limit are closed at once. */
final class Intake implements AcceptDuty.Adopter {
    private final Running running;
    private final SessionLife life;
    private final Shutdown shutdown;
    private final Counters counters;

    /** Connections accepted whose end is not complete: those before their opening and those whose {@code onClose} still runs, too. */
    private final AtomicInteger live = new AtomicInteger();

    private final AcceptRate rate = new AcceptRate();
    private int nextLoop;

    Intake(Running running, SessionLife life, Shutdown shutdown, Counters counters) {
        this.running = running;
        this.life = life;
        this.shutdown = shutdown;
        this.counters = counters;
    }

    /** On the accepting loop. */
    @Override
    public void adopt(Connection connection, Station[] stations) {
        Addresses addresses = stations[0].addresses();
        Addresses.Answer answer = addresses.admit(connection.remoteAddress());
        if (answer != Addresses.Answer.ADMITTED) {
            close(connection, answer, () -> addresses.why(answer));
            return;
        }
        int most = running.limits().maxSessions();
        if (live.incrementAndGet() > most) {
            refuse(connection, stations[0], "there are as many as maxSessions, " + most);
            return;
        }
        counters.accepted.increment();
        rate.count(running.loops()[0].nowNanos());
        EventLoop loop = running.loops()[nextLoop];
        nextLoop = (nextLoop + 1) % stations.length;
        Station station = stations[loop.index()];
        Runnable begin = () -> begin(connection, station);
        if (loop.inLoop()) {
            begin.run();
        } else {
            loop.execute(begin);
        }
    }

    /** On its loop. */
    private void begin(Connection connection, Station station) {
        if (shutdown.hasBegun()) {
            refuse(connection, station, "the server is closing");
            return;
        }
        Peer peer;
        try {
            peer = new Peer(station, connection);
        } catch (RuntimeException | Error e) {
            refuse(connection, station, "its protocol failed: " + Log.describe(e));
            return;
        }
        try {
            peer.start();
        } catch (IOException e) {
            refuse(connection, station, "it cannot be watched: " + e.getMessage());
        } catch (RuntimeException | Error e) {
            peer.onFailure(e);
        }
    }

    /** One that was counted. */
    private void refuse(Connection connection, Station station, String why) {
        station.addresses().left(connection.remoteAddress());
        life.gone(null);
        close(connection, Log.Topic.ACCEPT, () -> why);
    }

    private void close(Connection connection, Enum<?> cause, Log.Text why) {
        counters.refused.increment();
        connection.close();
        running.log().log(
                Level.WARNING, cause, () -> "connection of " + connection.remoteAddress() + " refused: " + why.make());
    }

    /** One is gone; answers how many are left. Any thread. */
    int release() {
        return live.decrementAndGet();
    }

    /** How many are not gone. Any thread. */
    @Override
    public int connections() {
        return live.get();
    }

    /** How many connections a second it is known to take. Any thread. */
    int perSecond() {
        return rate.perSecond();
    }
}
