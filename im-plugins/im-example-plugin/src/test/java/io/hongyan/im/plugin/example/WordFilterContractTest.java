package io.hongyan.im.plugin.example;

import io.hongyan.im.Message;
import io.hongyan.im.spi.HandlerPlugin;
import io.hongyan.im.test.HandlerPluginContract;
import io.hongyan.im.test.client.Messages;
import java.util.ArrayList;
import java.util.List;
import net.jqwik.api.Arbitraries;
import net.jqwik.api.Arbitrary;

/** The filter owes its neighbours what every plugin does, but for the messages with a word that is not wanted. */
class WordFilterContractTest extends HandlerPluginContract {
    @Override
    protected HandlerPlugin newPlugin() {
        return new WordFilter(List.of("spam"));
    }

    @Override
    protected Arbitrary<Message> messages() {
        Arbitrary<String> unwanted = Arbitraries.of("spam", "Spam and spam", "no SPAM here", "spammer");
        return Arbitraries.oneOf(unwanted.map(Message::text), Messages.ofLines());
    }

    @Override
    protected List<Message> passed(List<Message> sent) {
        List<Message> passed = new ArrayList<>();
        int hits = 0;
        for (Message message : sent) {
            String mended = message.text().replaceAll("(?i)\\bspam\\b", "****");
            if (mended.equals(message.text())) {
                passed.add(message);
            } else if (++hits <= WordFilter.WARNINGS) {
                passed.add(Message.text(mended));
            }
        }
        return passed;
    }
}
