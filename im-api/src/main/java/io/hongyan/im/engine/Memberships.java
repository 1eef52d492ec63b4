package io.hongyan.im.engine;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/** The groups that one session is in, but for that of all sessions. Whoever joins or leaves has the baton, before the group's. */
final class Memberships extends Baton {
    private static final Membership[] NONE = {};

    /** Where groups are found by name. */
    interface Directory {
        /** Puts a session into a group, which is made if it is not there. */
        Membership join(String name, Receiver member);
    }

    /** Of all sessions that have ended without ever having joined. */
    static final Memberships ENDED = new Memberships();

    static {
        ENDED.leaveAll();
    }

    /** Never changed but replaced, by whoever has the baton. */
    private volatile Membership[] all = NONE;

    private volatile boolean leaving;

    /** Written by whoever has the baton. */
    private volatile boolean hasLeft;

    boolean join(Directory directory, String name, Receiver member) {
        take();
        try {
            if (leaving || !member.isOpen() || find(name).isPresent()) {
                return false;
            }
            Membership joined = directory.join(name, member);
            Membership[] longer = Arrays.copyOf(all, all.length + 1);
            longer[all.length] = joined;
            all = longer;
            return true;
        } finally {
            give();
        }
    }

    boolean leave(String name) {
        take();
        try {
            Optional<Membership> ended = leaving ? Optional.empty() : find(name);
            if (ended.isEmpty()) {
                return false;
            }
            Membership gone = ended.get();
            all = Arrays.stream(all).filter(m -> m != gone).toArray(Membership[]::new);
            gone.group().leave(gone);
            return true;
        } finally {
            give();
        }
    }

    /** For good. Never waits: whoever joins or leaves just now sees to it. */
    void leaveAll() {
        leaving = true;
        bring();
    }

    @Override
    boolean hasWork() {
        return leaving && !hasLeft;
    }

    @Override
    void work() {
        hasLeft = true;
        for (Membership membership : all) {
            membership.group().leaveSoon(membership);
        }
    }

    private Optional<Membership> find(String name) {
        return Arrays.stream(all).filter(m -> m.group().name().equals(name)).findFirst();
    }

    @Nullable
    Membership in(Membership.Home group) {
        for (Membership membership : all) {
            if (membership.group() == group) {
                return membership;
            }
        }
        return null;
    }

    List<String> names() {
        List<String> names = new ArrayList<>();
        for (Membership membership : all) {
            names.add(membership.group().name());
        }
        return names;
    }
}
