package io.hongyan.im.epoll;

import static org.junit.jupiter.api.Assertions.assertEquals;

import io.hongyan.im.engine.Command;
import io.hongyan.im.engine.Mailbox;
import io.hongyan.im.test.evidence.ChildJvm;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Test;

/** A handler that sends ever deeper in its own recursion ends its own stack, and stops nobody's ring. */
final class DeepStackTest {
    /**
     * A commit that is interpreted needs more stack than the compiled claim before it: the JVM makes such mixtures by
     * itself, but seldom.
     */
    private static final List<String> MIXED =
            List.of("-XX:CompileCommand=quiet", "-XX:CompileCommand=exclude,*ManyToOneRingBuffer::commit");

    @Test
    void shouldStayUsableWhenSendersRunOutOfStack() throws Exception {
        List<String> flags = new ArrayList<>(ChildJvm.ALL_FLAGS);
        flags.addAll(MIXED);

        assertEquals(new ChildJvm(0, "0 of 200 rings have stopped"), ChildJvm.run(ChildJvm.of(flags, Overflows.class)));
    }

    static final class Overflows {
        private static final int ROUNDS = 200;
        private static final int STACK_BYTES = 256 * 1024;

        private Overflows() {}

        public static void main(String[] arguments) throws InterruptedException {
            int stopped = 0;
            for (int i = 0; i < ROUNDS; i++) {
                stopped += isStopped(STACK_BYTES + 4096 * (i % 16)) ? 1 : 0;
            }
            System.out.println(stopped + " of " + ROUNDS + " rings have stopped");
        }

        private static boolean isStopped(int stackBytes) throws InterruptedException {
            Mailbox mailbox = new EpollMailbox(1 << 16);
            AtomicInteger offered = new AtomicInteger();
            Thread sender = new Thread(null, () -> overflow(mailbox, offered), "sender", stackBytes);
            sender.start();
            sender.join();
            int drained = mailbox.drain((command, target, payload) -> true, Integer.MAX_VALUE);
            return drained != offered.get() || !mailbox.isEmpty();
        }

        private static void overflow(Mailbox mailbox, AtomicInteger offered) {
            try {
                sendDeeper(mailbox, offered, 0);
            } catch (StackOverflowError expected) {
                // As a loop contains what a handler throws.
            }
        }

        private static int sendDeeper(Mailbox mailbox, AtomicInteger offered, int depth) {
            if (mailbox.offer(Command.SEND, mailbox, mailbox)) {
                offered.setPlain(offered.getPlain() + 1);
            }
            return sendDeeper(mailbox, offered, depth + 1) + depth;
        }
    }
}
