package io.hongyan.im.engine;

import java.util.Arrays;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/**
 * What a loop has registered, by key. A key is a slot and the generation of its use, so that a stale event, whose slot has a new
 * tenant, finds nobody. Loop thread only.
 */
final class Registrations {
    private static final int FIRST = 64;

    private @Nullable Registration[] tenants = new Registration[FIRST];
    private int[] generations = new int[FIRST];

    /** Slots that were used and are free, as a stack; it grows as they become free. */
    private int[] free = {};

    private int freeCount;
    private int used;

    /** Gives a key that is never negative. */
    long add(Registration tenant) {
        int slot = freeCount > 0 ? free[--freeCount] : newSlot();
        tenants[slot] = tenant;
        return ((long) generations[slot] << Integer.SIZE) | slot;
    }

    /** The tenant of that slot, if the key is of its time. */
    @Nullable
    Registration find(long key) {
        int slot = (int) key;
        if (slot < 0 || slot >= used || generations[slot] != (int) (key >>> Integer.SIZE)) {
            return null;
        }
        return tenants[slot];
    }

    void remove(long key) {
        if (find(key) == null) {
            return;
        }
        int slot = (int) key;
        tenants[slot] = null;
        generations[slot] = (generations[slot] + 1) & Integer.MAX_VALUE;
        if (freeCount == free.length) {
            free = Arrays.copyOf(free, Math.max(FIRST, freeCount * 2));
        }
        free[freeCount++] = slot;
    }

    int size() {
        return used - freeCount;
    }

    /** Visits all; the visitor may remove any. */
    void forEach(Consumer<Registration> visitor) {
        for (int slot = 0; slot < used; slot++) {
            Registration tenant = tenants[slot];
            if (tenant != null) {
                visitor.accept(tenant);
            }
        }
    }

    private int newSlot() {
        if (used == tenants.length) {
            tenants = Arrays.copyOf(tenants, used * 2);
            generations = Arrays.copyOf(generations, used * 2);
        }
        return used++;
    }
}
