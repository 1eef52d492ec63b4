package io.hongyan.im.test.virtual;

import io.hongyan.im.ClientSession;
import io.hongyan.im.CloseReason;
import io.hongyan.im.Message;
import io.hongyan.im.MessageHandler;
import io.hongyan.im.spi.HandlerPlugin;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/** Outermost of all plugins: knows each session, its end, and what the callbacks have thrown. */
final class Registry implements HandlerPlugin {
    private final List<VirtualClient> clients;
    private final Map<ClientSession, CloseReason> reasons = new HashMap<>();
    private final List<Throwable> thrown = new ArrayList<>();

    /** @param clients those of the server, as they connect */
    Registry(List<VirtualClient> clients) {
        this.clients = clients;
    }

    Optional<CloseReason> reasonOf(ClientSession session) {
        return Optional.ofNullable(reasons.get(session));
    }

    /** In the order they were thrown. */
    List<Throwable> thrown() {
        return thrown;
    }

    private Optional<VirtualClient> clientOf(ClientSession session) {
        return clients.stream().filter(client -> client.is(session)).findFirst();
    }

    private interface Callback {
        void call() throws Exception;
    }

    private void watch(ClientSession session, String name, Callback callback) throws Exception {
        try {
            callback.call();
        } catch (Throwable t) {
            thrown.add(t);
            clientOf(session).ifPresent(client -> client.note("has a handler that threw in " + name + ": " + t));
            throw t;
        }
    }

    @Override
    public String name() {
        return "virtual-registry";
    }

    @Override
    public int order() {
        return Integer.MIN_VALUE;
    }

    @Override
    public MessageHandler wrap(MessageHandler next) {
        return new MessageHandler() {
            @Override
            public void onOpen(ClientSession session) throws Exception {
                clientOf(session).ifPresent(client -> client.opened(session));
                watch(session, "onOpen", () -> next.onOpen(session));
            }

            @Override
            public void onMessage(ClientSession session, Message message) throws Exception {
                watch(session, "onMessage", () -> next.onMessage(session, message));
            }

            @Override
            public void onWritable(ClientSession session) throws Exception {
                watch(session, "onWritable", () -> next.onWritable(session));
            }

            @Override
            public void onError(ClientSession session, Throwable cause) throws Exception {
                watch(session, "onError", () -> next.onError(session, cause));
            }

            @Override
            public void onClose(ClientSession session, CloseReason reason) throws Exception {
                reasons.put(session, reason);
                watch(session, "onClose", () -> next.onClose(session, reason));
            }
        };
    }
}
