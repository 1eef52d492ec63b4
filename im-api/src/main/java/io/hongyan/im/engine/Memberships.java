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
        /** One that is alive, as far as can be known. */
        Membership.Home home(String name);

        /** It was not: there is to be another of that name. */
        void forget(Membership.Home dead);
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

    /** It is in the list before it is in the group, and out of the group before it is out of the list: who is in can be found here. */
    boolean join(Directory directory, String name, Receiver member) {
        take();
        try {
            while (!leaving && member.isOpen() && find(name).isEmpty()) {
                Membership.Home home = directory.home(name);
                Membership joining = new Membership(home, member);
                Membership[] before = all;
                Membership[] longer = Arrays.copyOf(before, before.length + 1);
                longer[before.length] = joining;
                all = longer;
                if (home.join(joining)) {
                    return true;
                }
                all = before;
                directory.forget(home);
            }
            return false;
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
            gone.group().leave(gone);
            all = Arrays.stream(all).filter(m -> m != gone).toArray(Membership[]::new);
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
        for (Membership membership : all) {
            membership.group().leaveSoon(membership);
        }
        hasLeft = true;
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
