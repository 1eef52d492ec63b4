package io.hongyan.im.test;

import static org.junit.jupiter.api.Assertions.assertEquals;

import io.hongyan.im.ClientSession;
import io.hongyan.im.SendResult;
import java.util.ArrayList;
import java.util.List;

/**
 * What one thread sent to one session, with the answers. It follows what the peer must read: all that was accepted, in order,
 * and for each run of refusals one marker with their number, at their place. Of one thread at a time.
 */
final class Ledger {
    private final List<String> expected = new ArrayList<>();
    private int missed;
    private int accepted;
    private int refused;

    /** Sends, and notes the answer. */
    SendResult send(ClientSession session, String text) {
        SendResult result = session.send(text);
        note(text, result);
        return result;
    }

    void note(String text, SendResult result) {
        if (result == SendResult.OVERFLOW) {
            missed++;
            refused++;
            return;
        }
        assertEquals(SendResult.ACCEPTED, result);
        if (missed > 0) {
            expected.add("!missed " + missed);
            missed = 0;
        }
        expected.add(text);
        accepted++;
    }

    /** Sends "end" until it is accepted. */
    void sendEnd(ClientSession session) {
        Await.until("the end is accepted", () -> send(session, "end") == SendResult.ACCEPTED);
    }

    int accepted() {
        return accepted;
    }

    int refused() {
        return refused;
    }

    /** The client reads just that, up to the "end". */
    void verify(LineClient client) throws Exception {
        List<String> lines = client.linesBefore("end");
        lines.add("end");
        assertEquals(expected, lines);
    }
}
