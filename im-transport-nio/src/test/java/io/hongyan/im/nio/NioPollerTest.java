package io.hongyan.im.nio;

import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.hongyan.im.engine.Transport;
import io.hongyan.im.test.PollerContract;
import java.io.IOException;
import java.nio.channels.Selector;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

/** This transport's poller does what every one must do. */
final class NioPollerTest extends PollerContract {
    @Override
    protected Transport transport() {
        return new NioTransport();
    }

    @Test
    @Tag("E7")
    void shouldHaveAnotherSelectorWhenItIsRenewed() throws IOException {
        try (Selector first = Selector.open()) {
            NioPoller poller = new NioPoller(first);

            assertTrue(poller.renew());

            assertFalse(first.isOpen(), "two are open");
            assertTrue(poller.selector().isOpen());
            poller.close();
            assertFalse(poller.selector().isOpen());
        }
    }
}
