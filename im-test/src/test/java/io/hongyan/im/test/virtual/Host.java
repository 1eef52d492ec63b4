package io.hongyan.im.test.virtual;

import io.hongyan.im.ClientSession;
import io.hongyan.im.Group;
import io.hongyan.im.ImServer;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;
import java.util.SplittableRandom;

/** One thread of the host application, which does things to sessions and groups, also to sessions that have ended. */
final class Host extends Sleeper {
    private static final int MOST_AT_ONCE = 24;
    private static final int LONG_BYTES = 90_000;

    private final String name;
    private final ImServer server;
    private final Scenario.Kind kind;
    private final Set<ClientSession> known = new LinkedHashSet<>();
    private int left;

    Host(String name, ImServer server, Book book, SplittableRandom random, Scenario.Kind kind) {
        super(book, random);
        this.name = name;
        this.server = server;
        this.kind = kind;
        left = kind.strict() ? 250 : random.nextInt(90);
    }

    @Override
    boolean isBusy() {
        return left > 0;
    }

    @Override
    void doNext() {
        left--;
        // Sessions are listed in no order.
        List<ClientSession> sessions = new ArrayList<>(server.sessions());
        sessions.sort(Comparator.comparing(ClientSession::id));
        known.addAll(sessions);
        if (known.isEmpty()) {
            sleep();
            return;
        }
        List<ClientSession> some = sessions.isEmpty() || random.nextInt(10) == 0 ? List.copyOf(known) : sessions;
        ClientSession session = some.get(random.nextInt(some.size()));
        int what = random.nextInt(100);
        if (what < 45) {
            send(session);
        } else if (what < 60) {
            book.move(session, group(), random.nextInt(3) > 0);
        } else if (what < 80) {
            ClientSession except = random.nextInt(3) == 0 ? session : null;
            book.publish(name, group(), except, random.nextInt(6) == 0);
        } else if (what < 85) {
            // Who opens meanwhile may or may not get it: not where each place is known.
            book.publish(name, kind.strict() ? group() : server.all(), null, false);
        } else if (what < 88) {
            sleep();
        } else if (!kind.strict()) {
            disturb(session, what);
        }
    }

    private Group group() {
        return server.group(random.nextBoolean() ? "red" : "blue");
    }

    private void send(ClientSession session) {
        int what = random.nextInt(20);
        if (what == 0) {
            flood(session, 1 + random.nextInt(MOST_AT_ONCE));
        } else if (what < 4 && kind.tight()) {
            book.sendToTheBrim(name, session);
        } else if (what < 7) {
            book.sendVolatile(name, session);
        } else if (what == 7 && kind.large()) {
            for (int i = 0; i < 5; i++) {
                book.sendLong(name, session, LONG_BYTES);
            }
        } else {
            book.send(name, session);
        }
    }

    private void flood(ClientSession session, int messages) {
        for (int i = 0; i < messages; i++) {
            book.send(name, session);
        }
    }

    private void disturb(ClientSession session, int what) {
        if (what < 91) {
            book.pause(session, true);
        } else if (what < 93) {
            book.pause(session, false);
        } else if (what < 98) {
            if (random.nextInt(5) > 0) {
                flood(session, MOST_AT_ONCE);
            }
            book.close(session, name, false);
        } else if (what == 98) {
            book.close(session, name, true);
        }
    }
}
