package io.hongyan.im.bench.trial;

import java.util.List;

/** Members of a busy room who read nothing, and come back when they are cut. */
final class StalledRoomAttack implements Attack {
    private static final int MEMBERS = 2000;

    /** To all members; so many fill the bound of a member who reads nothing, 1 MiB, in little more than a second. */
    private static final int MESSAGES_A_SECOND = 200;

    private static final byte[] JOIN = Speech.LINE.message("join room");
    private static final byte[] SAY = Speech.LINE.message("say room " + "x".repeat(4000));

    /** Who has been cut learns of it by saying something. */
    private static final long SIGNS_OF_LIFE_MILLIS = 500;

    @Override
    public String name() {
        return "stalled-room";
    }

    @Override
    public String description() {
        return "members of a busy room who read nothing";
    }

    /** The kernel's buffers, a gigabyte and more, take the first messages. */
    @Override
    public int lasts() {
        return 3;
    }

    @Override
    public String run(Stage stage) {
        List<Attacker> members = stage.attackers(MEMBERS, Speech.LINE);
        Attacker sender = stage.attacker(Speech.LINE);
        sender.connect();
        long said = 0;
        long joined = joinAll(members);
        long start = System.nanoTime();
        long lastSign = start;
        while (!stage.isOver()) {
            long now = System.nanoTime();
            for (long due = (now - start) * MESSAGES_A_SECOND / 1_000_000_000; said < due && sender.push(); said++) {
                sender.offer(SAY);
            }
            if (now - lastSign >= SIGNS_OF_LIFE_MILLIS * 1_000_000) {
                joined += joinAll(members);
                lastSign = now;
            }
            Stage.rest(1);
        }
        return String.format("%,d members, %,d joins, %,d messages of 4 kB to the room", members.size(), joined, said);
    }

    private static long joinAll(List<Attacker> members) {
        long joined = 0;
        for (Attacker member : members) {
            member.push();
            if (!member.offer(JOIN) && !member.isConnected() && member.connect()) {
                member.offer(JOIN);
                joined++;
            }
        }
        return joined;
    }
}
