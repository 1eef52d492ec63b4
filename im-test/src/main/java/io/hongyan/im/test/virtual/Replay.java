package io.hongyan.im.test.virtual;

import io.hongyan.im.CloseReason;
import io.hongyan.im.ImServer;
import io.hongyan.im.Message;
import io.hongyan.im.MessageHandler;
import java.nio.ByteBuffer;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/**
 * Plays recordings of real clients to a simulated server, with their timing, and tells what each of them is answered.
 *
 * <pre>{@code
 * Replay.of(Path.of("recordings"))
 *         .decodedBy(ClientCodec::line)
 *         .against(new ChatHandler())
 *         .expectSameAs(Path.of("src/test/resources/chat.transcript"));
 * }</pre>
 *
 * <p>The recordings are made by {@code im-recorder}. Hours of them take as long as what happens in them. What depends on chance or on the
 * clock of the wall, such as ids of sessions, is not the same again.
 */
public final class Replay {
    private final List<Recorded> recorded;
    private @Nullable Supplier<ClientCodec> codecs;

    private Replay(List<Recorded> recorded) {
        this.recorded = recorded;
    }

    /**
     * Reads recordings.
     *
     * @param directory where the {@code .recording} files are, all of one server
     * @return their replay
     * @throws IllegalArgumentException if there is none, or one that is not whole
     * @throws java.io.UncheckedIOException if they cannot be read
     */
    public static Replay of(Path directory) {
        return new Replay(Recorded.in(directory));
    }

    /**
     * Reads what the server answers, so that the transcript tells messages; without this it tells bytes.
     *
     * @param newCodec makes a codec for each connection; what it would say by itself is not sent, since the recording has what was
     * @return this
     */
    public Replay decodedBy(Supplier<ClientCodec> newCodec) {
        codecs = newCodec;
        return this;
    }

    /**
     * Plays to a server of text lines, without discovered plugins.
     *
     * @param handler who is to answer
     * @return what was answered
     */
    public Replayed against(MessageHandler handler) {
        return against(
                ImServer.builder().protocols("line").discoverPlugins(false).handler(handler));
    }

    /**
     * Plays to a server with whatever protocols, plugins and limits.
     *
     * @param builder a builder that nobody else uses; clients connect to its first listener
     * @return what was answered
     */
    public Replayed against(ImServer.Builder builder) {
        try (VirtualServer im = VirtualServer.of(builder)) {
            List<Part> parts = new ArrayList<>();
            List<Event> events = new ArrayList<>();
            for (Recorded one : recorded) {
                Part part = new Part(im, codecs == null ? null : codecs.get());
                parts.add(part);
                events.add(new Event(one.accepted(), part::connect));
                for (Recorded.Line line : one.lines()) {
                    events.add(new Event(one.accepted() + line.nanos(), () -> part.play(line)));
                }
            }
            // Stable: what happened in one nanosecond stays as it was written.
            events.sort(Comparator.comparingLong(Event::nanos));
            long now = events.get(0).nanos();
            for (Event event : events) {
                im.advance(Duration.ofNanos(event.nanos() - now));
                now = event.nanos();
                event.action().run();
            }
            im.settle();
            return new Replayed(text(parts));
        }
    }

    private record Event(long nanos, Runnable action) {}

    private List<String> text(List<Part> parts) {
        List<String> lines = new ArrayList<>();
        for (int i = 0; i < parts.size(); i++) {
            lines.add("connection " + (i + 1) + " (" + recorded.get(i).protocol() + ")");
            lines.addAll(parts.get(i).text());
        }
        return lines;
    }

    /** One client of the replay, which only listens to what it is answered. */
    private static final class Part implements ClientCodec, ClientCodec.Sink {
        private static final int BYTES_PER_LINE = 32;

        private final VirtualServer im;
        private final @Nullable ClientCodec codec;
        private final List<String> heard = new ArrayList<>();
        private final List<Byte> raw = new ArrayList<>();
        private @Nullable VirtualClient client;

        Part(VirtualServer im, @Nullable ClientCodec codec) {
            this.im = im;
            this.codec = codec;
        }

        void connect() {
            client = im.connect(this);
        }

        void play(Recorded.Line line) {
            VirtualClient playing = client;
            if (playing == null) {
                return;
            }
            if (line.what().equals("in")) {
                playing.sendBytes(line.bytes());
            } else if (line.rest().equals(CloseReason.Code.PEER_CLOSED.name())) {
                playing.endOutput();
            } else if (line.rest().equals(CloseReason.Code.CONNECTION_LOST.name())) {
                playing.reset();
            }
        }

        List<String> text() {
            List<String> text = new ArrayList<>(heard);
            for (int from = 0; from < raw.size(); from += BYTES_PER_LINE) {
                text.add(Escaped.row(raw.subList(from, Math.min(raw.size(), from + BYTES_PER_LINE))));
            }
            if (client != null && client.hasEnded()) {
                text.add("  end");
            }
            return text;
        }

        @Override
        public byte[] encode(Message message) {
            throw new UnsupportedOperationException("a replay sends bytes alone");
        }

        @Override
        public void decode(ByteBuffer received, ClientCodec.Sink sink) {
            if (codec != null) {
                codec.decode(received, this);
                return;
            }
            while (received.hasRemaining()) {
                raw.add(received.get());
            }
        }

        @Override
        public void message(Message message) {
            heard.add("  " + Escaped.message(message));
        }

        @Override
        public void notice(String text) {
            heard.add("  notice " + Escaped.text(text));
        }

        @Override
        public void reply(byte[] bytes) {
            // The recording has what the client answered then.
        }
    }
}
