package io.hongyan.im.examples;

import java.io.IOException;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;

/** Names, rooms and direct messages; what it does stands in {@link ChatHandler}. */
@Command(name = "chat", mixinStandardHelpOptions = true, description = "Chat with names, rooms and direct messages.")
final class Chat implements Callable<Integer> {
    @Mixin
    private final ServerOptions options = new ServerOptions();

    @Override
    public Integer call() throws IOException {
        return options.serve("chat", new ChatHandler());
    }
}
