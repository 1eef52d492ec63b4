package io.hongyan.im.examples;

import io.hongyan.im.test.evidence.Await;
import java.net.InetSocketAddress;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.WebSocket;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;

/** A client that speaks WebSocket, the JDK's. */
final class SocketClient implements AutoCloseable {
    private final HttpClient http = HttpClient.newHttpClient();
    private final BlockingQueue<String> messages = new LinkedBlockingQueue<>();
    private final CompletableFuture<Integer> closed = new CompletableFuture<>();
    private final WebSocket socket;

    SocketClient(InetSocketAddress server) {
        this(server.getPort(), "/ws");
    }

    SocketClient(int port, String path) {
        socket = http.newWebSocketBuilder()
                .buildAsync(URI.create("ws://127.0.0.1:" + port + path), new Listener())
                .join();
    }

    private final class Listener implements WebSocket.Listener {
        private final StringBuilder message = new StringBuilder();

        @Override
        public CompletionStage<?> onText(WebSocket webSocket, CharSequence data, boolean last) {
            message.append(data);
            if (last) {
                messages.add(message.toString());
                message.setLength(0);
            }
            webSocket.request(1);
            return CompletableFuture.completedStage(null);
        }

        @Override
        public CompletionStage<?> onClose(WebSocket webSocket, int status, String reason) {
            closed.complete(status);
            return CompletableFuture.completedStage(null);
        }
    }

    void send(String text) {
        socket.sendText(text, true).join();
    }

    /** The next message, which must come. */
    String message() throws InterruptedException {
        String message = messages.poll(Await.LIVENESS.toNanos(), TimeUnit.NANOSECONDS);
        if (message == null) {
            throw new AssertionError("no message has come");
        }
        return message;
    }

    /** The next one without its time. */
    String event() throws InterruptedException {
        return message().replaceFirst("\"time\":\\d{13},", "");
    }

    /** Reads up to one, its time not counted. */
    List<String> eventsBefore(String last) throws InterruptedException {
        List<String> before = new ArrayList<>();
        for (String event = event(); !event.equals(last); event = event()) {
            before.add(event);
        }
        return before;
    }

    int closeStatus() throws InterruptedException {
        return Await.result("the close", closed);
    }

    @Override
    public void close() {
        socket.abort();
        http.shutdownNow();
    }
}
