package io.hongyan.im.epoll;

import static org.junit.jupiter.api.Assertions.assertTrue;

import io.hongyan.im.ImServer;
import io.hongyan.im.nio.NioTransportProvider;
import io.hongyan.im.test.evidence.ChildJvm;
import io.hongyan.im.test.evidence.ModularHost;
import java.io.IOException;
import java.nio.file.Path;
import org.agrona.concurrent.UnsafeBuffer;
import org.jctools.queues.MessagePassingQueue;
import org.jctools.queues.varhandle.MpscUnboundedVarHandleArrayQueue;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** A host that is a module itself, on a real module path, in a JVM of its own: on this Java, and on Java 17. */
class ModulePathTest {
    private static final String MAIN = """
            package smoke;

            import io.hongyan.im.ImServer;
            import java.io.BufferedReader;
            import java.io.InputStreamReader;
            import java.net.Socket;

            public class Main {
                public static void main(String[] args) throws Exception {
                    try (ImServer server = ImServer.builder()
                            .host("127.0.0.1").port(0).protocols("line")
                            .handler((session, message) -> session.send(message)).start();
                            Socket client = new Socket("127.0.0.1", server.port())) {
                        client.getOutputStream().write("hello\\n".getBytes());
                        String answer = new BufferedReader(new InputStreamReader(client.getInputStream())).readLine();
                        System.out.println(answer + " from " + server.transport());
                    }
                }
            }
            """;

    @TempDir
    private Path folder;

    @Test
    void shouldServeByEpollWhenTheModulesHaveTheirFlags() throws Exception {
        String said = host().run(
                        ChildJvm.thisJava(),
                        "--add-opens=java.base/jdk.internal.misc=org.agrona",
                        "--enable-native-access=io.hongyan.im.epoll");

        assertTrue(said.startsWith("hello from epoll ("), said);
    }

    @Test
    void shouldServeByNioAndSayWhyWhenTheModulesHaveNoFlags() throws Exception {
        String said = host().run(ChildJvm.thisJava());

        assertTrue(said.startsWith("hello from nio ("), said);
        assertTrue(said.contains("--enable-native-access=io.hongyan.im.epoll"), said);
    }

    @Test
    void shouldServeByNioAndSayWhyWhenJavaIsTooOld() throws Exception {
        String said = host().run(ModularHost.java17());

        assertTrue(said.startsWith("hello from nio ("), said);
        assertTrue(said.contains("needs Java 25, this is 17"), said);
    }

    private ModularHost host() throws IOException {
        return ModularHost.compiled(
                folder,
                "io.hongyan.im",
                MAIN,
                ImServer.class,
                NioTransportProvider.class,
                EpollTransportProvider.class,
                UnsafeBuffer.class,
                MessagePassingQueue.class,
                MpscUnboundedVarHandleArrayQueue.class);
    }
}
