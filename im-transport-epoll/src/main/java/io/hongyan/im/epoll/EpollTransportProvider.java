package io.hongyan.im.epoll;

import io.hongyan.im.ImServer;
import io.hongyan.im.engine.Server;
import io.hongyan.im.spi.ServerConfig;
import io.hongyan.im.spi.TransportProvider;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.agrona.concurrent.ringbuffer.ManyToOneRingBuffer;

/**
 * Makes servers over Linux epoll.
 *
 * <p>Native access and Agrona's way into {@code jdk.internal.misc} are the host's to give, by flags of the java
 * command. They are asked for before anything is touched that would use them: the JVM's warnings are never printed.
 */
public final class EpollTransportProvider implements TransportProvider {
    /** For {@link java.util.ServiceLoader}. */
    public EpollTransportProvider() {}

    @Override
    public String name() {
        return "epoll";
    }

    @Override
    public int priority() {
        return 100;
    }

    @Override
    public Optional<String> unavailable() {
        return unavailable(System.getProperty("os.name", ""), System.getProperty("os.arch", ""));
    }

    @Override
    public boolean handsOver() {
        return true;
    }

    @Override
    public ImServer start(ServerConfig config) throws IOException {
        return Server.start(
                config,
                new EpollTransport(config.handover()
                        .map(next -> new EpollHandover(next.socket()))
                        .orElse(null)));
    }

    static Optional<String> unavailable(String system, String architecture) {
        if (!system.equals("Linux")) {
            return Optional.of("needs Linux, this is " + system + "; use nio");
        }
        if (EpollEvents.Layout.of(architecture).isEmpty()) {
            return Optional.of("needs x86_64 or aarch64, this is " + architecture + "; use nio");
        }
        try {
            List<String> missing = missingFlags();
            if (!missing.isEmpty()) {
                return Optional.of("add " + String.join(" ", missing) + " to the java command");
            }
            EpollTransport.probe();
            return Optional.empty();
        } catch (Exception | LinkageError e) {
            return Optional.of("its check failed: " + e + "; use nio, or mend the cause");
        }
    }

    private static List<String> missingFlags() {
        List<String> missing = new ArrayList<>();
        Module ours = EpollTransportProvider.class.getModule();
        if (!ours.isNativeAccessEnabled()) {
            missing.add("--enable-native-access=" + flagName(ours));
        }
        // A class literal loads the class and does not initialize it.
        Module agrona = ManyToOneRingBuffer.class.getModule();
        if (!Object.class.getModule().isOpen("jdk.internal.misc", agrona)) {
            missing.add("--add-opens java.base/jdk.internal.misc=" + flagName(agrona));
        }
        return missing;
    }

    private static String flagName(Module module) {
        return module.isNamed() ? module.getName() : "ALL-UNNAMED";
    }
}
