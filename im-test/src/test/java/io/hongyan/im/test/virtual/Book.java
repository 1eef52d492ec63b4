package io.hongyan.im.test.virtual;

import io.hongyan.im.ClientSession;
import io.hongyan.im.CloseReason;
import io.hongyan.im.CloseReason.Code;
import io.hongyan.im.Fanout;
import io.hongyan.im.Group;
import io.hongyan.im.ImServer;
import io.hongyan.im.Limits;
import io.hongyan.im.Message;
import io.hongyan.im.SendResult;
import java.net.InetSocketAddress;
import java.nio.charset.StandardCharsets;
import java.security.Principal;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.function.IntSupplier;
import java.util.function.LongSupplier;
import org.jspecify.annotations.Nullable;

/** Does what is ordered, writes down what was answered and what came of it, and sees at once where a law is broken. */
final class Book {
    /** A message to a group, and for how many it was. */
    record Published(Fanout fanout, String text, boolean isVolatile, int least, int most) {}

    final Map<InetSocketAddress, Page> pages = new LinkedHashMap<>();
    final List<Published> published = new ArrayList<>();
    final Limits limits;

    private final boolean binary;
    private final List<String> broken = new ArrayList<>();
    private LongSupplier clock = () -> 0;
    private IntSupplier jumps = () -> 0;
    private int restedJumps;
    private int serial;
    private int thrown;
    private int overlaps;
    private long handled;
    private long volatileRefusals;
    private boolean serverClosed;

    Book(Limits limits, boolean binary) {
        this.limits = limits;
        this.binary = binary;
    }

    void goBy(LongSupplier nanoTime, IntSupplier clockJumps) {
        clock = nanoTime;
        jumps = clockJumps;
    }

    /** Its end begins, or it stops reading. */
    void mayBeDeaf(Page page) {
        page.mayBeDeaf(restedJumps);
    }

    void rests() {
        restedJumps = jumps.getAsInt();
    }

    long now() {
        return clock.getAsLong();
    }

    static void require(boolean holds, String otherwise) {
        if (!holds) {
            throw new AssertionError(otherwise);
        }
    }

    /** In a callback, where an error would be taken for the handler's. */
    private void law(boolean holds, String otherwise) {
        if (!holds) {
            broken.add(otherwise);
        }
    }

    void verify() {
        require(broken.isEmpty(), String.join("; ", broken));
    }

    // ---- what clients do

    Page page(InetSocketAddress client) {
        return pages.computeIfAbsent(client, address -> new Page());
    }

    Page page(ClientSession session) {
        return page(session.remoteAddress());
    }

    Page page(VirtualClient client) {
        return page(client.address());
    }

    void connected(VirtualClient client) {
        page(client).client = Optional.of(client);
        page(client).connectedAt = now();
    }

    // ---- what is told to the handler

    void opened(ClientSession session) {
        Page page = page(session);
        page.opened++;
        page.openedAt = now();
        page.session = Optional.of(session);
        String name = session.principal().map(Principal::getName).orElse("");
        if (page.asked) {
            law(page.answer == Porter.Answer.WELCOME, session + " is open, the porter's answer was " + page.answer);
            page.principal = WaryProtocol.nameOf(session.remoteAddress());
        }
        law(name.equals(page.principal), session + " is " + name + ", not " + page.principal);
    }

    /** A session is told once who it is. */
    void name(ClientSession session) {
        Page page = page(session);
        String name = "p" + ++serial;
        boolean refused = false;
        try {
            session.principal(new WaryProtocol.Name(name));
        } catch (IllegalStateException e) {
            refused = true;
        }
        law(refused != page.principal.isEmpty(), session + " was named twice, " + page.principal + " and " + name);
        if (!refused) {
            page.principal = name;
        }
        String now = session.principal().map(Principal::getName).orElse("");
        law(now.equals(page.principal), session + " is " + now + ", was told that it is " + page.principal);
    }

    void handled(ClientSession session, String text) {
        page(session).handled.add(text);
        handled++;
    }

    long handled() {
        return handled;
    }

    void writable(ClientSession session) {
        page(session).writable++;
    }

    void throwing(ClientSession session) {
        page(session).threw = true;
        mayBeDeaf(page(session));
        thrown++;
    }

    int thrown() {
        return thrown;
    }

    /** For how many clients the porter was asked in vain, be it that it has failed or was late. */
    long turnedAway() {
        return pages.values().stream()
                .filter(page -> page.asked && page.opened == 0)
                .count();
    }

    void closed(ClientSession session, CloseReason reason) {
        law(
                serverClosed || reason.code() != Code.GOING_AWAY,
                session + " was told that the server goes, and it does not");
        law(
                !session.closeFuture().toCompletableFuture().isDone(),
                session + " has ended for those who wait for it, and onClose has not returned");
        Page page = page(session);
        law(
                reason.code() != Code.POLICY || page.mayEndWith(reason.text()),
                session + " ends with \"" + reason.text() + "\", which was not the first reason");
        page.closed(reason, now(), jumps.getAsInt());
    }

    // ---- what is done to sessions

    void close(ClientSession session, String who, boolean aborting) {
        Page page = page(session);
        Page.Closing closing = new Page.Closing("out by " + who + " " + ++serial, session.isOpen(), ++overlaps);
        page.closings.add(closing);
        page.hostClosed = true;
        mayBeDeaf(page);
        page.aborted |= aborting;
        if (closing.wasOpen && page.closeBegan == Page.NEVER) {
            page.closeBegan = now();
        }
        CloseReason reason = CloseReason.of(Code.POLICY, closing.text);
        if (aborting) {
            session.abort(reason);
        } else {
            session.close(reason);
        }
        closing.over = ++overlaps;
        law(!session.isOpen(), session + " is open behind close");
    }

    void closeServer(ImServer server) {
        serverClosed = true;
        server.close();
    }

    boolean isServerClosed() {
        return serverClosed;
    }

    void pause(ClientSession session, boolean pausing) {
        Page page = page(session);
        page.pauses++;
        page.pausing++;
        if (pausing) {
            session.pause();
        } else {
            session.resume();
        }
        page.pausing--;
        page.pauses++;
        page.paused = pausing || page.pausing > 0;
    }

    void move(ClientSession session, Group group, boolean joining) {
        Page.Place place = page(session).place(group.name());
        boolean wasOpen = session.isOpen();
        int before = ++place.moves;
        boolean changed = joining ? group.join(session) : group.leave(session);
        law(wasOpen || !joining || !changed, session + " had closed, and has joined " + group);
        if (changed) {
            place.joined += joining ? 1 : -1;
        }
        boolean isThere = group.contains(session) == joining || !session.isOpen();
        boolean alone = ++place.moves == before + 1;
        law(isThere || !alone, session + " is not where it went, " + group + ", " + joining);
    }

    // ---- what is sent

    private Message message(String text, boolean isVolatile) {
        Message message = binary ? Message.binary(text.getBytes(StandardCharsets.UTF_8)) : Message.text(text);
        return isVolatile ? message.asVolatile() : message;
    }

    /** Some are longer than what the shortest message costs. */
    void send(String who, ClientSession to) {
        int more = serial % 3 == 0 ? serial % 97 : 0;
        send(to, who, direct(who) + (more == 0 ? "" : " " + "x".repeat(more)), false);
    }

    void sendVolatile(String who, ClientSession to) {
        send(to, who, direct(who), true);
    }

    /** As many bytes on the wire as there is room for, or one more. */
    void sendToTheBrim(String who, ClientSession to) {
        int over = serial % 4 == 0 ? 0 : 1;
        long room = limits.outboundLimitBytes() - to.pendingBytes();
        long wire = Math.min(room + over, limits.outboundLimitBytes());
        sendLong(who, to, (int) wire - (binary ? 4 : 1));
    }

    void sendLong(String who, ClientSession to, int bytes) {
        String text = direct(who) + " ";
        send(to, who, text + "x".repeat(Math.max(0, bytes - text.length())), false);
    }

    private String direct(String who) {
        return "d " + who + " " + ++serial;
    }

    private void send(ClientSession to, String who, String text, boolean isVolatile) {
        Page page = page(to);
        boolean wasOpen = to.isOpen();
        if (isVolatile) {
            page.volatiles.add(text);
        } else {
            page.meant.add(text);
        }
        SendResult result = to.send(message(text, isVolatile));
        if (result == SendResult.ACCEPTED) {
            page.accepted.computeIfAbsent(who, w -> new ArrayList<>()).add(text);
            if (!to.isOpen()) {
                page.overtaken.add(text);
            }
        } else if (isVolatile && result == SendResult.OVERFLOW) {
            volatileRefusals++;
        }
        law(wasOpen || result == SendResult.CLOSED, to + " had closed, and took a message");
        page.congested |= !to.isWritable();
        checkBound(List.of(to));
    }

    /** @param except who is left out; null for nobody */
    void publish(String who, Group group, @Nullable ClientSession except, boolean isVolatile) {
        String name = group.name().isEmpty() ? "all" : group.name();
        String text = "g " + who + " " + ++serial + " " + name;
        Map<Page, Integer> moves = new LinkedHashMap<>();
        pages.values().forEach(page -> moves.put(page, page.place(group.name()).moves));
        Set<ClientSession> before = group.members();
        Message message = message(text, isVolatile);
        if (except != null) {
            page(except).leftOut.add(text);
        }
        Fanout fanout = except == null ? group.send(message) : group.send(message, except);
        Set<ClientSession> after = group.members();
        Set<ClientSession> some = new HashSet<>(before);
        some.addAll(after);
        Set<Page> perhaps = new HashSet<>();
        moves.forEach((page, then) -> {
            if (then != page.place(group.name()).moves) {
                perhaps.add(page);
            }
        });
        int surely = 0;
        for (ClientSession member : some) {
            Page page = page(member);
            boolean sure = before.contains(member) && after.contains(member) && !perhaps.contains(page);
            if (member == except) {
                perhaps.remove(page);
            } else if (isVolatile) {
                page.volatiles.add(text);
            } else if (sure) {
                page.meant.add(text);
            }
            if (!sure && member != except) {
                perhaps.add(page);
            } else if (member != except) {
                surely++;
            }
        }
        if (except != null) {
            perhaps.remove(page(except));
        }
        perhaps.forEach(page -> (isVolatile ? page.volatiles : page.perhaps).add(text));
        published.add(new Published(fanout, text, isVolatile, surely, surely + perhaps.size()));
    }

    long volatileRefusals() {
        return volatileRefusals;
    }

    // ---- what holds at any moment

    void checkBound(Collection<ClientSession> sessions) {
        for (ClientSession session : sessions) {
            long pending = session.pendingBytes();
            law(
                    pending >= 0 && pending <= limits.outboundLimitBytes(),
                    pending + " bytes are pending, the most is " + limits.outboundLimitBytes());
        }
    }

    static boolean isDirect(String text) {
        return text.startsWith("d ");
    }
}
