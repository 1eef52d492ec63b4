package io.hongyan.im.protocol;

import java.lang.reflect.Field;
import java.lang.reflect.Modifier;
import java.nio.Buffer;
import java.util.Arrays;
import java.util.Collection;
import java.util.Collections;
import java.util.IdentityHashMap;
import java.util.Set;

/** Counts what an object of ours keeps alive: the bytes of every array and buffer that its fields lead to. */
public final class Reachable {
    private final Set<Object> seen = Collections.newSetFromMap(new IdentityHashMap<>());
    private long bytes;

    private Reachable() {}

    public static long bytes(Object root) {
        Reachable reachable = new Reachable();
        reachable.visit(root);
        return reachable.bytes;
    }

    /** How many objects that is, with the first. */
    public static int objects(Object root) {
        Reachable reachable = new Reachable();
        reachable.visit(root);
        return reachable.seen.size();
    }

    private void visit(Object object) {
        if (object == null || !seen.add(object)) {
            return;
        }
        Class<?> type = object.getClass();
        if (type.isArray()) {
            visitArray(object);
        } else if (object instanceof Buffer buffer) {
            bytes += buffer.capacity();
        } else if (object instanceof CharSequence text) {
            bytes += text.length();
        } else if (object instanceof Collection<?> all) {
            all.forEach(this::visit);
        } else if (type.getPackageName().startsWith("io.hongyan.im")) {
            visitFields(object, type);
        } else if (!type.getPackageName().equals("java.lang")) {
            throw new AssertionError("cannot look into a " + type + "; teach this class how");
        }
    }

    private void visitArray(Object array) {
        if (array instanceof byte[] all) {
            bytes += all.length;
        } else if (array instanceof Object[] all) {
            Arrays.stream(all).forEach(this::visit);
        } else {
            throw new AssertionError("cannot look into a " + array.getClass() + "; teach this class how");
        }
    }

    private void visitFields(Object object, Class<?> type) {
        try {
            for (Class<?> c = type; c != null && c != Object.class; c = c.getSuperclass()) {
                for (Field field : c.getDeclaredFields()) {
                    if (!Modifier.isStatic(field.getModifiers())
                            && !field.getType().isPrimitive()) {
                        field.setAccessible(true);
                        visit(field.get(object));
                    }
                }
            }
        } catch (IllegalAccessException e) {
            throw new AssertionError(e);
        }
    }
}
