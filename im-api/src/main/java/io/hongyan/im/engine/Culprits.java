package io.hongyan.im.engine;

import io.hongyan.im.ImServer;
import io.hongyan.im.spi.Protocol;
import java.util.List;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * Whose code a thread is in, by its stack: the plugin or handler whose layer it entered last; else the class that the engine has called,
 * such as a decoder; else the engine. Any thread.
 */
final class Culprits {
    private static final int MOST_FRAMES = 20;
    private static final String OURS = "io.hongyan.im.";
    private static final Set<String> ENGINE =
            Set.of(ImServer.class.getPackageName(), Protocol.class.getPackageName(), Culprits.class.getPackageName());

    private final Handlers handlers;
    private final String transport;

    /** @param transport the class of what belongs to the engine, too, with its package and what it calls */
    Culprits(Handlers handlers, Class<?> transport) {
        this.handlers = handlers;
        this.transport = transport.getPackageName();
    }

    /** The innermost frame is the first. */
    String of(StackTraceElement[] stack) {
        for (int i = 0; i < stack.length; i++) {
            String layer = stack[i].getClassName().equals(Callbacks.class.getName())
                    ? handlers.innermost(List.of(stack).subList(0, i))
                    : null;
            if (layer != null) {
                return layer;
            }
        }
        String called = calledByEngine(stack);
        return called == null ? "the engine" : called;
    }

    /** From the outermost frame on; what is not ours goes before a protocol of ours that has called it. */
    private @Nullable String calledByEngine(StackTraceElement[] stack) {
        String ours = null;
        boolean inTransport = false;
        for (int i = stack.length - 1; i >= 0; i--) {
            String name = stack[i].getClassName();
            String home = name.substring(0, Math.max(0, name.lastIndexOf('.')));
            if (ENGINE.contains(home)) {
                // Whatever of ours was called, such as a poller, has called back.
                inTransport = false;
                ours = null;
            } else if (home.equals(transport)) {
                inTransport = true;
            } else if (!inTransport && !isOfTheJdk(stack[i])) {
                if (!name.startsWith(OURS)) {
                    return name;
                }
                ours = ours == null ? name : ours;
            }
        }
        return ours;
    }

    private static boolean isOfTheJdk(StackTraceElement frame) {
        String module = frame.getModuleName();
        return module != null && (module.startsWith("java.") || module.startsWith("jdk."));
    }

    /** The frames down to where the engine called, the innermost first; no more than a line can hold. */
    static String frames(StackTraceElement[] stack) {
        int end = 0;
        while (end < Math.min(stack.length, MOST_FRAMES) && !isTheCaller(stack[end].getClassName())) {
            end++;
        }
        return Log.frames(stack, end);
    }

    private static boolean isTheCaller(String name) {
        return name.equals(EventLoop.class.getName())
                || name.equals(Callbacks.class.getName())
                || name.equals(HandlerQueue.class.getName());
    }
}
