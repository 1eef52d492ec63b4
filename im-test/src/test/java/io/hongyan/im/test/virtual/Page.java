package io.hongyan.im.test.virtual;

import io.hongyan.im.ClientSession;
import io.hongyan.im.CloseReason;
import io.hongyan.im.CloseReason.Code;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/** What is known of one client and its session. */
final class Page {
    static final long NEVER = Long.MIN_VALUE;

    /** That the host has closed it; the first of those that began before any was over decides. */
    static final class Closing {
        final String text;
        final boolean wasOpen;
        final int began;
        int over = Integer.MAX_VALUE;

        Closing(String text, boolean wasOpen, int began) {
            this.text = text;
            this.wasOpen = wasOpen;
            this.began = began;
        }
    }

    /** What one client may still count on in one group. */
    static final class Place {
        /** Joins that have changed something, less leaves that have. */
        int joined;

        /** Beginnings and ends of joins and leaves. */
        int moves;
    }

    Optional<VirtualClient> client = Optional.empty();
    Optional<ClientSession> session = Optional.empty();

    final List<String> said = new ArrayList<>();
    final List<String> handled = new ArrayList<>();

    /** By who sent them. */
    final Map<String, List<String>> accepted = new LinkedHashMap<>();

    /** Of those: a close has come between, and may stand before them. */
    final Set<String> overtaken = new HashSet<>();

    /** All that was meant for it and has to come or to be told missing, accepted or not; of one thread in order. */
    final List<String> meant = new ArrayList<>();

    /** Of groups that it joined or left at that moment. */
    final Set<String> perhaps = new HashSet<>();

    /** May pass it over. */
    final Set<String> volatiles = new HashSet<>();

    final Set<String> leftOut = new HashSet<>();
    final Map<String, Place> places = new HashMap<>();
    final List<Closing> closings = new ArrayList<>();

    /** Of the clock, when all had come to rest before its end began, and when it was over. */
    int jumpsBefore = -1;

    int jumpsBehind;

    /** The porter was asked for it. */
    boolean asked;

    Porter.Answer answer = Porter.Answer.NONE;

    /** Who the host or the door says that it is. */
    String principal = "";

    long connectedAt = NEVER;
    long leftAt = NEVER;

    /** When it last said something, be it a pong; and since when nothing has kept the server from asking. */
    long heardAt = NEVER;

    long quietAt = NEVER;

    /** The last that had come when all had come to rest. */
    long restedHeardAt = NEVER;

    boolean brokeARule;
    boolean stoppedReading;

    /** It did not read at some time from the beginning of its end on. */
    boolean deaf;

    boolean reset;
    boolean ended;
    boolean aborted;
    boolean hostClosed;
    boolean congested;
    boolean threw;
    int writable;

    /** Beginnings and ends of pauses and resumes, how many are under way, and whether the last one paused. */
    int pauses;

    int pausing;
    boolean paused;

    /** When everything had come to rest with it paused: the pauses and what was handled. */
    int restedPauses = -1;

    int restedHandled;

    int opened;
    long openedAt = NEVER;
    int closed;
    long closedAt = NEVER;

    /** When it was first closed by the host. */
    long closeBegan = NEVER;

    /** Its client had neither ended nor gone when its session closed. */
    boolean deserted;

    Code code = Code.NORMAL;
    String reason = "";

    /** Since when, and behind which byte, its output has not moved. */
    long blockedAt = NEVER;

    long blockedBehind;

    /** Its end begins, or it stops reading. */
    void mayBeDeaf(int jumps) {
        boolean ends = ended || reset || hostClosed || threw || brokeARule;
        deaf |= ends && client.isPresent() && !client.get().isReading();
        if (ends && jumpsBefore < 0) {
            jumpsBefore = jumps;
        }
    }

    /** Neither was the connection broken nor did the clock jump while it ended. */
    boolean endedInPeace() {
        return jumpsBefore == jumpsBehind
                && client.map(VirtualClient::link)
                        .filter(link -> link.resetByClient || link.broken)
                        .isEmpty();
    }

    Place place(String group) {
        return places.computeIfAbsent(group, g -> new Place());
    }

    boolean isOpen() {
        return opened == 1 && closed == 0;
    }

    /** Whether a session that the host has closed may say this. */
    boolean mayEndWith(String text) {
        int firstOver = closings.stream()
                .filter(c -> c.wasOpen)
                .mapToInt(c -> c.over)
                .min()
                .orElse(0);
        return closings.stream().anyMatch(c -> c.wasOpen && c.began <= firstOver && c.text.equals(text));
    }

    void closed(CloseReason with, long now, int jumps) {
        closed++;
        jumpsBehind = jumps;
        code = with.code();
        reason = with.text();
        closedAt = now;
        deserted = client.map(VirtualClient::link)
                .filter(link -> !link.clientEndArrived && !link.resetByClient)
                .isPresent();
    }
}
