package io.hongyan.im.spi;

import io.hongyan.im.ClientSession;
import io.hongyan.im.CloseReason;
import io.hongyan.im.Message;
import io.hongyan.im.MessageHandler;
import java.util.Objects;

/**
 * Passes every callback on to the next handler, also those that {@link MessageHandler} may get in later versions. What a plugin wraps
 * around {@code next} extends this and overrides what the plugin is for; {@code super.onMessage(session, other)} passes on something
 * else, and what does not call {@code super} does not pass.
 *
 * <pre>{@code
 * public MessageHandler wrap(MessageHandler next) {
 *     return new ForwardingHandler(next) {
 *         public void onMessage(ClientSession session, Message message) throws Exception {
 *             if (!message.isText()) {
 *                 session.send("text only, please");
 *             } else {
 *                 super.onMessage(session, message);
 *             }
 *         }
 *     };
 * }
 * }</pre>
 */
public class ForwardingHandler implements MessageHandler {
    private final MessageHandler next;

    /**
     * Passes to a handler.
     *
     * @param next who is called
     */
    public ForwardingHandler(MessageHandler next) {
        this.next = Objects.requireNonNull(next, "next");
    }

    @Override
    public void onOpen(ClientSession session) throws Exception {
        next.onOpen(session);
    }

    @Override
    public void onMessage(ClientSession session, Message message) throws Exception {
        next.onMessage(session, message);
    }

    @Override
    public void onWritable(ClientSession session) throws Exception {
        next.onWritable(session);
    }

    @Override
    public void onError(ClientSession session, Throwable cause) throws Exception {
        next.onError(session, cause);
    }

    @Override
    public void onClose(ClientSession session, CloseReason reason) throws Exception {
        next.onClose(session, reason);
    }
}
