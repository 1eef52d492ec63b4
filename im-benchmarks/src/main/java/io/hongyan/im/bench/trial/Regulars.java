package io.hongyan.im.bench.trial;

import java.io.IOException;
import java.util.concurrent.ThreadLocalRandom;

/** Those of a soak who do nothing wrong: they talk to themselves or in rooms, and come back when there is a storm. */
final class Regulars {
    private static final int ROOMS = 4;
    private static final int PAUSE_MILLIS = 20;
    private static final int STAY = 200;

    private final SoakLoad load;

    private Regulars(SoakLoad load) {
        this.load = load;
    }

    /** @param each of each kind and speech */
    static void addTo(SoakLoad load, int each) {
        Regulars regulars = new Regulars(load);
        for (Speech speech : Speech.values()) {
            for (int i = 0; i < each; i++) {
                String name = speech + "-" + i;
                String room = speech + "-room-" + i % ROOMS;
                load.wellBehaved(() -> regulars.echo(speech, name));
                load.wellBehaved(() -> regulars.talk(speech, name, room));
            }
        }
    }

    private void echo(Speech speech, String name) throws IOException {
        int storm = load.storm();
        try (Conversation conversation = load.open(speech)) {
            for (int i = 0; i < STAY && load.isCalm(storm); i++) {
                String text =
                        name + " " + "x".repeat(ThreadLocalRandom.current().nextInt(1000));
                conversation.echo(text);
                load.pause(PAUSE_MILLIS);
            }
        }
    }

    private void talk(Speech speech, String name, String room) throws IOException {
        int storm = load.storm();
        try (Conversation conversation = load.open(speech)) {
            conversation.await("join " + room);
            for (int i = 0; i < STAY && load.isCalm(storm); i++) {
                conversation.await("say " + room + " " + name + " " + i);
                load.pause(PAUSE_MILLIS);
                if (i % 10 == 9) {
                    conversation.await("leave " + room);
                    conversation.await("join " + room);
                }
            }
        }
    }
}
