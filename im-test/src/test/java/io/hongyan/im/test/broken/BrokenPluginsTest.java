package io.hongyan.im.test.broken;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.hongyan.im.ClientSession;
import io.hongyan.im.CloseReason;
import io.hongyan.im.ImServer;
import io.hongyan.im.Message;
import io.hongyan.im.MessageHandler;
import io.hongyan.im.spi.ForwardingHandler;
import io.hongyan.im.spi.HandlerPlugin;
import io.hongyan.im.test.HandlerPluginContract;
import java.util.Set;
import org.junit.jupiter.api.Test;

/** Each clause of {@link HandlerPluginContract} can fail. */
class BrokenPluginsTest {
    private static Launched requireRed(Class<?> plugin, String... methods) {
        Launched run = Launched.of(plugin, methods);

        assertEquals(Set.of(methods), run.red());
        return run;
    }

    @Test
    void shouldPassWhenEverythingPasses() {
        assertTrue(Launched.of(Transparent.class).red().isEmpty());
    }

    static final class Transparent extends HandlerPluginContract {
        @Override
        protected HandlerPlugin newPlugin() {
            return ForwardingHandler::new;
        }
    }

    @Test
    void shouldFailWhenTheNameChanges() {
        requireRed(Renamed.class, "nameAndOrderAreStable");
    }

    static final class Renamed extends HandlerPluginContract {
        private static int made;

        @Override
        protected HandlerPlugin newPlugin() {
            String name = "plugin" + ++made;
            return new HandlerPlugin() {
                @Override
                public String name() {
                    return name;
                }

                @Override
                public MessageHandler wrap(MessageHandler next) {
                    return new ForwardingHandler(next);
                }
            };
        }
    }

    @Test
    void shouldFailWhenNextIsCalledTooSoon() {
        requireRed(Hasty.class, "wrapGivesAHandlerAndCallsNothingYet");
    }

    static final class Hasty extends HandlerPluginContract {
        @Override
        protected HandlerPlugin newPlugin() {
            return next -> {
                try {
                    next.onError(null, new IllegalStateException("only a try"));
                } catch (Exception e) {
                    throw new IllegalStateException(e);
                }
                return new ForwardingHandler(next);
            };
        }
    }

    @Test
    void shouldFailWhenAMessageIsLost() {
        Launched run = requireRed(Lossy.class, "eachCallbackPassesOnceAndInOrder");

        assertTrue(run.why("eachCallbackPassesOnceAndInOrder").contains("to the plugin came"));
    }

    static final class Lossy extends HandlerPluginContract {
        @Override
        protected HandlerPlugin newPlugin() {
            return next -> new ForwardingHandler(next) {
                @Override
                public void onMessage(ClientSession session, Message message) throws Exception {
                    if (message.length() % 7 != 3) {
                        next.onMessage(session, message);
                    }
                }
            };
        }
    }

    @Test
    void shouldFailWhenAMessagePassesTwice() {
        requireRed(Stammering.class, "eachCallbackPassesOnceAndInOrder");
    }

    static final class Stammering extends HandlerPluginContract {
        @Override
        protected HandlerPlugin newPlugin() {
            return next -> new ForwardingHandler(next) {
                @Override
                public void onMessage(ClientSession session, Message message) throws Exception {
                    next.onMessage(session, message);
                    next.onMessage(session, message);
                }
            };
        }
    }

    @Test
    void shouldFailWhenSessionsMix() {
        requireRed(Mixing.class, "eachCallbackPassesOnceAndInOrder");
    }

    static final class Mixing extends HandlerPluginContract {
        @Override
        protected HandlerPlugin newPlugin() {
            return next -> new ForwardingHandler(next) {
                private ClientSession first;

                @Override
                public void onMessage(ClientSession session, Message message) throws Exception {
                    first = first == null ? session : first;
                    next.onMessage(first, message);
                }
            };
        }
    }

    @Test
    void shouldFailWhenAPluginIsALambdaAndForwardsMessagesAlone() {
        requireRed(
                Silent.class,
                "eachCallbackPassesOnceAndInOrder",
                "onCloseAlwaysPassesOnce",
                "onWritablePasses",
                "whatTheNextHandlerThrowsInOnWritableComesOut");
    }

    static final class Silent extends HandlerPluginContract {
        @Override
        protected HandlerPlugin newPlugin() {
            return next -> next::onMessage;
        }
    }

    @Test
    void shouldFailWhenOnCloseDoesNotPassForALostConnection() {
        requireRed(Forgetful.class, "onCloseAlwaysPassesOnce");
    }

    static final class Forgetful extends HandlerPluginContract {
        @Override
        protected HandlerPlugin newPlugin() {
            return next -> new ForwardingHandler(next) {
                @Override
                public void onClose(ClientSession session, CloseReason reason) throws Exception {
                    if (reason.code() != CloseReason.Code.CONNECTION_LOST) {
                        next.onClose(session, reason);
                    }
                }
            };
        }
    }

    @Test
    void shouldFailWhenOnWritableDoesNotPass() {
        requireRed(Unwritable.class, "onWritablePasses", "whatTheNextHandlerThrowsInOnWritableComesOut");
    }

    static final class Unwritable extends HandlerPluginContract {
        @Override
        protected HandlerPlugin newPlugin() {
            return next -> new ForwardingHandler(next) {
                @Override
                public void onWritable(ClientSession session) {}
            };
        }
    }

    @Test
    void shouldFailWhenWhatNextThrowsIsSwallowed() {
        requireRed(Soothing.class, "whatTheNextHandlerThrowsComesOut");
    }

    static final class Soothing extends HandlerPluginContract {
        @Override
        protected HandlerPlugin newPlugin() {
            return next -> new ForwardingHandler(next) {
                @Override
                public void onMessage(ClientSession session, Message message) {
                    try {
                        next.onMessage(session, message);
                    } catch (Exception e) {
                        session.send("something went wrong");
                    }
                }
            };
        }
    }

    @Test
    void shouldFailWhenThePluginThrows() {
        requireRed(Throwing.class, "eachCallbackPassesOnceAndInOrder", "onCloseAlwaysPassesOnce");
    }

    static final class Throwing extends HandlerPluginContract {
        @Override
        protected HandlerPlugin newPlugin() {
            return next -> new ForwardingHandler(next) {
                @Override
                public void onMessage(ClientSession session, Message message) throws Exception {
                    next.onMessage(session, message);
                    throw new IllegalStateException("after it has passed");
                }
            };
        }
    }

    @Test
    void shouldFailWhenThePluginThrowsAtTheEnd() {
        Launched run = requireRed(Unstoppable.class, "onCloseAlwaysPassesOnce");

        assertTrue(run.why("onCloseAlwaysPassesOnce").contains("threw in onStop"));
    }

    static final class Unstoppable extends HandlerPluginContract {
        @Override
        protected HandlerPlugin newPlugin() {
            return new HandlerPlugin() {
                @Override
                public MessageHandler wrap(MessageHandler next) {
                    return new ForwardingHandler(next);
                }

                @Override
                public void onStop(ImServer server) {
                    throw new IllegalStateException("on purpose");
                }
            };
        }
    }
}
