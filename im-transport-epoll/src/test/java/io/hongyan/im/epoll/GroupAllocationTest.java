package io.hongyan.im.epoll;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.sun.management.ThreadMXBean;
import io.hongyan.im.ImServer;
import io.hongyan.im.Message;
import io.hongyan.im.test.client.LineClient;
import io.hongyan.im.test.client.Wiring;
import io.hongyan.im.test.evidence.Await;
import java.io.IOException;
import java.lang.management.ManagementFactory;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** What one member more costs a message to a group, as the JVM counts it: no copy, and little else. */
final class GroupAllocationTest {
    private static final int MEMBERS = 100;
    private static final int MESSAGES = 100;
    private static final int MESSAGE_BYTES = 4096;
    private static final int MOST_BYTES = 200;

    private final ThreadMXBean threads = (ThreadMXBean) ManagementFactory.getThreadMXBean();
    private final List<LineClient> members = new ArrayList<>();
    private long ofSender;

    @ParameterizedTest
    @ValueSource(strings = {"nio", "epoll"})
    @Tag("B8")
    void shouldAllocateLittleForEachMember(String transport) throws IOException {
        try (ImServer server = ImServer.builder()
                .host("127.0.0.1")
                .port(0)
                .transport(transport)
                .protocols("line")
                .loops(2)
                .handler((session, message) -> {})
                .start()) {
            for (int i = 0; i < MEMBERS; i++) {
                members.add(new LineClient(Wiring.sockets().connect(server.address(), 0)));
            }
            Await.until("all are in", () -> server.all().size() == MEMBERS);
            publish(server);
            long before = ofLoops() + ofSender;

            publish(server);

            long each = (ofLoops() + ofSender - before) / (MEMBERS * MESSAGES);
            assertTrue(each < MOST_BYTES, each + " bytes for each member and message of " + MESSAGE_BYTES);
        } finally {
            for (LineClient member : members) {
                member.close();
            }
        }
    }

    private void publish(ImServer server) throws IOException {
        String text = "x".repeat(MESSAGE_BYTES);
        for (int i = 0; i < MESSAGES; i++) {
            long before = threads.getCurrentThreadAllocatedBytes();
            server.all().send(Message.text(text));
            ofSender += threads.getCurrentThreadAllocatedBytes() - before;
            for (LineClient member : members) {
                assertEquals('\n', member.readBytes(MESSAGE_BYTES + 1)[MESSAGE_BYTES]);
            }
        }
    }

    private long ofLoops() {
        return Thread.getAllStackTraces().keySet().stream()
                .filter(thread -> thread.getName().startsWith("hongyan-loop"))
                .mapToLong(thread -> threads.getThreadAllocatedBytes(thread.threadId()))
                .sum();
    }
}
