package io.hongyan.im.recorder;

import java.io.IOException;
import java.lang.System.Logger;
import java.lang.System.Logger.Level;
import java.nio.ByteBuffer;
import java.nio.channels.ByteChannel;
import java.nio.file.Files;
import java.nio.file.OpenOption;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.nio.file.attribute.FileAttribute;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.Set;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.ThreadPoolExecutor;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLong;
import java.util.function.Supplier;

/** Writes lines to files on one daemon thread, in the order they came; that thread is there while there is something to write. */
final class Scribe {
    private static final Logger LOGGER = System.getLogger("io.hongyan.im.recorder");
    private static final long MOST_QUEUED_BYTES = 16L << 20;
    private static final int BYTES_BESIDES = 256;
    private static final int IDLE_SECONDS = 5;
    private static final int CLOSE_SECONDS = 10;

    private final AtomicLong queuedBytes = new AtomicLong();
    private final ThreadPoolExecutor thread;

    /** Whether the log knows that the disk fails. The daemon thread only, one after the other. */
    private boolean told;

    /** A file, which is open only while it is written. The daemon thread only. */
    static final class Sheet {
        private final Path file;
        private boolean begun;
        private boolean failed;

        Sheet(Path file) {
            this.file = file;
        }

        private ByteChannel open() throws IOException {
            if (begun) {
                return Files.newByteChannel(file, StandardOpenOption.WRITE, StandardOpenOption.APPEND);
            }
            Set<OpenOption> anew = Set.of(StandardOpenOption.WRITE, StandardOpenOption.CREATE_NEW);
            boolean hasOwners =
                    file.getFileSystem().supportedFileAttributeViews().contains("posix");
            FileAttribute<?>[] attributes = hasOwners
                    ? new FileAttribute<?>[] {
                        PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString("rw-------"))
                    }
                    : new FileAttribute<?>[0];
            ByteChannel channel = Files.newByteChannel(file, anew, attributes);
            begun = true;
            return channel;
        }
    }

    Scribe() {
        thread = new ThreadPoolExecutor(
                1, 1, IDLE_SECONDS, TimeUnit.SECONDS, new LinkedBlockingQueue<>(), Scribe::daemon, (task, pool) -> {
                    // Closed: nothing more is recorded.
                });
        thread.allowCoreThreadTimeOut(true);
    }

    private static Thread daemon(Runnable work) {
        Thread daemon = new Thread(work, "hongyan-recorder");
        daemon.setDaemon(true);
        return daemon;
    }

    boolean hasRoomFor(int bytes) {
        return queuedBytes.get() + bytes + BYTES_BESIDES <= MOST_QUEUED_BYTES;
    }

    /** Queues a line, which is made when it is written. */
    void write(Sheet sheet, int bytes, Supplier<byte[]> line) {
        queuedBytes.addAndGet(bytes + BYTES_BESIDES);
        thread.execute(() -> {
            queuedBytes.addAndGet(-bytes - BYTES_BESIDES);
            put(sheet, line);
        });
    }

    private void put(Sheet sheet, Supplier<byte[]> line) {
        if (sheet.failed) {
            return;
        }
        try (ByteChannel channel = sheet.open()) {
            ByteBuffer bytes = ByteBuffer.wrap(line.get());
            while (bytes.hasRemaining()) {
                channel.write(bytes);
            }
        } catch (IOException | RuntimeException e) {
            sheet.failed = true;
            if (!told) {
                told = true;
                LOGGER.log(
                        Level.WARNING,
                        "cannot write the recording " + sheet.file + ": " + e
                                + "; it ends here, and others that fail will not be told of");
            }
        }
    }

    void close() {
        thread.shutdown();
        try {
            if (!thread.awaitTermination(CLOSE_SECONDS, TimeUnit.SECONDS)) {
                LOGGER.log(
                        Level.WARNING,
                        "recordings are not whole: {0} lines were not written in time",
                        thread.getQueue().size());
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }
}
