package io.hongyan.im.bench.trial;

import io.hongyan.im.ClientSession;
import io.hongyan.im.Message;
import io.hongyan.im.MessageHandler;
import java.nio.charset.StandardCharsets;

/**
 * Does what the first word of a message says; any other message goes back to its sender.
 *
 * <table>
 * <caption>The words</caption>
 * <tr><td>{@code join ROOM}, {@code leave ROOM}</td><td>and goes back</td></tr>
 * <tr><td>{@code say ROOM ...}</td><td>goes to all members</td></tr>
 * <tr><td>{@code sleep MILLIS}, {@code burn MILLIS}</td><td>keeps the handler so long, and goes back</td></tr>
 * <tr><td>{@code throw}</td><td>fails</td></tr>
 * </table>
 */
final class TrialHandler implements MessageHandler {
    @Override
    public void onMessage(ClientSession session, Message message) throws InterruptedException {
        String text = message.isText() ? message.text() : new String(message.bytes(), StandardCharsets.UTF_8);
        String[] words = text.split(" ", 3);
        switch (words[0]) {
            case "say" -> session.server().group(words[1]).send(message);
            case "throw" -> throw new IllegalStateException("as it was told to");
            case "join" -> session.join(words[1]);
            case "leave" -> session.leave(words[1]);
            case "sleep" -> Thread.sleep(Long.parseLong(words[1]));
            case "burn" -> burn(Long.parseLong(words[1]));
            default -> {}
        }
        if (!words[0].equals("say")) {
            session.send(message);
        }
    }

    private static void burn(long millis) {
        long start = System.nanoTime();
        while (System.nanoTime() - start < millis * 1_000_000) {
            // It is the looking at the clock that keeps the processor busy.
        }
    }
}
