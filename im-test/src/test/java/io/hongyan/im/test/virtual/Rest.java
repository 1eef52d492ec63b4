package io.hongyan.im.test.virtual;

import static io.hongyan.im.test.virtual.Book.require;

import io.hongyan.im.ClientSession;
import io.hongyan.im.CloseReason.Code;
import io.hongyan.im.Limits;
import java.time.Duration;
import java.util.function.BooleanSupplier;

/**
 * What holds whenever nothing can happen before time passes: whatever could be read, handled and written was, and no deadline is over. Time
 * stands still while anybody acts, so that deadlines are known to the nanosecond; where clocks jump nothing is said of them.
 */
final class Rest {
    /** How late a deadline may be: a tick of the engine's wheel. */
    private static final long TICK_NANOS = 1 << 24;

    /** How long a closed connection lingers for a peer that stays, if the time to close is not less. */
    private static final Duration LINGER = Duration.ofSeconds(1);

    private static final int LEAST_ROOM = 10;

    private final Book book;
    private final Limits limits;
    private final BooleanSupplier timed;

    /** There is a door, and all come to it at once. */
    private final boolean atTheDoor;

    Rest(Book book, boolean atTheDoor, BooleanSupplier timed) {
        this.atTheDoor = atTheDoor;
        this.book = book;
        this.limits = book.limits;
        this.timed = timed;
    }

    void check() {
        book.rests();
        for (Page page : book.pages.values()) {
            checkDoor(page);
            if (page.isOpen() && page.session.isPresent() && page.client.isPresent()) {
                check(page, page.session.get(), page.client.get());
            }
        }
    }

    private void check(Page page, ClientSession session, VirtualClient client) {
        checkPause(page);
        boolean over = timed.getAsBoolean()
                && isOver(page.closeBegan, limits.closeTimeout().plus(LINGER));
        require(!over, session + " was to close, and has not");
        boolean lost = client.link().resetByClient || client.link().resetByServer;
        if (!session.isOpen() || lost || book.isServerClosed()) {
            return;
        }
        if (client.isReading()) {
            require(session.pendingBytes() == 0, session + " keeps " + session.pendingBytes() + " bytes to itself");
            require(session.isWritable(), session + " has room, and says that it has none");
        }
        if (!page.paused && !page.brokeARule && session.isWritable()) {
            require(page.handled.equals(page.said), client + " said " + page.said + ", handled is " + page.handled);
        }
        if (timed.getAsBoolean()) {
            checkFirstMessage(page, session);
            checkStall(page, session, client);
            if (page.asked) {
                checkSilence(page, session);
            }
        }
    }

    /** Who is not let in is gone when the time of a handshake is over, not before. */
    private void checkDoor(Page page) {
        if (!page.client.isPresent()
                || !atTheDoor
                || !timed.getAsBoolean()
                || page.opened > 0
                || book.isServerClosed()) {
            return;
        }
        VirtualClient client = page.client.get();
        if (client.hasEnded() && page.leftAt == Page.NEVER) {
            page.leftAt = book.now();
            boolean refused = page.asked && page.answer != Porter.Answer.NONE && page.answer != Porter.Answer.WELCOME;
            boolean left = page.ended || page.reset || page.brokeARule || client.link().resetByClient;
            boolean full = limits.maxSessions() < LEAST_ROOM;
            require(
                    refused
                            || left
                            || full
                            || isOver(
                                    page.connectedAt, limits.handshakeTimeout().minusNanos(TICK_NANOS)),
                    client + " was turned away after " + Duration.ofNanos(page.leftAt - page.connectedAt));
        }
        require(
                client.hasEnded() || !client.isReading() || !isOver(page.connectedAt, limits.handshakeTimeout()),
                client + " has not been let in, and is still there");
    }

    /** Who does not answer is asked, and left. Nothing has kept the server from asking since a while. */
    private void checkSilence(Page page, ClientSession session) {
        page.restedHeardAt = page.heardAt;
        boolean busy = page.paused || page.pausing > 0 || !session.isWritable() || session.pendingBytes() > 0;
        if (busy || page.quietAt == Page.NEVER || page.heardAt - page.quietAt > 0) {
            page.quietAt = book.now();
        }
        Duration most = limits.pingInterval().multipliedBy(2).plus(limits.pongTimeout());
        require(!isOver(page.quietAt, most.plusNanos(2 * TICK_NANOS)), session + " is silent, and still open");
    }

    /** What was handled of one that stays paused is all that will be. */
    private static void checkPause(Page page) {
        if (page.paused && page.restedPauses == page.pauses) {
            require(
                    page.handled.size() == page.restedHandled,
                    "of one that is paused " + page.restedHandled + " messages were handled, and then " + page.handled);
        }
        page.restedPauses = page.paused ? page.pauses : -1;
        page.restedHandled = page.handled.size();
    }

    private void checkFirstMessage(Page page, ClientSession session) {
        Duration patience = limits.firstMessageTimeout();
        boolean over = !patience.isZero() && isOver(page.openedAt, patience);
        require(!over || !page.handled.isEmpty() || page.paused, session + " has said nothing, and is still open");
    }

    private void checkStall(Page page, ClientSession session, VirtualClient client) {
        boolean blocked = session.pendingBytes() > 0;
        if (!blocked) {
            page.blockedAt = Page.NEVER;
        } else if (page.blockedAt == Page.NEVER || page.blockedBehind != client.link().taken) {
            page.blockedAt = book.now();
            page.blockedBehind = client.link().taken;
        }
        require(
                !blocked || !isOver(page.blockedAt, limits.writeStallTimeout()),
                session + " takes no byte, and is still open");
    }

    private boolean isOver(long since, Duration patience) {
        return since != Page.NEVER && book.now() - since - patience.toNanos() - TICK_NANOS > 0;
    }

    /** When the server has closed: nobody was closed for a deadline that was not over. */
    void checkEnds() {
        if (timed.getAsBoolean()) {
            book.pages.values().forEach(this::checkEnd);
        }
    }

    private void checkEnd(Page page) {
        if (page.code == Code.TIMEOUT && page.reason.contains("pongTimeout")) {
            Duration patience = limits.pingInterval().plus(limits.pongTimeout());
            require(
                    page.closedAt - page.restedHeardAt >= patience.toNanos(),
                    "left as silent after " + Duration.ofNanos(page.closedAt - page.restedHeardAt));
        } else if (page.code == Code.TIMEOUT) {
            require(
                    page.closedAt - page.openedAt
                            >= limits.firstMessageTimeout().toNanos(),
                    "closed for a timeout after " + Duration.ofNanos(page.closedAt - page.openedAt));
            require(page.handled.isEmpty(), "closed for want of a first message, and it said " + page.handled);
        }
        if (page.code == Code.POLICY && !page.aborted && page.deserted) {
            require(
                    page.closedAt - page.closeBegan
                            >= Math.min(LINGER.toNanos(), limits.closeTimeout().toNanos()),
                    "left a client that was there after " + Duration.ofNanos(page.closedAt - page.closeBegan));
        }
        if (page.code == Code.SLOW_CONSUMER && page.reason.contains("took no byte")) {
            require(
                    page.blockedAt != Page.NEVER
                            && page.closedAt - page.blockedAt
                                    >= limits.writeStallTimeout().toNanos(),
                    "closed as slow after " + Duration.ofNanos(page.closedAt - page.blockedAt));
        }
    }
}
