package io.hongyan.im.engine;

/** That one session is in one group. */
final class Membership {
    static final int OUT = -1;

    /** A group, as its members know it. */
    interface Home {
        String name();

        /** False if this group is dead. */
        boolean join(Membership membership);

        void leave(Membership membership);

        // On a loop, which never waits:

        void joinSoon(Membership membership);

        void leaveSoon(Membership membership);
    }

    private final Home group;
    private final Receiver member;

    /** Its place among the members on its loop, or {@link #OUT}. Guarded by the group's baton. */
    int place = OUT;

    Membership(Home group, Receiver member) {
        this.group = group;
        this.member = member;
    }

    Home group() {
        return group;
    }

    Receiver member() {
        return member;
    }
}
