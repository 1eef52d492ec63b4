package io.hongyan.im.examples;

import io.hongyan.im.CloseReason;
import io.hongyan.im.CloseReason.Code;
import io.hongyan.im.Message;
import io.hongyan.im.MessageHandler;
import io.hongyan.im.test.MessageHandlerContract;
import io.hongyan.im.test.client.Messages;
import net.jqwik.api.Arbitraries;
import net.jqwik.api.Arbitrary;

/** The chat keeps the contract of handlers, whatever people type. */
class ChatContractTest extends MessageHandlerContract {
    @Override
    protected MessageHandler newHandler() {
        return new ChatHandler();
    }

    @Override
    protected Arbitrary<Message> messages() {
        Arbitrary<String> commands = Arbitraries.of(
                "/nick fox",
                "/nick",
                "/join den",
                "/leave den",
                "/leave",
                "/who",
                "/who den",
                "/rooms",
                "/help",
                "/msg fox psst",
                "/msg guest1 psst",
                "/msg",
                "/quit",
                "/unknown",
                "hello");
        return Arbitraries.oneOf(commands.map(Message::text), Messages.ofLines());
    }

    /** By /quit. */
    @Override
    protected boolean mayClose(CloseReason reason) {
        return reason.code() == Code.NORMAL;
    }
}
