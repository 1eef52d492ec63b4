package io.hongyan.im.test.virtual;

import io.hongyan.im.ClientSession;
import io.hongyan.im.CloseReason;
import io.hongyan.im.Group;
import io.hongyan.im.ImServer;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.SplittableRandom;

/** One thread of the host application, which does things to sessions and groups. */
final class Host implements Actor {
    static final CloseReason OUT = CloseReason.of(CloseReason.Code.POLICY, "out");

    private final String name;
    private final ImServer server;
    private final Book book;
    private final SplittableRandom random;
    private final boolean frames;
    private final boolean strict;
    private int left;

    Host(String name, ImServer server, Book book, SplittableRandom random, boolean frames, boolean strict) {
        this.name = name;
        this.server = server;
        this.book = book;
        this.random = random;
        this.frames = frames;
        this.strict = strict;
        left = strict ? 300 : random.nextInt(100);
    }

    @Override
    public boolean canAct() {
        return left > 0;
    }

    @Override
    public void act() {
        left--;
        // Sessions are listed in no order.
        List<ClientSession> sessions = new ArrayList<>(server.sessions());
        sessions.sort(Comparator.comparing(ClientSession::id));
        if (sessions.isEmpty()) {
            return;
        }
        ClientSession session = sessions.get(random.nextInt(sessions.size()));
        Group group = server.group(random.nextBoolean() ? "red" : "blue");
        int kind = random.nextInt(strict ? 90 : 100);
        if (kind < 45) {
            book.send(name, session, frames);
        } else if (kind < 60) {
            group.join(session);
        } else if (kind < 65) {
            group.leave(session);
        } else if (kind < 85) {
            book.publish(name, group, frames);
        } else if (kind < 90) {
            book.publish(name, server.all(), frames);
        } else if (kind < 94) {
            session.pause();
        } else if (kind < 97) {
            session.resume();
        } else if (kind < 99) {
            book.close(session);
        } else {
            book.abort(session);
        }
    }
}
