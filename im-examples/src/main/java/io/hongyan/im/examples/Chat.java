package io.hongyan.im.examples;

import io.hongyan.im.ImServer;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/** Names, rooms and direct messages; what it does stands in {@link ChatHandler}, its page in {@link ChatPage}. */
@Command(name = "chat", mixinStandardHelpOptions = true, description = "Chat with names, rooms and direct messages.")
final class Chat implements Callable<Integer> {
    @Mixin
    private final ServerOptions options = new ServerOptions();

    @Option(
            names = "--web-port",
            paramLabel = "PORT",
            description =
                    "Serve a page to chat in on this port, too; default: ${DEFAULT-VALUE}, 0: no page. There is none"
                            + " where --protocol leaves WebSocket out.")
    private int webPort = 8080;

    @Override
    public Integer call() throws IOException {
        if (webPort < 0 || webPort > 65535) {
            throw new IllegalArgumentException("web-port must be 0 to 65535, was " + webPort);
        }
        if (hasPage() && options.handsOver()) {
            throw new IllegalArgumentException("web-port must be 0 with handover, was " + webPort
                    + ": the next server could not listen there, too");
        }
        return options.serve("chat", new ChatHandler(), this::page);
    }

    private boolean hasPage() {
        return webPort != 0 && options.speakWebSocket();
    }

    private String page(ImServer server) throws IOException {
        if (!hasPage()) {
            return "";
        }
        InetSocketAddress chat = server.address();
        ChatPage page = ChatPage.serve(new InetSocketAddress(chat.getAddress(), webPort), chat.getPort());
        return ", page " + page.url();
    }
}
