package io.hongyan.im.websocket.conformance;

import static org.junit.jupiter.api.Assertions.assertTrue;

import io.hongyan.im.ImServer;
import io.hongyan.im.nio.NioTransportProvider;
import io.hongyan.im.test.evidence.ChildJvm;
import io.hongyan.im.test.evidence.ModularHost;
import io.hongyan.im.websocket.WebSocketProtocol;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** A host that is a module itself, on a real module path, in a JVM of its own: on this Java, and on Java 17. */
class ModulePathTest {
    private static final String FOUND = "io.hongyan.im";
    private static final String BUILT = "io.hongyan.im.websocket";

    /** The plugin is found, or described by the host; then a handshake and a message, byte by byte. */
    private static final String MAIN = """
            package smoke;

            import io.hongyan.im.ImServer;
            import java.io.DataInputStream;
            import java.net.Socket;

            @SuppressWarnings("deprecation")
            public class Main {
                public static void main(String[] args) throws Exception {
                    try (ImServer server = ImServer.builder()
                            .host("127.0.0.1").port(0)%s
                            .handler((session, message) -> session.send(message)).start();
                            Socket client = new Socket("127.0.0.1", server.port())) {
                        client.getOutputStream().write(("GET / HTTP/1.1\\r\\nHost: localhost\\r\\nUpgrade: websocket\\r\\n"
                                + "Connection: Upgrade\\r\\nSec-WebSocket-Version: 13\\r\\n"
                                + "Sec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==\\r\\n\\r\\n").getBytes());
                        DataInputStream in = new DataInputStream(client.getInputStream());
                        String first = in.readLine();
                        while (!in.readLine().isEmpty()) {}
                        client.getOutputStream().write(new byte[] {(byte) 0x81, (byte) 0x82, 0, 0, 0, 0, 'h', 'i'});
                        in.readShort();
                        System.out.println(first + ", " + (char) in.read() + (char) in.read()
                                + " from " + server.transport());
                    }
                }
            }
            """;

    @TempDir
    private Path folder;

    @Test
    void shouldBeFoundOnTheModulePath() throws Exception {
        assertServes(run(ChildJvm.thisJava(), FOUND, ""));
    }

    @Test
    void shouldBeDescribedByAHostThatIsAModule() throws Exception {
        String described = ".protocol(io.hongyan.im.websocket.WebSocketProtocol.builder().paths(\"/\").build())";

        assertServes(run(ChildJvm.thisJava(), BUILT, described));
    }

    @Test
    void shouldServeOnTheModulePathOfJava17() throws Exception {
        assertServes(run(ModularHost.java17(), FOUND, ""));
    }

    private static void assertServes(String said) {
        assertTrue(said.startsWith("HTTP/1.1 101 Switching Protocols, hi from nio ("), said);
    }

    private String run(Path javaHome, String requires, String builderCalls) throws Exception {
        return ModularHost.compiled(
                        folder,
                        requires,
                        String.format(MAIN, builderCalls),
                        ImServer.class,
                        NioTransportProvider.class,
                        WebSocketProtocol.class)
                .run(javaHome);
    }
}
