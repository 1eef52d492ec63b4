package io.hongyan.im.test;

import static org.junit.jupiter.api.Assertions.assertTrue;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import io.hongyan.im.engine.Acceptor;
import io.hongyan.im.engine.KeepAlive;
import io.hongyan.im.test.client.RawClient;
import io.hongyan.im.test.evidence.Await;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

/**
 * That kernels ask whether a peer's machine is still there, as far as Linux tells of it. A transport over the sockets of the machine runs it by a
 * class in its tests.
 */
@Tag("S1")
public abstract class KeepAliveContract extends PortTest {
    /** Long, so that it hardly passes while a slow machine looks. */
    private static final KeepAlive ASKED = new KeepAlive(5000, 1000, 3);

    private static final int TICKS_PER_SECOND = 100;
    private static final String KEEP_ALIVE = "02";

    /** For subclasses. */
    protected KeepAliveContract() {}

    @BeforeEach
    void requireLinux() {
        assumeTrue(Files.exists(Path.of("/proc/net/tcp")), "no Linux");
    }

    @Test
    void shouldAskAPeerThatIsSilentWhenItsTimeIsOver() throws IOException {
        Acceptor acceptor = bind(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), ASKED);
        RawClient client = connect(acceptor);
        accept(acceptor);

        Await.until("the kernel is to ask", () -> timer(acceptor, client).startsWith(KEEP_ALIVE));

        long ticks = Long.parseLong(timer(acceptor, client).substring(KEEP_ALIVE.length() + 1), 16);
        long seconds = ticks / TICKS_PER_SECOND;
        assertTrue(seconds <= ASKED.idleSeconds() && seconds > ASKED.idleSeconds() - 600, seconds + " s");
    }

    @Test
    void shouldNotAskWhenThatIsOff() throws IOException {
        Acceptor acceptor = bind();
        RawClient client = connect(acceptor);
        accept(acceptor);

        assertTrue(!timer(acceptor, client).startsWith(KEEP_ALIVE));
    }

    /** Of the server's side of a connection, as proc(5) has it: its kind, a colon, and the ticks that are left of it. */
    private static String timer(Acceptor acceptor, RawClient client) {
        Pattern line = Pattern.compile(String.format(
                ".*:%04X [0-9A-F]+:%04X [0-9A-F]+ [^ ]+ ([0-9A-F:]+) .*",
                acceptor.address().getPort(), client.localAddress().getPort()));
        return Stream.of("/proc/net/tcp", "/proc/net/tcp6")
                .map(Path::of)
                .filter(Files::exists)
                .flatMap(KeepAliveContract::lines)
                .map(line::matcher)
                .filter(Matcher::matches)
                .map(found -> found.group(1))
                .findFirst()
                .orElseThrow(() -> new AssertionError("the kernel knows no such connection"));
    }

    private static Stream<String> lines(Path file) {
        try {
            return Files.readAllLines(file).stream();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
