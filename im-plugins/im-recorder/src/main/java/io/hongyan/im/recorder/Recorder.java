package io.hongyan.im.recorder;

import io.hongyan.im.AttributeKey;
import io.hongyan.im.ClientSession;
import io.hongyan.im.CloseReason;
import io.hongyan.im.Limits;
import io.hongyan.im.MessageHandler;
import io.hongyan.im.spi.Decoder;
import io.hongyan.im.spi.Encoder;
import io.hongyan.im.spi.ForwardingHandler;
import io.hongyan.im.spi.HandlerPlugin;
import io.hongyan.im.spi.Protocol;
import io.hongyan.im.spi.ProtocolException;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.ByteBuffer;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Objects;
import java.util.concurrent.atomic.AtomicLong;

/**
 * A protocol that is another one, and writes down what its clients send: one file for each connection.
 *
 * <pre>{@code
 * Recorder recorder = Recorder.around(new WebSocketProtocol(), Path.of("recordings"));
 * ImServer server = ImServer.builder()
 *         .protocol(recorder)
 *         .plugin(recorder.ends())
 *         .handler(handler)
 *         .start();
 * }</pre>
 *
 * <p><b>The file</b> is text in UTF-8, named {@code START-NUMBER.recording}. Its first line is {@code hongyan-recording 1 PROTOCOL NANOS},
 * with the nanoseconds from the making of the recorder to this connection. Each other line begins with the nanoseconds since then:
 *
 * <ul>
 *   <li>{@code NANOS in BASE64}: bytes that were read;
 *   <li>{@code NANOS lost COUNT}: here so many bytes are missing, since the disk was too slow;
 *   <li>{@code NANOS full}: the file has reached its limit, and nothing more is recorded;
 *   <li>{@code NANOS end CODE}: the session has ended, with the code of its {@link CloseReason}. Written if {@link #ends} is one of the
 *       server's plugins; a connection of which no session came may have none.
 * </ul>
 *
 * <p><b>What it costs.</b> An event loop copies what it has read and queues it; one daemon thread writes. At most 16 MiB wait for it: what
 * comes when it lags by more is lost, and the file says so. A disk that fails ends the recording, with a warning in the log; sessions go on
 * in any case.
 *
 * <p><b>Mind</b> that a file holds all that a client has sent, passwords and tokens too. Only its owner may read it, where the file system
 * knows owners.
 *
 * <p>Safe for use by several threads and servers.
 */
public final class Recorder implements Protocol, AutoCloseable {
    /** What is recorded of one connection at most, unless {@link #around(Protocol, Path, long)} says otherwise: 16 MiB. */
    public static final long USUAL_BYTES_PER_FILE = 16L << 20;

    private static final AttributeKey<Recording> RECORDING = new AttributeKey<>("recorder.recording", Recording.class);

    private final Protocol recorded;
    private final Path directory;
    private final long maxBytesPerFile;
    private final Scribe scribe;
    private final AtomicLong connections = new AtomicLong();
    private final long start = System.nanoTime();
    private final String prefix = Long.toString(System.currentTimeMillis());

    private Recorder(Protocol recorded, Path directory, long maxBytesPerFile, Scribe scribe) {
        this.recorded = recorded;
        this.directory = directory;
        this.maxBytesPerFile = maxBytesPerFile;
        this.scribe = scribe;
    }

    /**
     * Records a protocol's clients.
     *
     * @param protocol what is spoken
     * @param directory where the files go; it is made if it is not there
     * @return what takes the protocol's place
     * @throws UncheckedIOException if the directory is not there and cannot be made
     */
    public static Recorder around(Protocol protocol, Path directory) {
        return around(protocol, directory, USUAL_BYTES_PER_FILE);
    }

    /**
     * Records a protocol's clients.
     *
     * @param protocol what is spoken
     * @param directory where the files go; it is made if it is not there
     * @param maxBytesPerFile what is recorded of one connection at most, 1 or more; counted in bytes received, before base64
     * @return what takes the protocol's place
     * @throws UncheckedIOException if the directory is not there and cannot be made
     */
    public static Recorder around(Protocol protocol, Path directory, long maxBytesPerFile) {
        Objects.requireNonNull(protocol, "protocol");
        if (maxBytesPerFile < 1) {
            throw new IllegalArgumentException("maxBytesPerFile must be >= 1, was " + maxBytesPerFile);
        }
        try {
            Files.createDirectories(directory);
        } catch (IOException e) {
            throw new UncheckedIOException("cannot record into " + directory, e);
        }
        return new Recorder(protocol, directory, maxBytesPerFile, new Scribe());
    }

    @Override
    public String name() {
        return recorded.name();
    }

    @Override
    public Detection detect(ByteBuffer first) {
        return recorded.detect(first);
    }

    @Override
    public boolean servesSilent() {
        return recorded.servesSilent();
    }

    @Override
    public boolean carriesText() {
        return recorded.carriesText();
    }

    @Override
    public boolean carriesBinary() {
        return recorded.carriesBinary();
    }

    @Override
    public Encoder encoder() {
        return recorded.encoder();
    }

    @Override
    public Decoder newDecoder(Limits limits) {
        String number = Long.toString(1_000_000 + connections.incrementAndGet()).substring(1);
        Path file = directory.resolve(prefix + "-" + number + ".recording");
        Recording recording = new Recording(scribe, file, recorded.name(), start, maxBytesPerFile);
        return new RecordedDecoder(recorded.newDecoder(limits), recording);
    }

    /** Lets the protocol's own decoder work, then writes down what that has used up. */
    private record RecordedDecoder(Decoder decoder, Recording recording) implements Decoder {
        @Override
        public void start(Sink sink) {
            sink.attribute(RECORDING, recording);
            decoder.start(sink);
        }

        @Override
        public void decode(ByteBuffer input, Sink sink) throws ProtocolException {
            long now = System.nanoTime();
            ByteBuffer given = input.duplicate();
            try {
                decoder.decode(input, sink);
            } catch (ProtocolException e) {
                recording.in(now, given);
                recording.end(e.reason().code());
                throw e;
            }
            recording.in(now, given.limit(input.position()));
        }

        @Override
        public int heldBytes() {
            return decoder.heldBytes();
        }
    }

    /**
     * What lets the files say how sessions end; it changes nothing.
     *
     * @return a plugin for the same server
     */
    public HandlerPlugin ends() {
        return new Ends();
    }

    private static final class Ends implements HandlerPlugin {
        @Override
        public String name() {
            return "recorder";
        }

        @Override
        public MessageHandler wrap(MessageHandler next) {
            return new ForwardingHandler(next) {
                @Override
                public void onClose(ClientSession session, CloseReason reason) throws Exception {
                    session.attribute(RECORDING).ifPresent(recording -> recording.end(reason.code()));
                    super.onClose(session, reason);
                }
            };
        }
    }

    /** Waits until all that is queued has been written, ten seconds at most, and records nothing more. For when the server has closed. */
    @Override
    public void close() {
        scribe.close();
    }
}
