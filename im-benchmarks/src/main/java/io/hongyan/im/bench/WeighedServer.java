package io.hongyan.im.bench;

import io.hongyan.im.ClientSession;
import io.hongyan.im.Dispatch;
import io.hongyan.im.ImServer;
import io.hongyan.im.Message;
import io.hongyan.im.MessageHandler;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.nio.charset.StandardCharsets;
import java.util.Locale;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/**
 * The server whose sessions {@link Weight} weighs: a line goes back to who sent it. Says {@code port N} once it listens; then each line
 * {@code census} on its input is answered with the lines of a {@link Census}, and the end of the input ends it.
 */
@Command(name = "weighed", hidden = true, description = "The server that \"weight\" starts.")
final class WeighedServer implements Callable<Integer> {
    static final String NAME = "weighed";
    static final String CENSUS = "census";

    /** Which group a session joins when it opens, beside being in {@link ImServer#all}. */
    enum Grouping {
        OWN,
        SHARED,
        NONE;

        String optionValue() {
            return name().toLowerCase(Locale.ROOT);
        }
    }

    @Parameters(paramLabel = "NAME")
    private String name = "";

    @Option(names = "--dispatch")
    private Serve.Dispatching dispatch = Serve.Dispatching.VIRTUAL;

    @Option(names = "--group")
    private Grouping grouping = Grouping.OWN;

    @Override
    public Integer call() throws IOException {
        try (ServerUnderTest server = start()) {
            System.err.println(server.description());
            System.out.println(Serve.PORT + server.port());
            answer();
        }
        return 0;
    }

    private ServerUnderTest start() throws IOException {
        return switch (name) {
            case "hongyan-nio" -> new Weighed("nio", dispatch.dispatch(), grouping);
            case "hongyan-epoll" -> new Weighed("epoll", dispatch.dispatch(), grouping);
            case BareNio.NAME -> new BareNio();
            default ->
                throw new IllegalArgumentException("no server to be weighed is named \"" + name
                        + "\"; there are hongyan-nio, hongyan-epoll and " + BareNio.NAME);
        };
    }

    private static void answer() throws IOException {
        BufferedReader control = new BufferedReader(new InputStreamReader(System.in, StandardCharsets.US_ASCII));
        for (String line = control.readLine(); line != null; line = control.readLine()) {
            if (line.equals(CENSUS)) {
                Census.take().lines().forEach(System.out::println);
            }
        }
    }

    private static final class Weighed implements ServerUnderTest {
        private final ImServer server;
        private final String description;

        Weighed(String transport, Dispatch dispatch, Grouping grouping) throws IOException {
            server = ImServer.builder()
                    .host("127.0.0.1")
                    .port(0)
                    .protocols("line")
                    .transport(transport)
                    .loops(1)
                    .dispatch(dispatch)
                    .handler(new Joining(grouping))
                    .start();
            description = "Hongyan, transport " + transport + ", " + dispatch + ", group " + grouping.optionValue();
        }

        @Override
        public int port() {
            return server.port();
        }

        @Override
        public String description() {
            return description;
        }

        @Override
        public void close() {
            server.close();
        }
    }

    private record Joining(Grouping grouping) implements MessageHandler {
        @Override
        public void onOpen(ClientSession session) {
            switch (grouping) {
                case OWN -> session.join(session.id());
                case SHARED -> session.join("room");
                case NONE -> {}
            }
        }

        @Override
        public void onMessage(ClientSession session, Message message) {
            session.send(message);
        }
    }
}
