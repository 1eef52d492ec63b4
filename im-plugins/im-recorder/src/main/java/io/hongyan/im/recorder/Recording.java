package io.hongyan.im.recorder;

import io.hongyan.im.CloseReason;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.Base64;

/** What is written down of one connection. Any thread; nothing here waits for the disk. */
final class Recording {
    private final Scribe scribe;
    private final Scribe.Sheet sheet;
    private final long maxBytes;
    private final long accepted = System.nanoTime();

    // Guarded by this object's lock:
    private long bytes;
    private long lost;
    private boolean over;

    Recording(Scribe scribe, Path file, String protocol, long recorderStart, long maxBytes) {
        this.scribe = scribe;
        this.maxBytes = maxBytes;
        sheet = new Scribe.Sheet(file);
        say("hongyan-recording 1 " + protocol + " " + (accepted - recorderStart));
    }

    /** Bytes from position to limit, read at this time. */
    synchronized void in(long now, ByteBuffer piece) {
        if (over || !piece.hasRemaining()) {
            return;
        }
        if (bytes + piece.remaining() > maxBytes) {
            sayLost(now);
            say(since(now) + " full");
            over = true;
            return;
        }
        int count = piece.remaining();
        if (!scribe.hasRoomFor(count)) {
            lost += count;
            return;
        }
        sayLost(now);
        bytes += count;
        byte[] copy = new byte[count];
        piece.get(copy);
        scribe.write(
                sheet,
                count,
                () -> line(since(now) + " in " + Base64.getEncoder().encodeToString(copy)));
    }

    synchronized void end(CloseReason.Code code) {
        if (!over) {
            long now = System.nanoTime();
            sayLost(now);
            say(since(now) + " end " + code);
            over = true;
        }
    }

    private void sayLost(long now) {
        if (lost > 0) {
            say(since(now) + " lost " + lost);
            lost = 0;
        }
    }

    private long since(long now) {
        return Math.max(0, now - accepted);
    }

    private void say(String what) {
        scribe.write(sheet, 0, () -> line(what));
    }

    private static byte[] line(String what) {
        return (what + "\n").getBytes(StandardCharsets.UTF_8);
    }
}
