package io.hongyan.im.epoll;

import io.hongyan.im.engine.Handover;
import io.hongyan.im.engine.Readiness;
import java.io.IOException;
import java.lang.System.Logger.Level;
import java.net.InetSocketAddress;
import java.nio.channels.ClosedChannelException;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.attribute.BasicFileAttributes;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;
import org.jspecify.annotations.Nullable;

/**
 * The handover of listening sockets by a Unix socket:
 *
 * <pre>
 *   successor                          predecessor
 *   begin     ────── connects ───────>  is it of the same user?
 *   binds     &lt;──── OFFER, sockets ───
 *   serve     ────── SERVING ────────>  accepts no more
 *   the path  &lt;───── STOPPED ─────────
 *   is its own ───── the end ────────>  ends
 * </pre>
 *
 * The end of either before its time leaves all to the other one. The path always leads to a socket that somebody listens on: the new one is
 * there before the old one is closed. {@link #begin}, {@link #take} and {@link #add} are of the thread that starts the server, all else of
 * its accepting loop.
 */
final class EpollHandover implements Handover {
    /** With the version of what is said here. */
    static final String OFFER = "hongyan handover 1";

    static final String SERVING = "serving";
    static final String STOPPED = "stopped";

    private static final int PATIENCE_SECONDS = 10;
    private static final long PAUSE_NANOS = 10_000_000L;

    private static final String UNANSWERED = "the server that listens there does not answer within " + PATIENCE_SECONDS
            + " s: it is handing over to another one, or is held up; wait for that, or end it";

    /** Of st_mode, see inode(7). */
    private static final int TYPE = 0170000;

    private static final int SOCKET = 0140000;

    private final Path path;
    private final InheritedSockets inherited = new InheritedSockets();
    private final List<EpollAcceptor> acceptors = new ArrayList<>();

    private Runnable settled = () -> {};

    /** Null if there is none, or all is said. */
    private @Nullable LocalSocket predecessor;

    private Runnable endPredecessor = () -> {};

    /** Who comes next finds it by the path. */
    private @Nullable LocalSocket listening;

    private Runnable endListening = () -> {};

    /** Which file is {@link #listening}'s. */
    private @Nullable Object file;

    private @Nullable LocalSocket successor;
    private Runnable endSuccessor = () -> {};

    /** The successor serves. */
    private boolean handed;

    private boolean closed;

    EpollHandover(Path path) {
        this.path = path.toAbsolutePath();
    }

    // ---- the start of the server

    @Override
    public void begin() throws IOException {
        requirePlace();
        long start = System.nanoTime();
        int refusals = 0;
        while (predecessor == null) {
            if (System.nanoTime() - start > TimeUnit.SECONDS.toNanos(PATIENCE_SECONDS)) {
                throw failure(UNANSWERED);
            }
            try {
                predecessor = ask(LocalSocket.connect(path, PATIENCE_SECONDS));
            } catch (ErrnoException e) {
                // The first refusal may be of one that has just left the path to its successor.
                refusals += e.errno() == Errno.ECONNREFUSED ? 1 : 0;
                if (e.errno() == Errno.ENOENT || refusals == 2) {
                    return;
                }
                if (e.errno() != Errno.ECONNREFUSED) {
                    throw failure(
                            e.errno() == Errno.EAGAIN
                                    ? UNANSWERED
                                    : "who listens there cannot be asked (" + e.getMessage()
                                            + "); name a path that only this user's servers use");
                }
            }
            if (predecessor == null) {
                LockSupport.parkNanos(PAUSE_NANOS);
            }
        }
    }

    private void requirePlace() throws IOException {
        int length = LocalSocket.bytes(path).length;
        if (length > LocalSocket.MOST_PATH_BYTES) {
            throw failure("the path must be of " + LocalSocket.MOST_PATH_BYTES + " bytes at most, was of " + length
                    + "; choose a shorter one");
        }
        Path folder = Objects.requireNonNullElse(path.getParent(), path);
        if (!Files.isDirectory(folder) || !Files.isWritable(folder)) {
            throw failure("the directory must exist and be writable; make it, for this user alone (mode 0700)");
        }
        try {
            int mode = (Integer) Files.getAttribute(path, "unix:mode", LinkOption.NOFOLLOW_LINKS);
            if ((mode & TYPE) != SOCKET) {
                throw failure("there is something else than a socket; name a path that nothing else uses");
            }
        } catch (NoSuchFileException e) {
            // As it should be the first time.
        }
    }

    private IOException failure(String what) {
        return new IOException(sentence(what));
    }

    private String sentence(String what) {
        return "handover(" + path + "): " + what;
    }

    /** Null if it has ended meanwhile, or has handed over to another one. */
    private @Nullable LocalSocket ask(LocalSocket other) throws IOException {
        try {
            LocalSocket.Peer peer = other.peer();
            if (peer.uid() != Libc.geteuid()) {
                throw failure("who listens there must be of the same user, " + Libc.geteuid() + ", was process "
                        + peer.pid() + " of user " + peer.uid() + "; name a path where only this user may write");
            }
            RightsMessage said = other.hear(0);
            if (said == null) {
                throw failure(UNANSWERED);
            }
            inherited.addAll(said.descriptors());
            if (said.word().equals(RightsMessage.END)) {
                other.close();
                return null;
            }
            if (!said.word().equals(OFFER)) {
                inherited.closeAll();
                throw failure("process " + peer.pid()
                        + " speaks another version of the handover; end it, then start this one");
            }
            endPredecessor = other::close;
            return other;
        } catch (IOException | RuntimeException | Error e) {
            other.close();
            throw e;
        }
    }

    /** Gives the descriptor of the predecessor's socket with that address, or {@link InheritedSockets#NONE}. */
    int take(InetSocketAddress address) {
        return inherited.take(address);
    }

    /** One more to be handed over. */
    void add(EpollAcceptor acceptor) throws IOException {
        if (acceptors.size() == RightsMessage.MOST_DESCRIPTORS) {
            acceptor.close();
            throw failure("a server can hand over " + RightsMessage.MOST_DESCRIPTORS
                    + " listening sockets at most; listen on fewer addresses, or leave handover(...) out");
        }
        acceptors.add(acceptor);
    }

    // ---- on the loop: what its predecessor says

    @Override
    public void serve(Host with, Runnable whenSettled) {
        if (closed) {
            whenSettled.run();
            return;
        }
        settled = whenSettled;
        inherited.closeAll();
        LocalSocket before = predecessor;
        if (before == null) {
            takePath(with);
            return;
        }
        tell(before, SERVING);
        try {
            endPredecessor = with.watch(before, () -> onPredecessor(with, before));
        } catch (IOException e) {
            with.log(Level.WARNING, sentence("the predecessor cannot be watched: " + e.getMessage()));
            takePath(with);
        }
    }

    /** It has stopped, or is gone. */
    private void onPredecessor(Host with, LocalSocket before) {
        if (heard(before) != null) {
            takePath(with);
        }
    }

    /** If that cannot be, this server serves all the same: it may be the only one that still does. */
    private void takePath(Host with) {
        try {
            LocalSocket socket = LocalSocket.listen(path);
            listening = socket;
            endListening = socket::close;
            file = fileKey();
            endListening = with.watch(socket, () -> onComing(with, socket));
        } catch (IOException | RuntimeException e) {
            with.log(
                    Level.ERROR,
                    sentence("this server serves, but cannot be found by its successor: " + e.getMessage()));
        }
        endPredecessor.run();
        predecessor = null;
        settled.run();
    }

    // ---- on the loop: what its successor says

    private void onComing(Host with, LocalSocket socket) throws IOException {
        LocalSocket next = socket.accept();
        if (next == null) {
            return;
        }
        try {
            LocalSocket.Peer peer = next.peer();
            if (peer.uid() != Libc.geteuid()) {
                with.log(
                        Level.WARNING,
                        sentence("process " + peer.pid() + " of user " + peer.uid()
                                + " has asked for the listening sockets and was refused: they are for user "
                                + Libc.geteuid() + " alone"));
                next.close();
                return;
            }
            next.say(OFFER, descriptors());
            endSuccessor = with.watch(next, () -> onSuccessor(with, socket, next, peer));
            successor = next;
            // One at a time.
            socket.interest(0);
        } catch (IOException | RuntimeException | Error e) {
            next.close();
            throw e;
        }
    }

    private int[] descriptors() throws ClosedChannelException {
        int[] fds = new int[acceptors.size()];
        for (int i = 0; i < fds.length; i++) {
            fds[i] = acceptors.get(i).fd();
        }
        return fds;
    }

    private void onSuccessor(Host with, LocalSocket socket, LocalSocket next, LocalSocket.Peer peer)
            throws IOException {
        RightsMessage said = heard(next);
        if (said == null) {
            return;
        }
        if (said.word().equals(SERVING) && !handed) {
            handed = true;
            with.stopAccepting();
            tell(next, STOPPED);
            return;
        }
        endSuccessor.run();
        successor = null;
        if (handed) {
            endListening.run();
            listening = null;
            with.log(Level.INFO, sentence("process " + peer.pid() + " accepts in place of this server, which ends"));
            with.handedOver();
        } else {
            with.log(
                    Level.WARNING,
                    sentence("process " + peer.pid() + " was to take over and is gone; this server goes on"));
            socket.interest(Readiness.READ);
        }
    }

    /** If it is gone, that is heard next. */
    private static void tell(LocalSocket other, String word) {
        try {
            other.say(word);
        } catch (IOException gone) {
            // As if it had been told.
        }
    }

    /** Null if nothing was said yet. What fails has ended. */
    private static @Nullable RightsMessage heard(LocalSocket from) {
        try {
            return from.hear(Libc.MSG_DONTWAIT);
        } catch (IOException e) {
            return new RightsMessage(RightsMessage.END);
        }
    }

    // ---- the end

    /** While a successor is about to take the path over, the file is left to it. */
    @Override
    public void close() {
        if (closed) {
            return;
        }
        closed = true;
        inherited.closeAll();
        if (listening != null && successor == null) {
            removeFile();
        }
        endListening.run();
        endSuccessor.run();
        endPredecessor.run();
        settled.run();
    }

    private void removeFile() {
        try {
            if (Objects.equals(file, fileKey())) {
                Files.deleteIfExists(path);
            }
        } catch (IOException e) {
            // Whoever starts next replaces it.
        }
    }

    private @Nullable Object fileKey() throws IOException {
        return Files.readAttributes(path, BasicFileAttributes.class, LinkOption.NOFOLLOW_LINKS)
                .fileKey();
    }
}
