package io.hongyan.im.test;

import io.hongyan.im.ClientSession;
import io.hongyan.im.CloseReason;
import io.hongyan.im.CloseReason.Code;
import io.hongyan.im.Dispatch;
import io.hongyan.im.Message;
import io.hongyan.im.MessageHandler;
import io.hongyan.im.SendResult;
import io.hongyan.im.test.evidence.Story;
import io.hongyan.im.test.evidence.Witness;
import io.hongyan.im.test.virtual.ClientScript;
import io.hongyan.im.test.virtual.ClientScript.Send;
import io.hongyan.im.test.virtual.ClientScript.Simple;
import io.hongyan.im.test.virtual.ClientScript.Step;
import io.hongyan.im.test.virtual.Faults;
import io.hongyan.im.test.virtual.VirtualClient;
import io.hongyan.im.test.virtual.VirtualServer;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/**
 * One run of {@link DeliveryLaws}, from the first client to after the server's close, and what it must have shown. Each message bears its
 * sender and number: {@code c2:7:..} is the seventh of the third client; {@code e2:7:..} is the answer, and {@code g2:7:..} what its group is
 * told.
 */
final class Delivery {
    private static final String GROUP = "everybody";

    private final DeliveryLaws laws;
    private final VirtualServer im;
    private final Witness witness;
    private final boolean isHarmless;
    private final Set<String> sentByAnyone = new HashSet<>();

    // By client, in the order of the scripts:
    private final List<List<String>> sent = new ArrayList<>();
    private final List<List<String>> handled = new ArrayList<>();
    private final List<List<String>> accepted = new ArrayList<>();
    private final List<List<String>> answers = new ArrayList<>();
    private final List<List<String>> told = new ArrayList<>();
    private final List<VirtualClient> clients = new ArrayList<>();
    private final Map<Integer, ClientSession> sessions = new HashMap<>();
    private final Set<Integer> openAtTheEnd = new HashSet<>();

    /** Of the first message that is not what anybody sent, and of the first bytes over the limit. */
    private @Nullable String strange;

    private @Nullable String overLimit;

    Delivery(DeliveryLaws laws, Faults faults, Dispatch dispatch, int seed) {
        this.laws = laws;
        witness = new Witness(new Answering());
        isHarmless = Faults.harmless()
                .perMille()
                .keySet()
                .containsAll(faults.perMille().keySet());
        im = VirtualServer.of(
                        laws.newBuilder().handler(witness).limits(laws.limits()).dispatch(dispatch))
                .faults(faults)
                .seed(seed);
    }

    /** Answers, tells the group, and measures. */
    private final class Answering implements MessageHandler {
        @Override
        public void onOpen(ClientSession session) {
            session.join(GROUP);
        }

        @Override
        public void onMessage(ClientSession session, Message message) {
            String text = laws.text(message);
            if (!sentByAnyone.contains(text)) {
                if (strange == null) {
                    strange = "the handler was given " + message + " that nobody has sent: " + text;
                }
                return;
            }
            int client = clientOf(text);
            handled.get(client).add(text);
            String answer = "e" + text.substring(1);
            if (session.send(laws.message(answer)) == SendResult.ACCEPTED) {
                accepted.get(client).add(answer);
            }
            measure();
            session.server().group(GROUP).send(laws.message("g" + text.substring(1)));
            measure();
        }

        @Override
        public void onWritable(ClientSession session) {
            measure();
        }

        @Override
        public void onClose(ClientSession session, CloseReason reason) {
            measure();
        }
    }

    private void measure() {
        int limit = laws.limits().outboundLimitBytes();
        for (ClientSession session : witness.sessions()) {
            long pending = session.pendingBytes();
            if ((pending < 0 || pending > limit) && overLimit == null) {
                overLimit = "pendingBytes() was " + pending + ", the limit is " + limit;
            }
        }
    }

    private static int clientOf(String text) {
        return Integer.parseInt(text.substring(1, text.indexOf(':')));
    }

    // ---- the run

    Delivery of(List<ClientScript> crowd) {
        List<ClientScript> numbered = new ArrayList<>();
        for (int i = 0; i < crowd.size(); i++) {
            sent.add(new ArrayList<>());
            handled.add(new ArrayList<>());
            accepted.add(new ArrayList<>());
            numbered.add(numbered(crowd.get(i), i));
        }
        try (im) {
            clients.addAll(ClientScript.playAll(im, laws::newCodec, numbered));
            im.faults(Faults.none());
            clients.forEach(VirtualClient::startReading);
            im.settle();
            measure();
            for (int i = 0; i < crowd.size(); i++) {
                findSession(i, crowd.get(i));
            }
        }
        clients.forEach(this::sort);
        return this;
    }

    /** A client that stays has one, on a day on which nothing is lost. */
    private void findSession(int client, ClientScript script) {
        try {
            ClientSession session = clients.get(client).session();
            sessions.put(client, session);
            if (session.isOpen()) {
                openAtTheEnd.add(client);
            }
        } catch (AssertionError neverOpened) {
            boolean stays = script.steps().stream().noneMatch(Delivery::isLeaving);
            if (isHarmless && stays) {
                throw neverOpened;
            }
        }
    }

    private static boolean isLeaving(Step step) {
        return step == Simple.RESET || step == Simple.END_OUTPUT;
    }

    private ClientScript numbered(ClientScript script, int client) {
        List<Step> steps = new ArrayList<>();
        boolean gone = false;
        for (Step step : script.steps()) {
            gone |= isLeaving(step);
            if (!(step instanceof Send send)) {
                steps.add(step);
                continue;
            }
            String text =
                    "c" + client + ":" + steps.size() + ":" + send.message().text() + ".";
            steps.add(new Send(laws.message(text)));
            sentByAnyone.add(text);
            if (!gone) {
                sent.get(client).add(text);
            }
        }
        return new ClientScript(steps);
    }

    /** Tells the answers that a client has got from what its group was told. */
    private void sort(VirtualClient client) {
        List<String> answered = new ArrayList<>();
        List<String> heard = new ArrayList<>();
        for (Message message : client.received()) {
            String text = laws.text(message);
            boolean known = !text.isEmpty() && sentByAnyone.contains("c" + text.substring(1));
            if (known && text.charAt(0) == 'e') {
                answered.add(text);
            } else if (known && text.charAt(0) == 'g') {
                heard.add(text);
            } else if (strange == null) {
                strange = client + " was given " + message + " that nobody has sent: " + text;
            }
        }
        answers.add(answered);
        told.add(heard);
    }

    // ---- the laws

    void requireOrderIn() {
        for (int i = 0; i < clients.size(); i++) {
            requireBeginning(clients.get(i) + " has sent", sent.get(i), "the handler got", handled.get(i));
            if (openAtTheEnd.contains(i) || reason(i) == Code.PEER_CLOSED) {
                require(handled.get(i).size() == sent.get(i).size(), () -> "of what a client has sent some is lost");
            }
        }
    }

    private @Nullable Code reason(int client) {
        ClientSession session = sessions.get(client);
        if (session != null) {
            for (Witness.Event event : witness.events(session)) {
                if (event.with() instanceof CloseReason reason) {
                    return reason.code();
                }
            }
        }
        return null;
    }

    void requireOrderOut() {
        for (int i = 0; i < clients.size(); i++) {
            VirtualClient client = clients.get(i);
            List<String> due = accepted.get(i);
            if (client.notices().stream().anyMatch(notice -> notice.startsWith("missed"))) {
                requireAmong(client, due, answers.get(i));
                continue;
            }
            requireBeginning("for " + client + " was accepted", due, "it got", answers.get(i));
            if (openAtTheEnd.contains(i)) {
                require(
                        answers.get(i).size() == due.size(),
                        () -> "of what was accepted for " + client + " some is lost");
            }
        }
    }

    private void requireAmong(VirtualClient client, List<String> due, List<String> got) {
        int from = 0;
        for (String text : got) {
            int at = due.subList(from, due.size()).indexOf(text);
            require(at >= 0, () -> "for " + client + " was accepted " + due + ", it got " + got);
            from += at + 1;
        }
    }

    /** Whoever sees two messages, sees them in the same order as all others, and those between them too if it was told of no gap. */
    void requireOneOrder() {
        for (List<String> heard : told) {
            require(new HashSet<>(heard).size() == heard.size(), () -> "a group's message came twice: " + heard);
        }
        for (int client : openAtTheEnd) {
            List<String> due = handled.get(client).stream()
                    .map(text -> "g" + text.substring(1))
                    .toList();
            List<String> own = told.get(client).stream()
                    .filter(text -> clientOf(text) == client)
                    .toList();
            require(
                    hasGap(client) || own.equals(due),
                    () -> "the group was told " + due + ", and of that " + clients.get(client) + " has heard " + own);
        }
        for (int i = 0; i < told.size(); i++) {
            for (int j = 0; j < i; j++) {
                List<String> one = common(told.get(i), told.get(j), hasGap(j));
                List<String> other = common(told.get(j), told.get(i), hasGap(i));
                String names = clients.get(i) + " and " + clients.get(j);
                require(one.equals(other), () -> names + " do not see one order: " + one + " and " + other);
            }
        }
    }

    private boolean hasGap(int client) {
        return !clients.get(client).notices().isEmpty();
    }

    /** From the first to the last message that both have; only those that both have if the other one may have missed some. */
    private static List<String> common(List<String> of, List<String> with, boolean withGaps) {
        List<String> both = new ArrayList<>(of);
        both.retainAll(with);
        if (withGaps || both.isEmpty()) {
            return both;
        }
        return of.subList(of.indexOf(both.get(0)), of.indexOf(both.get(both.size() - 1)) + 1);
    }

    void requireWhole() {
        require(strange == null, () -> strange);
        for (int i = 0; i < clients.size(); i++) {
            int client = i;
            require(
                    answers.get(i).stream().allMatch(text -> clientOf(text) == client),
                    () -> clients.get(client) + " was given an answer of another: " + answers.get(client));
        }
    }

    void requireOneEnd() {
        for (ClientSession session : witness.sessions()) {
            List<Witness.Event> events = witness.events(session);
            long ends = witness.count(session, Witness.CLOSE);
            boolean last = events.get(events.size() - 1).callback().equals(Witness.CLOSE);
            require(
                    ends == 1 && last && events.get(0).callback().equals(Witness.OPEN),
                    () -> "a session must have onOpen first and onClose once and last, had " + events);
        }
    }

    void requireLimits() {
        require(overLimit == null, () -> overLimit);
    }

    private void requireBeginning(String whose, List<String> due, String what, List<String> got) {
        boolean holds = got.size() <= due.size() && got.equals(due.subList(0, got.size()));
        require(holds, () -> whose + " " + due + ", " + what + " " + got);
    }

    private void require(boolean holds, Supplier<@Nullable String> otherwise) {
        if (!holds) {
            throw Story.failure(im, String.valueOf(otherwise.get()));
        }
    }
}
