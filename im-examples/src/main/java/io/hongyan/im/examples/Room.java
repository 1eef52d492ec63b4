package io.hongyan.im.examples;

import io.hongyan.im.ClientSession;
import io.hongyan.im.Fanout;
import io.hongyan.im.Message;
import io.hongyan.im.MessageHandler;
import java.io.IOException;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;

/** One room for all: every message goes to every connected client, its sender included. */
@Command(name = "room", mixinStandardHelpOptions = true, description = "Sends every message to every client.")
final class Room implements Callable<Integer>, MessageHandler {
    @Mixin
    private final ServerOptions options = new ServerOptions();

    @Override
    public void onMessage(ClientSession session, Message message) {
        Fanout fanout = session.server().all().send(message);
        // Nobody waits for the slow ones: what they missed is counted once every loop has done its part.
        fanout.counts().thenAccept(counts -> {
            if (counts.overflow() > 0) {
                System.err.println(counts.overflow() + " of " + fanout.members() + " clients read too slowly");
            }
        });
    }

    @Override
    public Integer call() throws IOException {
        return options.serve("room", this);
    }
}
