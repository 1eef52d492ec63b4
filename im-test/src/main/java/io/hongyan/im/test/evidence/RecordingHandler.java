package io.hongyan.im.test.evidence;

import io.hongyan.im.ClientSession;
import io.hongyan.im.CloseReason;
import io.hongyan.im.Message;
import io.hongyan.im.MessageHandler;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.Queue;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicReference;
import org.jspecify.annotations.Nullable;

/**
 * A handler around the one of a test that keeps a transcript of each session and holds the engine to the grammar of {@link
 * MessageHandler}: {@code onOpen, (onMessage | onWritable | onError)*, onClose}, one at a time, none inside another one,
 * {@code onClose} once and last, and there the session out of all its groups. What it finds wrong it keeps until {@link
 * #verify}. Any thread.
 */
public final class RecordingHandler implements MessageHandler {
    /** What a session's transcript keeps; a flood is not to be remembered word for word. */
    private static final int MOST_EVENTS = 20_000;

    private final MessageHandler next;
    private final Map<ClientSession, Track> tracks = new ConcurrentHashMap<>();
    private final BlockingQueue<ClientSession> opened = new LinkedBlockingQueue<>();
    private final Queue<String> violations = new ConcurrentLinkedQueue<>();
    private final ThreadLocal<Integer> depth = ThreadLocal.withInitial(() -> 0);

    /** A callback of the handler inside. */
    private interface Call {
        void run() throws Exception;
    }

    /** One session. */
    private static final class Track {
        private final AtomicReference<@Nullable String> running = new AtomicReference<>();
        private final List<String> events = Collections.synchronizedList(new ArrayList<>());
        private final CompletableFuture<CloseReason> closed = new CompletableFuture<>();
        private volatile boolean ended;
    }

    /**
     * Records the calls of a handler.
     *
     * @param next the handler that is to be called
     */
    public RecordingHandler(MessageHandler next) {
        this.next = next;
    }

    @Override
    public void onOpen(ClientSession session) throws Exception {
        if (tracks.putIfAbsent(session, new Track()) != null) {
            violations.add("a second onOpen");
        }
        try {
            call(session, "open", () -> next.onOpen(session));
        } finally {
            opened.add(session);
        }
    }

    @Override
    public void onMessage(ClientSession session, Message message) throws Exception {
        String event = message.isText() ? "message " + message.text() : "message of " + message.length() + " bytes";
        call(session, event, () -> next.onMessage(session, message));
    }

    @Override
    public void onWritable(ClientSession session) throws Exception {
        call(session, "writable", () -> next.onWritable(session));
    }

    @Override
    public void onError(ClientSession session, Throwable cause) throws Exception {
        call(session, "error " + cause.getClass().getSimpleName(), () -> next.onError(session, cause));
    }

    @Override
    public void onClose(ClientSession session, CloseReason reason) throws Exception {
        checkGone(session);
        Track track = tracks.get(session);
        try {
            call(session, "close " + reason.code(), () -> next.onClose(session, reason));
        } finally {
            if (track != null) {
                if (!track.closed.complete(reason)) {
                    violations.add("a second onClose");
                }
                track.ended = true;
            }
        }
    }

    private void call(ClientSession session, String event, Call callback) throws Exception {
        Track track = tracks.get(session);
        if (track == null) {
            violations.add("<" + event + "> before onOpen");
            return;
        }
        String other = track.running.getAndSet(event);
        if (other != null) {
            violations.add("<" + event + "> while <" + other + "> was running");
        }
        if (track.ended) {
            violations.add("<" + event + "> after onClose");
        }
        int before = depth.get();
        if (before > 0) {
            violations.add("<" + event + "> inside another callback of the same thread");
        }
        depth.set(before + 1);
        if (track.events.size() < MOST_EVENTS) {
            track.events.add(event);
        }
        try {
            callback.run();
        } finally {
            depth.set(before);
            track.running.set(null);
        }
    }

    private void checkGone(ClientSession session) {
        if (session.isOpen()) {
            violations.add("isOpen() in onClose");
        }
        if (session.server().all().contains(session)) {
            violations.add("in all() in onClose");
        }
        for (String group : session.groups()) {
            if (session.server().group(group).contains(session)) {
                violations.add("still in a group in onClose");
            }
        }
    }

    /**
     * Waits for the next session whose {@code onOpen} has returned.
     *
     * @return the session; each is given once
     * @throws InterruptedException if the waiting thread is interrupted
     */
    public ClientSession awaitOpen() throws InterruptedException {
        ClientSession session = opened.poll(Await.LIVENESS.toNanos(), TimeUnit.NANOSECONDS);
        if (session == null) {
            throw new AssertionError("waited " + Await.LIVENESS.toSeconds() + " s in vain: onOpen");
        }
        return session;
    }

    /**
     * Waits for the end of a session.
     *
     * @param session one that was opened
     * @return the reason that its {@code onClose} was given
     * @throws InterruptedException if the waiting thread is interrupted
     */
    public CloseReason awaitClose(ClientSession session) throws InterruptedException {
        return Await.result("onClose", track(session).closed);
    }

    /**
     * What was called for a session, in order: {@code open}, {@code message TEXT}, {@code message of N bytes}, {@code
     * writable}, {@code error CLASS}, {@code close CODE}.
     *
     * @param session one that was opened
     * @return the calls so far
     */
    public List<String> transcript(ClientSession session) {
        return List.copyOf(track(session).events);
    }

    /**
     * How many sessions were opened so far.
     *
     * @return 0 or more
     */
    public int sessions() {
        return tracks.size();
    }

    /** Fails if the grammar was broken. For any time. */
    public void verify() {
        if (!violations.isEmpty()) {
            throw new AssertionError("the grammar of MessageHandler was broken: " + List.copyOf(violations));
        }
    }

    /** Fails if the grammar was broken, or a session had no {@code onClose}. For when the server has closed. */
    public void verifyAllClosed() {
        verify();
        long open = tracks.values().stream().filter(t -> !t.ended).count();
        if (open > 0) {
            throw new AssertionError(open + " of " + tracks.size() + " sessions had no onClose");
        }
    }

    private Track track(ClientSession session) {
        Track track = tracks.get(session);
        if (track == null) {
            throw new AssertionError("no onOpen for this session");
        }
        return track;
    }
}
