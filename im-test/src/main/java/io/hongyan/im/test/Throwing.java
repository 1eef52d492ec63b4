package io.hongyan.im.test;

import io.hongyan.im.ClientSession;
import io.hongyan.im.CloseReason;
import io.hongyan.im.Message;
import io.hongyan.im.MessageHandler;
import io.hongyan.im.test.evidence.Witness;

/** A handler of which one callback throws, or all of them. */
record Throwing(Throwable cause, String callback) implements MessageHandler {
    private void call(String called) throws Exception {
        if (callback.isEmpty() || callback.equals(called)) {
            if (cause instanceof Error error) {
                throw error;
            }
            throw (Exception) cause;
        }
        // An onError is only called where something was thrown.
        if (callback.equals(Witness.ERROR) && called.equals(Witness.MESSAGE)) {
            throw new IllegalArgumentException("the first throw");
        }
    }

    @Override
    public void onOpen(ClientSession session) throws Exception {
        call(Witness.OPEN);
    }

    @Override
    public void onMessage(ClientSession session, Message message) throws Exception {
        call(Witness.MESSAGE);
    }

    @Override
    public void onWritable(ClientSession session) throws Exception {
        call(Witness.WRITABLE);
    }

    @Override
    public void onError(ClientSession session, Throwable thrown) throws Exception {
        call(Witness.ERROR);
    }

    @Override
    public void onClose(ClientSession session, CloseReason reason) throws Exception {
        call(Witness.CLOSE);
    }
}
