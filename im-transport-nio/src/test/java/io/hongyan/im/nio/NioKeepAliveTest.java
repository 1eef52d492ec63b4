package io.hongyan.im.nio;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import io.hongyan.im.engine.KeepAlive;
import java.io.IOException;
import java.net.SocketOption;
import java.net.StandardSocketOptions;
import java.nio.channels.SocketChannel;
import java.util.Map;
import java.util.TreeMap;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

/** All of keep-alive's options are set where the JDK has them. */
@Tag("S1")
final class NioKeepAliveTest {
    @Test
    void shouldSetEachTimeByItsName() throws IOException {
        assumeTrue(System.getProperty("os.name").equals("Linux"), "others may lack some");
        try (SocketChannel channel = SocketChannel.open()) {
            new NioKeepAlive(new KeepAlive(500, 100, 4)).set(channel);

            assertTrue(channel.getOption(StandardSocketOptions.SO_KEEPALIVE));
            assertEquals(Map.of("TCP_KEEPIDLE", 500, "TCP_KEEPINTERVAL", 100, "TCP_KEEPCOUNT", 4), timesOf(channel));
        }
    }

    @Test
    void shouldSetNothingWhenThatIsOff() throws IOException {
        try (SocketChannel channel = SocketChannel.open()) {
            new NioKeepAlive(KeepAlive.OFF).set(channel);

            assertEquals(false, channel.getOption(StandardSocketOptions.SO_KEEPALIVE));
        }
    }

    private static Map<String, Object> timesOf(SocketChannel channel) throws IOException {
        Map<String, Object> times = new TreeMap<>();
        for (SocketOption<?> option : channel.supportedOptions()) {
            if (option.name().startsWith("TCP_KEEP")) {
                times.put(option.name(), channel.getOption(option));
            }
        }
        return times;
    }
}
