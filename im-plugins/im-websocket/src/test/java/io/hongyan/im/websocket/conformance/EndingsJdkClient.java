package io.hongyan.im.websocket.conformance;

import static java.nio.charset.StandardCharsets.UTF_8;

import java.io.BufferedReader;
import java.io.InputStreamReader;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.WebSocket;
import java.util.ArrayList;
import java.util.Collection;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.Executor;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/** The JDK's own WebSocket client for {@code .ci/endings}; {@code src/test/clients/README.md} says what a client reads, does and prints. */
final class EndingsJdkClient {
    private static final int PATIENCE_MILLIS = 60_000;
    private static final int REST_MILLIS = 300;
    private static final int AGAIN_MILLIS = 20;
    private static final String TOO_BIG = "x".repeat(70_000);
    private static final int LOST = 1006;
    private static final HttpClient HTTP = HttpClient.newHttpClient();

    private EndingsJdkClient() {}

    /** One line of what is to be done. */
    private record Cell(
            String label,
            String chain,
            String url,
            String say,
            int count,
            int size,
            String act,
            int runs,
            int parallel,
            String want) {
        static Cell parse(String line) {
            String[] fields = line.split("\t", -1);
            return new Cell(
                    fields[0],
                    fields[1],
                    fields[2],
                    fields[3],
                    Integer.parseInt(fields[4]),
                    Integer.parseInt(fields[5]),
                    fields[6],
                    Integer.parseInt(fields[7]),
                    Integer.parseInt(fields[8]),
                    fields[9]);
        }
    }

    /** Does what the standard input says. */
    public static void main(String[] none) throws Exception {
        Map<String, List<Cell>> chains = new LinkedHashMap<>();
        try (BufferedReader in = new BufferedReader(new InputStreamReader(System.in, UTF_8))) {
            in.lines()
                    .map(Cell::parse)
                    .forEach(cell -> chains.computeIfAbsent(cell.chain, chain -> new ArrayList<>())
                            .add(cell));
        }
        List<Thread> threads = new ArrayList<>();
        for (Collection<Cell> chain : chains.values()) {
            Thread thread = new Thread(() -> chain.forEach(EndingsJdkClient::runAll));
            thread.start();
            threads.add(thread);
        }
        for (Thread thread : threads) {
            thread.join();
        }
        System.out.println("done");
        System.exit(0);
    }

    private static void runAll(Cell cell) {
        int failed = 0;
        for (int done = 0; done < cell.runs; done += cell.parallel) {
            List<Run> batch = new ArrayList<>();
            for (int i = done; i < Math.min(done + cell.parallel, cell.runs); i++) {
                batch.add(new Run(cell));
            }
            batch.forEach(Run::connect);
            for (Run run : batch) {
                String outcome = run.outcome.join();
                if (!outcome.equals(cell.want)) {
                    failed++;
                    System.out.println("failed\t" + cell.label + "\t" + outcome);
                }
            }
        }
        System.out.println("ran\t" + cell.label + "\t" + cell.runs + "\t" + failed);
    }

    /** One connection. */
    private static final class Run implements WebSocket.Listener {
        private final Cell cell;
        private final StringBuilder part = new StringBuilder();
        private final CompletableFuture<String> outcome = new CompletableFuture<>();
        private CompletableFuture<?> sent = CompletableFuture.completedFuture(null);
        private int messages;
        private String wrong = "";

        Run(Cell cell) {
            this.cell = cell;
        }

        void connect() {
            delayed(PATIENCE_MILLIS).execute(() -> end("no end"));
            HTTP.newWebSocketBuilder().buildAsync(URI.create(cell.url), this).whenComplete((socket, failure) -> {
                if (failure != null && cell.act.equals("again")) {
                    delayed(AGAIN_MILLIS).execute(this::connect);
                } else if (failure != null) {
                    outcome.complete("not opened: " + failure);
                }
            });
        }

        @Override
        public void onOpen(WebSocket socket) {
            socket.request(1);
            if (!cell.say.isEmpty()) {
                send(socket, cell.say);
            }
            if (cell.act.equals("answer")) {
                for (int i = 0; i < cell.count; i++) {
                    send(socket, i + " " + cell.size + " ANSWER");
                }
                close(socket);
            } else if (cell.act.equals("early-big")) {
                send(socket, TOO_BIG);
            }
        }

        /** Behind what is under way: the JDK refuses to send one while it still sends another, though that may be answered already. */
        private synchronized void send(WebSocket socket, String text) {
            sent = sent.thenCompose(none -> socket.sendText(text, true)).whenComplete(this::failed);
        }

        private synchronized void close(WebSocket socket) {
            sent = sent.thenCompose(none -> socket.sendClose(WebSocket.NORMAL_CLOSURE, ""))
                    .whenComplete(this::failed);
        }

        private void failed(WebSocket socket, @Nullable Throwable failure) {
            if (failure != null) {
                end("cannot send: " + failure);
            }
        }

        @Override
        public CompletionStage<?> onText(WebSocket socket, CharSequence data, boolean last) {
            part.append(data);
            if (last) {
                message(socket, part.toString());
                part.setLength(0);
            }
            if (cell.act.equals("slow") && messages == 1) {
                delayed(REST_MILLIS).execute(() -> socket.request(1));
            } else {
                socket.request(1);
            }
            return CompletableFuture.completedStage(null);
        }

        private void message(WebSocket socket, String text) {
            if (text.length() != cell.size || !text.startsWith(messages + " ")) {
                wrong = ", wrong messages";
            }
            messages++;
            if (cell.act.equals("close") && messages == 1) {
                close(socket);
            }
            if (cell.act.equals("big") && messages == cell.count) {
                send(socket, TOO_BIG);
            }
        }

        @Override
        public CompletionStage<?> onClose(WebSocket socket, int code, String reason) {
            end(code + (code == LOST ? " unclean" : " clean") + (reason.isEmpty() ? ", no reason" : ""));
            return CompletableFuture.completedStage(null);
        }

        @Override
        public void onError(WebSocket socket, Throwable failure) {
            end("1006 unclean: " + failure + ", " + failure.getMessage() + ", " + failure.getCause());
        }

        private void end(String how) {
            outcome.complete(messages + " messages" + wrong + ", plain, " + how);
        }

        private static Executor delayed(int millis) {
            return CompletableFuture.delayedExecutor(millis, TimeUnit.MILLISECONDS);
        }
    }
}
