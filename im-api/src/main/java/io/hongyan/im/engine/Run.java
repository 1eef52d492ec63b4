package io.hongyan.im.engine;

import io.hongyan.im.Message;
import io.hongyan.im.SendResult;
import io.hongyan.im.spi.Encoder;
import io.hongyan.im.spi.Wire;
import java.nio.ByteBuffer;
import java.util.Arrays;
import java.util.HashSet;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * Publications to the same members that stand one behind the other among a loop's commands. They are delivered in one walk: all that
 * speak the same share one wire with all the messages, which is charged once. Where a member cannot take them all alike (it has sent one
 * of them, is closing, has a gap or no room), it is given one after the other. Loop thread only.
 */
final class Run {
    private static final int FIRST = 4;
    private static final int MOST = 256;
    private static final int MOST_BYTES = 64 * 1024;
    private static final int MOST_MESSAGES = 128 * 1024;

    private final EventLoop loop;
    private Publication[] publications = new Publication[FIRST];

    /** Of each publication's command. */
    private long[] positions = new long[FIRST];

    private int count;

    /** Who is left out of one of them at least. */
    private Set<Receiver> excepts = Set.of();

    /** All of them are, or none. */
    private boolean areVolatile;

    private int bytes;

    /** One for each encoder met so far, the newest first. */
    private @Nullable Encoding encodings;

    /** What all members with that encoder get. */
    private static final class Encoding {
        private final Encoder encoder;

        /** Each message's; null where the protocol cannot carry it, or fails to. */
        private final @Nullable Wire[] each;

        /** All of them; null if there is one that cannot be carried. */
        private final @Nullable Wire all;

        private final long charge;
        private final @Nullable Encoding next;

        Encoding(Encoder encoder, @Nullable Wire[] each, @Nullable Wire all, long charge, @Nullable Encoding next) {
            this.encoder = encoder;
            this.each = each;
            this.all = all;
            this.charge = charge;
            this.next = next;
        }
    }

    Run(EventLoop loop) {
        this.loop = loop;
    }

    int count() {
        return count;
    }

    /** Of all messages, as they were given. */
    int bytes() {
        return bytes;
    }

    /** Whether this one must wait for the next run. */
    boolean isFullFor(Publication next, int members) {
        return count > 0
                && (count >= MOST
                        || bytes + next.message().length() > MOST_BYTES
                        || (long) (count + 1) * members > MOST_MESSAGES
                        || next.message().isVolatile() != areVolatile);
    }

    void add(Publication publication, long position) {
        if (count == publications.length) {
            publications = Arrays.copyOf(publications, count * 2);
            positions = Arrays.copyOf(positions, count * 2);
        }
        publications[count] = publication;
        positions[count++] = position;
        bytes += publication.message().length();
        areVolatile = publication.message().isVolatile();
        Receiver except = publication.except();
        if (except != null) {
            if (excepts.isEmpty()) {
                excepts = new HashSet<>();
            }
            excepts.add(except);
        }
    }

    /** Answers what it has cost: a delivery for each member, or one for each message where it could not be all at once. */
    int deliver(Membership[] members, int size) {
        int whole = 0;
        int[][] tallies = new int[count][];
        for (int i = 0; i < size; i++) {
            Receiver member = members[i].member();
            try {
                Encoding encoding = encodingFor(member.encoder());
                if (isAlike(member) && encoding.all != null && member.deliverAll(encoding.all, encoding.charge)) {
                    whole++;
                } else {
                    deliverEach(member, encoding, tallies);
                }
            } catch (Throwable t) {
                // It costs that member, which is closed; what was counted of it stays.
                member.onFailure(t);
            }
        }
        loop.counters().messagesOut.add((long) whole * count);
        for (int p = 0; p < count; p++) {
            publications[p].count(whole, tallies[p]);
        }
        return whole + (size - whole) * count;
    }

    /** Whether it is to get every one of them. Volatile ones are judged one by one: it may not be writable any more. */
    private boolean isAlike(Receiver member) {
        return !areVolatile && (excepts.isEmpty() || !excepts.contains(member));
    }

    private void deliverEach(Receiver member, Encoding encoding, int[][] tallies) {
        for (int p = 0; p < count; p++) {
            Publication publication = publications[p];
            if (publication.except() == member) {
                continue;
            }
            if (tallies[p] == null) {
                tallies[p] = new int[Publication.SLOTS];
            }
            Wire wire = encoding.each[p];
            int slot = Publication.REFUSED;
            if (wire != null && member.canEverHold(wire)) {
                SendResult result = member.deliver(wire, publication.message().isVolatile(), positions[p]);
                slot = Publication.slotOf(result);
            }
            tallies[p][slot]++;
        }
    }

    /** Whatever became of the delivery, nobody waits for ever for the counts. */
    void done() {
        for (int p = 0; p < count; p++) {
            publications[p].loopDone();
        }
    }

    private Encoding encodingFor(Encoder encoder) {
        for (Encoding e = encodings; e != null; e = e.next) {
            if (e.encoder == encoder) {
                return e;
            }
        }
        Encoding made = encode(encoder);
        encodings = made;
        return made;
    }

    private Encoding encode(Encoder encoder) {
        @Nullable Wire[] each = new Wire[count];
        boolean complete = true;
        int length = 0;
        long charge = 0;
        for (int p = 0; p < each.length; p++) {
            Wire wire = encodedBy(encoder, publications[p].message());
            each[p] = wire;
            if (wire == null) {
                complete = false;
            } else {
                length += wire.length();
                charge += Backlog.charge(wire.length());
            }
        }
        return new Encoding(encoder, each, complete ? joined(each, length) : null, charge, encodings);
    }

    private static @Nullable Wire joined(@Nullable Wire[] each, int length) {
        if (each.length == 1) {
            return each[0];
        }
        byte[] bytes = new byte[length];
        ByteBuffer target = ByteBuffer.wrap(bytes);
        for (Wire wire : each) {
            if (wire != null) {
                wire.copyTo(0, target);
            }
        }
        return Wire.of(bytes);
    }

    /** Null if that protocol cannot carry the message, or fails to. */
    private @Nullable Wire encodedBy(Encoder encoder, Message message) {
        try {
            return message.wire(encoder);
        } catch (IllegalArgumentException e) {
            return null;
        } catch (Throwable t) {
            loop.onForeignFailure("encoder " + encoder.getClass().getName(), t);
            return null;
        }
    }
}
