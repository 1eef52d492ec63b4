package io.hongyan.im.test.broken;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.hongyan.im.ClientSession;
import io.hongyan.im.CloseReason;
import io.hongyan.im.Message;
import io.hongyan.im.MessageHandler;
import io.hongyan.im.test.MessageHandlerContract;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import org.junit.jupiter.api.Test;

/** Each clause of {@link MessageHandlerContract} can fail, and only where it should. */
class BrokenHandlersTest {
    @Test
    void shouldFailWhenACallbackThrows() {
        Launched run = Launched.of(Fragile.class, "noCallbackThrows");

        assertEquals(Set.of("noCallbackThrows"), run.red());
        assertTrue(run.why("noCallbackThrows").contains("the handler threw in onMessage"), run.why("noCallbackThrows"));
    }

    static final class Fragile extends MessageHandlerContract {
        @Override
        protected MessageHandler newHandler() {
            return (session, message) -> Integer.parseInt(message.text());
        }
    }

    @Test
    void shouldFailWhenTheHundredthClientIsOneTooMany() {
        assertEquals(
                Set.of("servesHundredsThatComeAndGo"),
                Launched.of(Narrow.class, "servesHundredsThatComeAndGo", "closesNobodyWhoKeepsToTheRules")
                        .red());
    }

    static final class Narrow extends MessageHandlerContract {
        @Override
        protected MessageHandler newHandler() {
            return new MessageHandler() {
                private final int[] seats = new int[100];
                private int next;

                @Override
                public void onOpen(ClientSession session) {
                    seats[next++]++;
                }

                @Override
                public void onMessage(ClientSession session, Message message) {}
            };
        }
    }

    @Test
    void shouldFailWhenTheHandlerCannotBearTheServersClose() {
        assertEquals(
                Set.of("noCallbackThrows", "theServerMayCloseAtAnyMoment"),
                Launched.of(
                                Clinging.class,
                                "noCallbackThrows",
                                "theServerMayCloseAtAnyMoment",
                                "closesNobodyWhoKeepsToTheRules")
                        .red());
    }

    static final class Clinging extends MessageHandlerContract {
        @Override
        protected MessageHandler newHandler() {
            return new MessageHandler() {
                @Override
                public void onMessage(ClientSession session, Message message) {}

                @Override
                public void onClose(ClientSession session, CloseReason reason) {
                    if (reason.code() == CloseReason.Code.GOING_AWAY) {
                        throw new IllegalStateException("never go away");
                    }
                }
            };
        }
    }

    @Test
    void shouldFailWhenAClientIsClosedForNothing() {
        Launched run = Launched.of(Rude.class, "closesNobodyWhoKeepsToTheRules", "noCallbackThrows");

        assertEquals(Set.of("closesNobodyWhoKeepsToTheRules"), run.red());
        assertTrue(run.why("closesNobodyWhoKeepsToTheRules").contains("enough"));
    }

    static final class Rude extends MessageHandlerContract {
        @Override
        protected MessageHandler newHandler() {
            return (session, message) -> session.close(CloseReason.of(CloseReason.Code.POLICY, "enough"));
        }
    }

    @Test
    void shouldFailWhenTheServerIsClosed() {
        Launched run = Launched.of(Closing.class, "closesNobodyWhoKeepsToTheRules");

        assertTrue(
                run.red().contains("closesNobodyWhoKeepsToTheRules"), run.red().toString());
    }

    static final class Closing extends MessageHandlerContract {
        @Override
        protected MessageHandler newHandler() {
            return (session, message) -> session.server().close();
        }
    }

    @Test
    void shouldFailWhenClosedSessionsAreKept() {
        assertEquals(
                Set.of("keepsNoSessionThatHasClosed"),
                Launched.of(Hoarding.class, "keepsNoSessionThatHasClosed", "noCallbackThrows")
                        .red());
    }

    static final class Hoarding extends MessageHandlerContract {
        @Override
        protected MessageHandler newHandler() {
            return new MessageHandler() {
                private final List<ClientSession> everybody = new ArrayList<>();

                @Override
                public void onOpen(ClientSession session) {
                    everybody.add(session);
                }

                @Override
                public void onMessage(ClientSession session, Message message) {}
            };
        }
    }
}
