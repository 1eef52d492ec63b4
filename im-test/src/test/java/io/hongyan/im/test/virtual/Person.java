package io.hongyan.im.test.virtual;

import io.hongyan.im.Message;
import java.nio.charset.StandardCharsets;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.Optional;
import java.util.SplittableRandom;

/** What one client does, in its order; when is the seed's matter. */
final class Person extends Sleeper {
    private static final String[] TAME = {
        "echo",
        "echo",
        "echo",
        "nothing",
        "slow",
        "publish red",
        "publish blue",
        "others red",
        "murmur",
        "murmur red",
        "join red",
        "join blue",
        "leave red",
        "pause",
        "name",
        "storm"
    };
    private static final String[] WILD = {"throw", "close", "abort"};
    private static final String[] LONELY = {"echo", "nothing", "nothing", "slow"};
    private static final String CLOSE_SERVER = "server";

    private final VirtualServer im;
    private final Scenario.Kind kind;
    private final Deque<Runnable> acts = new ArrayDeque<>();

    /** Come before all others. */
    private final Deque<Runnable> before = new ArrayDeque<>();

    private Optional<VirtualClient> client = Optional.empty();
    private int said;
    private boolean ended;

    Person(VirtualServer im, Book book, SplittableRandom random, Scenario.Kind kind) {
        super(book, random);
        this.im = im;
        this.kind = kind;
        acts.add(this::connect);
        for (int i = random.nextInt(kind.lonely() ? 120 : 25); i > 0; i--) {
            acts.add(anAct());
        }
    }

    private Runnable anAct() {
        int what = random.nextInt(kind.lonely() ? 72 : 100);
        if (what < 68) {
            String order = anOrder();
            return () -> say(order);
        }
        if (what < 73) {
            return this::sleep;
        }
        if (what < 76) {
            return this::comeBack;
        }
        if (what < 84) {
            return this::stopReading;
        }
        if (what < 94 || kind.strict()) {
            return this::readAgain;
        }
        return what < 96 ? this::endOutput : what < 98 ? this::breakARule : this::reset;
    }

    private String anOrder() {
        if (kind.strict()) {
            return "nothing";
        }
        if (kind.brief() && random.nextInt(30) == 0) {
            return CLOSE_SERVER;
        }
        return any(kind.lonely() ? LONELY : random.nextInt(20) > 0 ? TAME : WILD);
    }

    private String any(String[] orders) {
        return orders[random.nextInt(orders.length)];
    }

    /** As a client of its own, if its connection has ended. */
    private void comeBack() {
        if (client.filter(c -> !c.hasEnded()).isEmpty()) {
            ended = false;
            connect();
        }
    }

    /** Unless somebody has told the server to close. */
    private void connect() {
        if (!book.isServerClosed()) {
            VirtualClient connected = im.connect(kind.newCodec(this::hasSpoken));
            client = Optional.of(connected);
            book.connected(connected);
            if (kind.wary()) {
                sayHello(connected);
            }
        }
    }

    /** In pieces, between which it may sleep; some never come to the end. */
    private void sayHello(VirtualClient c) {
        String hello = WaryProtocol.HELLO + WaryProtocol.nameOf(c.address()) + "\n";
        int from = 0;
        while (from < hello.length()) {
            int to = random.nextInt(3) > 0 ? hello.length() : from + 1 + random.nextInt(hello.length() - from);
            byte[] piece = hello.substring(from, to).getBytes(StandardCharsets.UTF_8);
            before.add(() -> {
                c.sendBytes(piece);
                hasSpoken();
            });
            if (random.nextInt(3) == 0) {
                before.add(this::sleep);
            }
            boolean stops = to < hello.length() && random.nextInt(3) == 0;
            ended |= stops;
            from = stops ? hello.length() : to;
        }
        if (random.nextInt(8) == 0) {
            before.add(this::endOutput);
        }
    }

    private void hasSpoken() {
        client.ifPresent(c -> book.page(c).heardAt = book.now());
    }

    private void say(String order) {
        client.filter(c -> !c.hasEnded() && !ended).ifPresent(c -> {
            String text = ++said + " " + order;
            book.page(c).said.add(text);
            hasSpoken();
            c.send(kind.frames() ? Message.binary(text.getBytes(StandardCharsets.UTF_8)) : Message.text(text));
        });
    }

    private void breakARule() {
        client.ifPresent(c -> {
            book.page(c).brokeARule = true;
            hasSpoken();
            c.sendBytes(kind.frames() ? new byte[] {1, 2, 3, 4, 5} : new byte[] {'a', (byte) 0xC0, '\n'});
        });
    }

    private void reset() {
        ended = true;
        client.ifPresent(c -> {
            book.page(c).reset = true;
            c.reset();
        });
    }

    private void endOutput() {
        ended = true;
        client.ifPresent(c -> {
            book.page(c).ended = true;
            book.mayBeDeaf(book.page(c));
            c.endOutput();
        });
    }

    private void stopReading() {
        client.ifPresent(c -> {
            book.page(c).stoppedReading = true;
            c.stopReading();
            book.mayBeDeaf(book.page(c));
        });
    }

    void readAgain() {
        client.filter(c -> !c.isReading()).ifPresent(VirtualClient::startReading);
    }

    @Override
    public boolean sharesMemory() {
        return false;
    }

    /** Where it has the server to itself, it says one thing after the other: handlers are told of each by itself. */
    @Override
    boolean isReady() {
        return !kind.lonely()
                || client.map(VirtualClient::link).filter(Link::isBeingHeard).isEmpty();
    }

    @Override
    boolean isBusy() {
        return !acts.isEmpty() || !before.isEmpty();
    }

    @Override
    void doNext() {
        (before.isEmpty() ? acts : before).remove().run();
    }
}
