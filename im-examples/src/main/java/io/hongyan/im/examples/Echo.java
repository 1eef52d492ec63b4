package io.hongyan.im.examples;

import io.hongyan.im.ClientSession;
import io.hongyan.im.Message;
import io.hongyan.im.MessageHandler;
import io.hongyan.im.SendResult;
import java.io.IOException;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;

/** The smallest server: every message goes back to its sender. */
@Command(name = "echo", mixinStandardHelpOptions = true, description = "Sends every message back to its sender.")
final class Echo implements Callable<Integer>, MessageHandler {
    @Mixin
    private final ServerOptions options = new ServerOptions();

    @Override
    public void onMessage(ClientSession session, Message message) {
        // Never blocks: the message waits for the session's loop, or is refused at once.
        SendResult result = session.send(message);
        if (result == SendResult.OVERFLOW) {
            System.err.println("not echoed: " + session.remoteAddress() + " sends much and reads little");
        }
    }

    @Override
    public Integer call() throws IOException {
        return options.serve("echo", this);
    }
}
