package io.hongyan.im.test.evidence;

import static org.junit.jupiter.api.Assertions.assertEquals;

import io.hongyan.im.ClientSession;
import io.hongyan.im.SendResult;
import io.hongyan.im.test.client.LineClient;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;

/**
 * What one thread sent to one session, with the answers. It follows what the peer must read: all that was accepted, in order,
 * and for each run of refusals markers that add up to their number, at their place. Of one thread at a time.
 */
public final class Ledger {
    private static final String MARKER = "!missed ";

    private final List<String> expected = new ArrayList<>();
    private int missed;
    private int accepted;
    private int refused;

    /** Nothing was sent yet. */
    public Ledger() {}

    /**
     * Sends, and notes the answer.
     *
     * @param session where to
     * @param text what
     * @return the answer
     */
    public SendResult send(ClientSession session, String text) {
        SendResult result = session.send(text);
        note(text, result);
        return result;
    }

    /**
     * Notes what somebody else sent.
     *
     * @param text what was sent
     * @param result the answer, which must not be {@link SendResult#CLOSED}
     */
    public void note(String text, SendResult result) {
        if (result == SendResult.OVERFLOW) {
            missed++;
            refused++;
            return;
        }
        assertEquals(SendResult.ACCEPTED, result);
        if (missed > 0) {
            expected.add(MARKER + missed);
            missed = 0;
        }
        expected.add(text);
        accepted++;
    }

    /**
     * Sends "end" until it is accepted.
     *
     * @param session where to
     */
    public void sendEnd(ClientSession session) {
        Await.until("the end is accepted", () -> send(session, "end") == SendResult.ACCEPTED);
    }

    /**
     * How many were accepted.
     *
     * @return 0 or more
     */
    public int accepted() {
        return accepted;
    }

    /**
     * How many were refused for a bound.
     *
     * @return 0 or more
     */
    public int refused() {
        return refused;
    }

    /**
     * The client reads just that, up to the "end".
     *
     * @param client the session's other end
     * @throws IOException if the connection has failed
     */
    public void verify(LineClient client) throws IOException {
        verify(read(client));
    }

    /**
     * The client has read just that.
     *
     * @param lines as {@link #read} gave them
     */
    public void verify(List<String> lines) {
        assertEquals(expected, lines);
    }

    /**
     * Reads up to the "end", with the markers of each run of refusals added up; on any thread.
     *
     * @param client the session's other end
     * @return the lines
     * @throws IOException if the connection has failed
     */
    public static List<String> read(LineClient client) throws IOException {
        List<String> lines = new ArrayList<>();
        long gap = 0;
        for (String line = client.line(); ; line = client.line()) {
            // What is refused while a marker is put is told by another one, at the same place.
            if (line.startsWith(MARKER)) {
                gap += Long.parseLong(line.substring(MARKER.length()));
                continue;
            }
            if (gap > 0) {
                lines.add(MARKER + gap);
                gap = 0;
            }
            lines.add(line);
            if (line.equals("end")) {
                return lines;
            }
        }
    }
}
