package io.hongyan.im.engine;

import java.lang.invoke.MethodHandles;
import java.lang.invoke.VarHandle;
import java.util.Arrays;
import org.jspecify.annotations.Nullable;

/**
 * The members that one group has on one loop, as publications find them. A publication uses the very members of its moment: from its
 * offering until the loop has delivered it these do not change, and a join or leave meanwhile goes to a copy, which is what the next
 * publication uses. So the loop walks them without a lock, and a membership costs no command.
 */
final class Members implements Orders.Target {
    private static final int FIRST = 2;
    private static final VarHandle USES;

    static {
        try {
            USES = MethodHandles.lookup().findVarHandle(Members.class, "uses", int.class);
        } catch (ReflectiveOperationException e) {
            throw new ExceptionInInitializerError(e);
        }
    }

    private final EventLoop loop;

    // Changed under the group's baton, while nobody uses them:
    private Membership[] members;
    private int size;

    /** Publications on their way to the loop or being delivered: one more under the group's baton, one less by the loop. */
    private volatile int uses;

    /** What was collected of a run of publications. The loop's. */
    private @Nullable Run run;

    Members(EventLoop loop) {
        this(loop, new Membership[FIRST], 0);
    }

    private Members(EventLoop loop, Membership[] members, int size) {
        this.loop = loop;
        this.members = members;
        this.size = size;
    }

    // ---- any thread that has the group's baton

    int size() {
        return size;
    }

    Membership get(int index) {
        return members[index];
    }

    /** The first of them, if any, by whoever looks without the baton. */
    @Nullable
    Membership peek() {
        Membership[] seen = members;
        return seen == null ? null : seen[0];
    }

    boolean isUsed() {
        return uses > 0;
    }

    Members copy() {
        return new Members(loop, members.clone(), size);
    }

    void add(Membership joined) {
        if (size == members.length) {
            members = Arrays.copyOf(members, size * 2);
        }
        joined.place = size;
        members[size++] = joined;
    }

    /** The last one takes its place. */
    void remove(Membership left) {
        Membership last = members[--size];
        members[left.place] = last;
        last.place = left.place;
        left.place = Membership.OUT;
        if (size > FIRST && size < members.length / 4) {
            members = Arrays.copyOf(members, members.length / 2);
        } else {
            Arrays.fill(members, size, size + 1, null);
        }
    }

    /** Hands a publication to the loop; false if its queue is full. */
    boolean publish(Publication publication) {
        publication.addLoop();
        USES.getAndAdd(this, 1);
        if (loop.orders().offer(Command.PUBLISH, this, publication)) {
            return true;
        }
        USES.getAndAdd(this, -1);
        publication.loopDone();
        return false;
    }

    /** Where the loop's commands end now. */
    long tail() {
        return loop.orders().tail();
    }

    /** Without the baton. */
    void signal() {
        loop.signal();
    }

    // ---- the loop

    @Override
    public void onCommand(Command command, Object payload) {
        Publication publication = (Publication) payload;
        Orders orders = loop.orders();
        if (run != null && run.isFullFor(publication, size)) {
            finish();
        }
        if (run == null) {
            run = new Run(loop);
        }
        run.add(publication, orders.head());
        orders.collect(this);
    }

    @Override
    public int bytesOf(Object payload) {
        return ((Publication) payload).message().length();
    }

    @Override
    public void finish() {
        Run collected = run;
        if (collected == null) {
            return;
        }
        run = null;
        try {
            int deliveries = collected.deliver(members, size);
            loop.orders().spend(deliveries, (long) collected.bytes() * size);
        } finally {
            USES.getAndAdd(this, -collected.count());
            collected.done();
        }
    }

    @Override
    public void onFailure(Throwable cause) {
        loop.onFailure("delivery to a group", cause);
    }
}
