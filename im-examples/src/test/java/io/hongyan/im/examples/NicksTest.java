package io.hongyan.im.examples;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertSame;

import io.hongyan.im.ClientSession;
import java.lang.reflect.Proxy;
import java.util.Optional;
import java.util.concurrent.CyclicBarrier;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Test;

class NicksTest {
    private static final int ROUNDS = 20_000;

    private final Nicks nicks = new Nicks();

    /** Two people take one name at the same moment, again and again; the barrier lets both go at once. */
    @Test
    void shouldGiveANameToOneOfTwoWhoTakeItAtOnce() throws Exception {
        User alice = nicks.admit(session());
        User bob = nicks.admit(session());
        AtomicInteger refused = new AtomicInteger();
        CyclicBarrier barrier = new CyclicBarrier(2);

        Thread other = Thread.ofPlatform().start(() -> takeAll(bob, barrier, refused));
        takeAll(alice, barrier, refused);
        other.join();

        assertEquals(ROUNDS, refused.get());
        assertEquals(2, nicks.all().size());
        assertSame(alice, nicks.find(alice.nick()).orElseThrow());
        assertSame(bob, nicks.find(bob.nick()).orElseThrow());
    }

    private void takeAll(User user, CyclicBarrier barrier, AtomicInteger refused) {
        try {
            for (int round = 0; round < ROUNDS; round++) {
                Name name = Name.of("n" + round);
                barrier.await();
                try {
                    nicks.rename(user, name);
                } catch (Refusal refusal) {
                    refused.incrementAndGet();
                }
                barrier.await();
            }
        } catch (Exception e) {
            throw new AssertionError(e);
        }
    }

    /** A session of lines that remembers nothing. */
    private static ClientSession session() {
        return (ClientSession) Proxy.newProxyInstance(
                NicksTest.class.getClassLoader(),
                new Class<?>[] {ClientSession.class},
                (self, method, arguments) -> method.getName().equals("protocol") ? "line" : Optional.empty());
    }
}
