package io.hongyan.im.epoll;

import static org.junit.jupiter.api.Assertions.assertEquals;

import io.hongyan.im.Dispatch;
import io.hongyan.im.ImServer;
import io.hongyan.im.Limits;
import io.hongyan.im.MessageHandler;
import io.hongyan.im.nio.NioTransportProvider;
import io.hongyan.im.test.evidence.Await;
import java.io.IOException;
import java.lang.ref.WeakReference;
import java.net.InetAddress;
import java.net.Socket;
import java.net.URL;
import java.net.URLClassLoader;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.Map;
import java.util.concurrent.CountDownLatch;
import java.util.function.Function;
import java.util.stream.Stream;
import org.agrona.concurrent.ringbuffer.ManyToOneRingBuffer;
import org.jctools.queues.MessagePassingQueue;
import org.jctools.queues.varhandle.MpscUnboundedVarHandleArrayQueue;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** An application server loads an application with the library, lets it serve, closes it, and wants all of its memory back: D6. */
final class RedeployTest {
    @ParameterizedTest
    @CsvSource({"nio, VIRTUAL_THREADS", "nio, ON_LOOP", "epoll, VIRTUAL_THREADS", "epoll, ON_LOOP"})
    void shouldLeaveNothingThatHoldsItsClassesWhenClosed(String transport, String dispatch) throws Exception {
        WeakReference<ClassLoader> loader = deployAndUndeploy(transport, dispatch);

        Await.until("the classes of a closed server are collected", () -> {
            System.gc();
            return loader.refersTo(null);
        });
    }

    private static WeakReference<ClassLoader> deployAndUndeploy(String transport, String dispatch) throws Exception {
        ClassLoader ours = Thread.currentThread().getContextClassLoader();
        try (URLClassLoader loader = new URLClassLoader(library(), ClassLoader.getPlatformClassLoader())) {
            Thread.currentThread().setContextClassLoader(loader);
            Object application = loader.loadClass(Application.class.getName())
                    .getDeclaredConstructor()
                    .newInstance();
            @SuppressWarnings("unchecked") // of the other loader, and so known by an interface of the JDK's alone
            var serve = (Function<Map<String, String>, String>) application;
            assertEquals(transport, serve.apply(Map.of("transport", transport, "dispatch", dispatch)));
            return new WeakReference<>(loader);
        } finally {
            Thread.currentThread().setContextClassLoader(ours);
        }
    }

    private static URL[] library() {
        return Stream.of(
                        ImServer.class,
                        NioTransportProvider.class,
                        EpollTransportProvider.class,
                        ManyToOneRingBuffer.class,
                        MessagePassingQueue.class,
                        MpscUnboundedVarHandleArrayQueue.class,
                        Application.class)
                .map(type -> type.getProtectionDomain().getCodeSource().getLocation())
                .distinct()
                .toArray(URL[]::new);
    }

    /** Serves a client whose handler throws, and one whose handler still waits when it closes. */
    public static final class Application implements Function<Map<String, String>, String> {
        private static final Limits LIMITS =
                Limits.defaults().withTimeouts(Duration.ofSeconds(30), Duration.ofMillis(100));

        private final CountDownLatch waits = new CountDownLatch(1);

        private final MessageHandler handler = (session, message) -> {
            session.join("room");
            session.server().all().send(message);
            switch (message.text()) {
                case "throw" -> throw new IllegalStateException("as asked");
                case "wait" -> {
                    waits.countDown();
                    new CountDownLatch(1).await();
                }
                default -> {}
            }
        };

        @Override
        public String apply(Map<String, String> how) {
            try (ImServer server = ImServer.builder()
                            .host("127.0.0.1")
                            .port(0)
                            .protocols("line")
                            .transport(how.get("transport"))
                            .dispatch(Dispatch.valueOf(how.get("dispatch")))
                            .limits(LIMITS)
                            .handler(handler)
                            .start();
                    Socket one = new Socket(InetAddress.getLoopbackAddress(), server.port());
                    Socket other = new Socket(InetAddress.getLoopbackAddress(), server.port())) {
                say(other, "throw");
                other.getInputStream().readAllBytes();
                say(one, "wait");
                waits.await();
                return server.transport().name();
            } catch (IOException | InterruptedException e) {
                throw new IllegalStateException(e);
            }
        }

        private static void say(Socket socket, String line) throws IOException {
            socket.getOutputStream().write((line + "\n").getBytes(StandardCharsets.UTF_8));
        }
    }
}
