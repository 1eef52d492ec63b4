package io.hongyan.im.test.virtual;

import static io.hongyan.im.test.virtual.Book.require;

import io.hongyan.im.ClientSession;
import io.hongyan.im.CloseReason.Code;
import io.hongyan.im.Fanout;
import io.hongyan.im.Group;
import io.hongyan.im.ImServer;
import io.hongyan.im.Limits;
import io.hongyan.im.Message;
import io.hongyan.im.Overflow;
import io.hongyan.im.ServerStats;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.function.BooleanSupplier;

/** What holds between what was done and what came of it, once all has come to rest. */
final class Laws {
    private final Book book;
    private final Limits limits;

    /** Deadlines may be missed through no fault of the engine. */
    private final boolean jumps;

    private final BooleanSupplier waited;

    private final Map<String, List<List<String>>> groupsSeen = new LinkedHashMap<>();
    private long told;

    /** @param waited whether time has passed for some who had been preempted */
    Laws(Book book, boolean jumps, BooleanSupplier waited) {
        this.book = book;
        this.limits = book.limits;
        this.jumps = jumps;
        this.waited = waited;
    }

    // ---- between two steps

    /** What is decoded and not handled stays within its bound for each session, and somebody is about to handle it. */
    void checkInbound(ServerStats stats, boolean handling) {
        long waiting = stats.messagesIn() - stats.discardedIn() - book.handled();
        require(
                waiting <= (long) book.pages.size() * limits.inboundLimitMessages(),
                waiting + " messages wait for " + book.pages.size() + " handlers");
        require(waiting <= 0 || handling, waiting + " messages wait, and no handler is about to be told");
        require(
                stats.openSessions() <= limits.maxSessions(),
                stats.openSessions() + " sessions are open, maxSessions is " + limits.maxSessions());
    }

    // ---- when the faults have stopped

    /** Each is complete, and each member has been counted once. */
    void checkFanouts() {
        for (Book.Published one : book.published) {
            CompletableFuture<Fanout.Counts> counts = one.fanout().counts().toCompletableFuture();
            require(counts.isDone(), "the fate of \"" + one.text() + "\" is never known");
            Fanout.Counts c = counts.join();
            int members = one.fanout().members();
            int sum = c.accepted() + c.overflow() + c.closed() + c.refused();
            require(sum == members, "of " + members + " members " + sum + " are counted");
            require(
                    members >= one.least() && members <= one.most(),
                    "\"" + one.text() + "\" was for " + one.least() + " to " + one.most() + " members, not " + members);
        }
    }

    void checkReceived(Page page, VirtualClient client, boolean strict) {
        boolean open = page.isOpen() && !client.hasEnded();
        boolean flushed = page.closed == 1 && isFlushed(page) && !waited.getAsBoolean();
        List<String> texts = new ArrayList<>();
        for (Message message : client.received()) {
            texts.add(new String(message.bytes(), StandardCharsets.UTF_8));
        }
        require(new HashSet<>(texts).size() == texts.size(), client + " has received something twice: " + texts);
        checkSenders(page, client, texts, open || flushed);
        checkMeant(page, client, texts, open);
        boolean heard = open || (page.closed == 1 && page.code == Code.PEER_CLOSED && page.endedInPeace());
        List<String> due = heard ? page.said : page.said.subList(0, Math.min(page.handled.size(), page.said.size()));
        require(page.handled.equals(due), client + " said " + page.said + ", handled was " + page.handled);
        if (open) {
            require(!page.congested || page.writable > 0, client + " was congested, and nobody was told of the end");
        }
        if (flushed && page.code == Code.POLICY) {
            String notice = "closing POLICY " + page.reason;
            require(client.notices().contains(notice), client + " was not told \"" + notice + "\"");
        }
        if (strict && open) {
            checkPlaces(client, page);
        }
    }

    /** Each sender's messages come in order; those that were sent to it alone all do, if it stays or ends in good order. */
    private void checkSenders(Page page, VirtualClient client, List<String> texts, boolean all) {
        Map<String, List<String>> bySender = new HashMap<>();
        Map<String, List<String>> byGroup = new HashMap<>();
        Map<String, Integer> lastOf = new HashMap<>();
        for (String text : texts) {
            String[] parts = text.split(" ", 5);
            int number = Integer.parseInt(parts[2]);
            Integer before = lastOf.put(parts[1], number);
            require(before == null || before < number, client + " received " + before + " before \"" + text + "\"");
            if (Book.isDirect(text)) {
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
            List<String> received = bySender.getOrDefault(sender, List.of());
            List<String> accepted = page.accepted.getOrDefault(sender, List.of()).stream()
                    .filter(text -> received.contains(text) || !page.overtaken.contains(text))
                    .toList();
            List<String> due = all ? accepted : accepted.subList(0, Math.min(received.size(), accepted.size()));
            require(
                    received.equals(due),
                    client + " was sent " + accepted + " by " + sender + ", received " + received);
        }
    }

    /** Nobody hears what was not meant for it; who stays hears everything, or is told how much is missing. */
    private void checkMeant(Page page, VirtualClient client, List<String> texts, boolean open) {
        Set<String> meant = new HashSet<>(page.meant);
        int surely = 0;
        int perhaps = 0;
        for (String text : texts) {
            require(!page.leftOut.contains(text), client + " was left out, and heard \"" + text + "\"");
            boolean isDue = meant.contains(text);
            require(
                    isDue || page.perhaps.contains(text) || page.volatiles.contains(text),
                    client + " heard \"" + text + "\", which was not meant for it");
            surely += isDue ? 1 : 0;
            perhaps += page.perhaps.contains(text) ? 1 : 0;
        }
        long missed = client.notices().stream().mapToLong(Laws::missed).sum();
        told += missed;
        int least = page.meant.size();
        int most = least + page.perhaps.size();
        require(
                !open
                        || (surely + missed >= least - perhaps
                                && surely + perhaps + missed >= least
                                && surely + perhaps + missed <= most),
                client + " heard " + surely + " and " + perhaps + " of " + least + " to " + most + ", told " + missed);
    }

    /** It closed in good order, and its client read to the end. */
    private static boolean isFlushed(Page page) {
        return !page.aborted
                && !page.deaf
                && page.endedInPeace()
                && (page.code == Code.POLICY || page.code == Code.PEER_CLOSED || page.code == Code.INTERNAL_ERROR);
    }

    private static long missed(String notice) {
        return notice.startsWith("missed ") ? Long.parseLong(notice.substring("missed ".length())) : 0;
    }

    /**
     * Everything meant for it comes in order. What is missing is told at its place; only a group's message, which is judged later than
     * what was sent directly, is told behind all that had been accepted by then. Nothing is told too early, and in the end all.
     */
    private static void checkPlaces(VirtualClient client, Page page) {
        List<String> meant = page.meant;
        int next = 0;
        long told = 0;
        long direct = 0;
        long group = 0;
        for (String heard : client.heard()) {
            if (heard.startsWith("missed ")) {
                told += missed(heard);
                continue;
            }
            if (page.volatiles.contains(heard)) {
                continue;
            }
            int at = next + meant.subList(next, meant.size()).indexOf(heard);
            require(at >= next, client + " heard \"" + heard + "\" out of order, or it was not meant for it");
            for (String missing : meant.subList(next, at)) {
                direct += Book.isDirect(missing) ? 1 : 0;
                group += Book.isDirect(missing) ? 0 : 1;
            }
            String where = client + " was told of " + told + " before \"" + heard + "\", where " + direct + " and "
                    + group + " of groups are missing, lately " + meant.subList(next, at);
            require(told >= direct && told <= direct + group, where);
            next = at + 1;
        }
        long missing = direct + group + meant.size() - next;
        require(told == missing, client + " misses " + missing + " in the end, was told of " + told);
    }

    /** A minute after the faults have stopped, nobody who has left or broken a rule is still served, and nobody waits at the port. */
    void checkGone() {
        book.pages.forEach((client, page) -> {
            boolean turnedAway = page.client
                    .filter(c -> c.hasEnded() || c.link().serverClosed)
                    .isPresent();
            require(page.opened == 1 || turnedAway, client + " has been neither served nor turned away");
            boolean gone = page.ended || page.reset || page.brokeARule || page.hostClosed || page.threw;
            require(!gone || page.closed == page.opened, client + " has ended, and its session is still open");
        });
    }

    /** Who is in a group is who has joined it, has not left it and is open; and so each says of itself. */
    void checkGroups(ImServer server, List<String> names) {
        Set<ClientSession> open = new HashSet<>();
        book.pages.values().stream().filter(Page::isOpen).forEach(page -> page.session.ifPresent(open::add));
        require(server.all().members().equals(open), "all are " + server.all().members() + ", open are " + open);
        for (String name : names) {
            Group group = server.group(name);
            Set<ClientSession> joined = new HashSet<>();
            for (ClientSession session : open) {
                if (book.page(session).place(name).joined == 1) {
                    joined.add(session);
                }
                require(
                        session.groups().contains(name) == joined.contains(session)
                                && group.contains(session) == joined.contains(session),
                        session + " says that it is in " + session.groups() + ", has joined " + joined);
            }
            require(
                    group.members().equals(joined) && group.size() == joined.size(),
                    group + " has the members " + group.members() + ", " + group.size() + ", joined have " + joined);
        }
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
        long refused = stats.overflowed() - book.volatileRefusals();
        for (Book.Published one : book.published) {
            if (one.isVolatile()) {
                refused -= one.fanout().counts().toCompletableFuture().join().overflow();
            }
        }
        boolean allOpen = book.pages.values().stream().allMatch(page -> page.opened == 1 && page.closed == 0);
        require(!allOpen || told == refused, refused + " messages were refused, clients were told of " + told);
    }

    // ---- when the server has closed

    /** Each session that opened has closed once, for a reason that there was. */
    void checkEnds() {
        book.pages.forEach((client, page) -> {
            require(
                    page.closed == page.opened && page.opened <= 1,
                    client + " opened and closed " + page.opened + ", " + page.closed);
            boolean due = switch (page.code) {
                case INTERNAL_ERROR -> page.threw;
                case PROTOCOL_ERROR, INVALID_TEXT, MESSAGE_TOO_BIG -> page.brokeARule;
                case CONNECTION_LOST ->
                    page.client.filter(c -> c.link().resetByClient).isPresent();
                case PEER_CLOSED -> page.ended;
                case POLICY -> page.hostClosed;
                case SLOW_CONSUMER ->
                    page.stoppedReading || jumps || waited.getAsBoolean() || limits.overflow() == Overflow.CLOSE;
                case TIMEOUT -> !limits.firstMessageTimeout().isZero() || page.asked;
                default -> true;
            };
            require(due, client + " was closed with " + page.code + ", for which there was no reason");
            page.session.ifPresent(session -> {
                CompletableFuture<?> future = session.closeFuture().toCompletableFuture();
                require(future.isDone(), client + " has closed, and its future does not tell");
            });
        });
    }
}
