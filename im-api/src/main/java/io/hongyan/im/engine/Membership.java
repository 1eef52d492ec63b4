package io.hongyan.im.engine;

/** That one session is in one group. */
final class Membership {
    static final int OUT = -1;

    private final ShardedGroup group;
    private final Receiver member;

    /** Its place among the members on its loop, or {@link #OUT}. Guarded by the group's lock. */
    int place = OUT;

    Membership(ShardedGroup group, Receiver member) {
        this.group = group;
        this.member = member;
    }

    ShardedGroup group() {
        return group;
    }

    Receiver member() {
        return member;
    }
}
