package io.hongyan.im.test.virtual;

import io.hongyan.im.ClientSession;
import io.hongyan.im.CloseReason;
import io.hongyan.im.CloseReason.Code;
import io.hongyan.im.Fanout;
import io.hongyan.im.Group;
import io.hongyan.im.ImServer;
import io.hongyan.im.Limits;
import io.hongyan.im.Message;
import io.hongyan.im.Overflow;
import io.hongyan.im.SendResult;
import io.hongyan.im.ServerStats;
import java.net.InetSocketAddress;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HashMap;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.CompletableFuture;

/** What was ordered, what was answered and what came of it; and the laws that hold between them. */
final class Book {
    /** Of one session, by its client's address. */
    private static final class Page {
        final List<String> said = new ArrayList<>();
        final List<String> handled = new ArrayList<>();

        /** By who sent them. */
        final Map<String, List<String>> accepted = new LinkedHashMap<>();

        /** All that one thread meant for it, accepted or not, in order. */
        final List<String> meant = new ArrayList<>();

        boolean brokeARule;
        boolean stoppedReading;
        boolean reset;
        boolean ended;
        boolean aborted;
        boolean hostClosed;
        boolean congested;
        int writable;

        boolean threw;
        int opened;
        int closed;
        Code code = Code.NORMAL;
    }

    private record Published(Fanout fanout, String text) {}

    private final Map<InetSocketAddress, Page> pages = new LinkedHashMap<>();
    private final List<Published> published = new ArrayList<>();
    private final Map<String, List<List<String>>> groupsSeen = new LinkedHashMap<>();
    private final Limits limits;

    /** Connections may break and deadlines be missed through no fault of the engine. */
    private final boolean harsh;

    private int serial;
    private int thrown;
    private long handled;
    private long told;
    private boolean serverClosed;

    Book(Limits limits, boolean harsh) {
        this.limits = limits;
        this.harsh = harsh;
    }

    static void require(boolean holds, String otherwise) {
        if (!holds) {
            throw new AssertionError(otherwise);
        }
    }

    // ---- what is done

    private Page page(InetSocketAddress client) {
        return pages.computeIfAbsent(client, address -> new Page());
    }

    private Page page(ClientSession session) {
        return page(session.remoteAddress());
    }

    void said(VirtualClient client, String text) {
        page(client.address()).said.add(text);
    }

    void brokeARule(VirtualClient client) {
        page(client.address()).brokeARule = true;
    }

    void stoppedReading(VirtualClient client) {
        page(client.address()).stoppedReading = true;
    }

    void reset(VirtualClient client) {
        page(client.address()).reset = true;
    }

    void ended(VirtualClient client) {
        page(client.address()).ended = true;
    }

    void close(ClientSession session) {
        page(session).hostClosed = true;
        session.close(Host.OUT);
    }

    void writable(ClientSession session) {
        page(session).writable++;
    }

    void abort(ClientSession session) {
        page(session).hostClosed = true;
        page(session).aborted = true;
        session.abort(Host.OUT);
    }

    void opened(ClientSession session) {
        page(session).opened++;
    }

    void handled(ClientSession session, String text) {
        page(session).handled.add(text);
        handled++;
    }

    void throwing(ClientSession session) {
        page(session).threw = true;
        thrown++;
    }

    void closing(ImServer server) {
        serverClosed = true;
        server.close();
    }

    void serverCloses() {
        serverClosed = true;
    }

    void closed(ClientSession session, CloseReason reason) {
        require(
                serverClosed || reason.code() != Code.GOING_AWAY,
                session + " was told that the server goes, and it does not");
        page(session).closed++;
        page(session).code = reason.code();
    }

    private static Message message(String text, boolean binary) {
        return binary ? Message.binary(text.getBytes(StandardCharsets.UTF_8)) : Message.text(text);
    }

    void send(String who, ClientSession to, boolean binary) {
        String text = padded("d " + who + " " + ++serial);
        page(to).meant.add(text);
        if (to.send(message(text, binary)) == SendResult.ACCEPTED) {
            page(to).accepted.computeIfAbsent(who, w -> new ArrayList<>()).add(text);
        }
        page(to).congested |= !to.isWritable();
    }

    /** Some are longer than what the shortest message costs. */
    private String padded(String text) {
        return serial % 3 == 0 ? text + " " + "x".repeat(serial % 97) : text;
    }

    void publish(String who, Group group, boolean binary) {
        String text = "g " + who + " " + ++serial + " " + (group.name().isEmpty() ? "all" : group.name());
        for (ClientSession member : group.members()) {
            page(member).meant.add(text);
        }
        published.add(new Published(group.send(message(text, binary)), text));
    }

    // ---- the laws

    void checkBound(Collection<ClientSession> sessions) {
        for (ClientSession session : sessions) {
            long pending = session.pendingBytes();
            require(pending >= 0 && pending <= limits.outboundLimitBytes(), pending + " bytes are pending");
        }
    }

    boolean isServerClosed() {
        return serverClosed;
    }

    /** What is decoded and not handled stays within its bound for each session. */
    void checkInbound(ServerStats stats) {
        long waiting = stats.messagesIn() - stats.discardedIn() - handled;
        require(
                waiting <= (long) pages.size() * limits.inboundLimitMessages(),
                waiting + " messages wait for " + pages.size() + " handlers");
    }

    int thrown() {
        return thrown;
    }

    /** Each is complete, and each member has been counted once. */
    void checkFanouts() {
        for (Published one : published) {
            CompletableFuture<Fanout.Counts> counts = one.fanout().counts().toCompletableFuture();
            require(counts.isDone(), "the fate of \"" + one.text() + "\" is never known");
            Fanout.Counts c = counts.join();
            int sum = c.accepted() + c.overflow() + c.closed() + c.refused();
            require(sum == one.fanout().members(), "of " + one.fanout().members() + " members " + sum + " are counted");
        }
    }

    void checkReceived(VirtualClient client, boolean strict) {
        Page page = page(client.address());
        boolean open = page.opened == 1 && page.closed == 0 && !client.hasEnded();
        boolean flushed = page.closed == 1 && isFlushed(page) && !harsh;

        List<String> texts = new ArrayList<>();
        for (Message message : client.received()) {
            texts.add(new String(message.bytes(), StandardCharsets.UTF_8));
        }
        require(new HashSet<>(texts).size() == texts.size(), client + " has received something twice: " + texts);
        Map<String, List<String>> bySender = new HashMap<>();
        Map<String, List<String>> byGroup = new HashMap<>();
        Map<String, Integer> lastOf = new HashMap<>();
        for (String text : texts) {
            String[] parts = text.split(" ");
            int number = Integer.parseInt(parts[2]);
            Integer before = lastOf.put(parts[1], number);
            require(before == null || before < number, client + " received " + before + " before \"" + text + "\"");
            if (parts[0].equals("d")) {
                bySender.computeIfAbsent(parts[1], f -> new ArrayList<>()).add(text);
            } else {
                byGroup.computeIfAbsent(parts[3], f -> new ArrayList<>()).add(text);
            }
        }
        byGroup.forEach((group, seen) ->
                groupsSeen.computeIfAbsent(group, g -> new ArrayList<>()).add(seen));
        Set<String> senders = new HashSet<>(bySender.keySet());
        senders.addAll(page.accepted.keySet());
        for (String sender : senders) {
            List<String> accepted = page.accepted.getOrDefault(sender, List.of());
            List<String> received = bySender.getOrDefault(sender, List.of());
            List<String> due =
                    open || flushed ? accepted : accepted.subList(0, Math.min(received.size(), accepted.size()));
            require(
                    received.equals(due),
                    client + " was sent " + accepted + " by " + sender + ", received " + received);
        }
        boolean heard = open || (page.closed == 1 && page.code == Code.PEER_CLOSED && !harsh);
        List<String> due = heard ? page.said : page.said.subList(0, Math.min(page.handled.size(), page.said.size()));
        require(page.handled.equals(due), client + " said " + page.said + ", handled was " + page.handled);
        long missed = client.notices().stream().mapToLong(Book::missed).sum();
        told += missed;
        if (open) {
            int meant = page.meant.size();
            require(
                    texts.size() + missed == meant,
                    client + " heard " + texts.size() + " of " + meant + ", told " + missed);
            require(!page.congested || page.writable > 0, client + " was congested, and nobody was told of the end");
        }
        if (flushed && page.code == Code.POLICY) {
            boolean said = client.notices().stream().anyMatch(n -> n.startsWith("closing POLICY"));
            require(said, client + " was not told why it was closed");
        }
        if (strict && open) {
            checkPlaces(client, page.meant);
        }
    }

    /** It closed in good order, and its client read to the end. */
    private static boolean isFlushed(Page page) {
        return !page.aborted
                && !page.stoppedReading
                && !page.reset
                && (page.code == Code.POLICY || page.code == Code.PEER_CLOSED || page.code == Code.INTERNAL_ERROR);
    }

    private static long missed(String notice) {
        return notice.startsWith("missed ") ? Long.parseLong(notice.substring("missed ".length())) : 0;
    }

    /**
     * Everything meant for it comes in order. What is missing is told at its place; only a group's message, which is judged later than
     * what was sent directly, is told behind all that had been accepted by then. Nothing is told too early, and in the end all.
     */
    private static void checkPlaces(VirtualClient client, List<String> meant) {
        int next = 0;
        long told = 0;
        long direct = 0;
        long group = 0;
        for (String heard : client.heard()) {
            if (heard.startsWith("missed ")) {
                told += missed(heard);
                continue;
            }
            int at = next + meant.subList(next, meant.size()).indexOf(heard);
            require(at >= next, client + " heard \"" + heard + "\" out of order, or it was not meant for it");
            for (String missing : meant.subList(next, at)) {
                direct += missing.startsWith("d ") ? 1 : 0;
                group += missing.startsWith("g ") ? 1 : 0;
            }
            String where = client + " was told of " + told + " before \"" + heard + "\", where " + direct + " and "
                    + group + " of groups are missing, lately " + meant.subList(next, at);
            require(told >= direct && told <= direct + group, where);
            next = at + 1;
        }
        long missing = direct + group + meant.size() - next;
        require(told == missing, client + " misses " + missing + " in the end, was told of " + told);
    }

    /** A minute after the faults have stopped, nobody who has left or broken a rule is still served. */
    void checkGone() {
        pages.forEach((client, page) -> {
            boolean gone = page.ended || page.reset || page.brokeARule || page.hostClosed || page.threw;
            require(!gone || page.closed == page.opened, client + " has ended, and its session is still open");
        });
    }

    /** Any two members see what both see in the same order. */
    void checkGroupOrder() {
        groupsSeen.forEach((group, all) -> {
            for (List<String> a : all) {
                for (List<String> b : all) {
                    List<String> left = new ArrayList<>(a);
                    left.retainAll(new HashSet<>(b));
                    List<String> right = new ArrayList<>(b);
                    right.retainAll(new HashSet<>(a));
                    require(left.equals(right), "members of " + group + " see " + left + " and " + right);
                }
            }
        });
    }

    /** Where no session has ended, everybody was told of everything that was refused. */
    void checkGaps(ServerStats stats) {
        boolean allOpen = pages.values().stream().allMatch(page -> page.opened == 1 && page.closed == 0);
        require(
                !allOpen || told == stats.overflowed(),
                stats.overflowed() + " messages were refused, clients were told of " + told);
    }

    /** Each session that opened has closed once, for a reason that there was. */
    void checkEnds() {
        pages.forEach((client, page) -> {
            require(
                    page.closed == page.opened && page.opened <= 1,
                    client + " opened and closed " + page.opened + ", " + page.closed);
            boolean due = switch (page.code) {
                case INTERNAL_ERROR -> page.threw;
                case PROTOCOL_ERROR, INVALID_TEXT, MESSAGE_TOO_BIG -> page.brokeARule;
                case CONNECTION_LOST -> page.reset || harsh;
                case PEER_CLOSED -> page.ended;
                case POLICY -> page.hostClosed;
                case SLOW_CONSUMER -> page.stoppedReading || harsh || limits.overflow() == Overflow.CLOSE;
                case TIMEOUT -> !limits.firstMessageTimeout().isZero();
                default -> true;
            };
            require(due, client + " was closed with " + page.code + ", for which there was no reason");
        });
    }
}
