package io.hongyan.im.test.virtual;

import io.hongyan.im.Message;
import java.nio.charset.StandardCharsets;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.Optional;
import java.util.SplittableRandom;

/** What one client does, in its order; when is the seed's matter. */
final class Person implements Actor {
    private static final String[] TAME = {
        "echo",
        "echo",
        "echo",
        "nothing",
        "slow",
        "publish red",
        "publish blue",
        "join red",
        "join blue",
        "leave red",
        "pause",
        "storm"
    };
    private static final String[] WILD = {"throw", "close", "abort", "server"};

    private final VirtualServer im;
    private final Book book;
    private final SplittableRandom random;
    private final boolean frames;
    private final boolean strict;
    private final Deque<Runnable> acts = new ArrayDeque<>();
    private Optional<VirtualClient> client = Optional.empty();
    private int said;
    private boolean ended;

    Person(VirtualServer im, Book book, SplittableRandom random, boolean frames, boolean strict) {
        this.im = im;
        this.book = book;
        this.random = random;
        this.frames = frames;
        this.strict = strict;
        acts.add(this::connect);
        for (int i = random.nextInt(25); i > 0; i--) {
            acts.add(anAct());
        }
    }

    Optional<VirtualClient> client() {
        return client;
    }

    private Runnable anAct() {
        int kind = random.nextInt(100);
        if (kind < 70) {
            String order = strict ? "nothing" : random.nextInt(12) > 0 ? any(TAME) : any(WILD);
            return () -> say(order);
        }
        if (kind < 82) {
            return this::stopReading;
        }
        if (kind < 94 || strict) {
            return this::readAgain;
        }
        return kind < 96 ? this::endOutput : kind < 98 ? this::breakARule : this::reset;
    }

    private String any(String[] orders) {
        return orders[random.nextInt(orders.length)];
    }

    /** Unless somebody has told the server to close. */
    private void connect() {
        if (!book.isServerClosed()) {
            client = Optional.of(im.connect(frames ? ClientCodec.frame() : ClientCodec.line()));
        }
    }

    private void say(String order) {
        client.filter(c -> !c.hasEnded() && !ended).ifPresent(c -> {
            String text = ++said + " " + order;
            book.said(c, text);
            c.send(frames ? Message.binary(text.getBytes(StandardCharsets.UTF_8)) : Message.text(text));
        });
    }

    private void breakARule() {
        client.ifPresent(c -> {
            book.brokeARule(c);
            c.sendBytes(frames ? new byte[] {1, 2, 3, 4, 5} : new byte[] {'a', (byte) 0xC0, '\n'});
        });
    }

    private void reset() {
        ended = true;
        client.ifPresent(c -> {
            book.reset(c);
            c.reset();
        });
    }

    private void endOutput() {
        ended = true;
        client.ifPresent(c -> {
            book.ended(c);
            c.endOutput();
        });
    }

    private void stopReading() {
        client.ifPresent(c -> {
            book.stoppedReading(c);
            c.stopReading();
        });
    }

    void readAgain() {
        client.ifPresent(VirtualClient::startReading);
    }

    @Override
    public boolean canAct() {
        return !acts.isEmpty();
    }

    @Override
    public void act() {
        acts.remove().run();
    }
}
