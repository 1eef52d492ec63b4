package io.hongyan.im.test;

import io.hongyan.im.ImServer;
import io.hongyan.im.Message;
import io.hongyan.im.test.client.Messages;
import io.hongyan.im.test.client.Shrinking;
import io.hongyan.im.test.evidence.Hush;
import io.hongyan.im.test.virtual.ClientCodec;
import io.hongyan.im.test.virtual.ClientScript;
import io.hongyan.im.test.virtual.FaultPlans;
import io.hongyan.im.test.virtual.Faults;
import java.util.List;
import net.jqwik.api.Arbitrary;
import net.jqwik.api.Provide;
import net.jqwik.api.lifecycle.AfterProperty;
import net.jqwik.api.lifecycle.BeforeProperty;
import org.jspecify.annotations.Nullable;

/**
 * What the contracts and laws on simulated servers share: what is served, who comes, what they say, and how bad the day is. The log is
 * silent meanwhile.
 */
abstract class CrowdTest {
    private @Nullable Hush hush;

    @BeforeProperty
    void hush() {
        hush = Hush.begin();
    }

    @AfterProperty
    void speak() {
        if (hush != null) {
            hush.close();
        }
    }

    /**
     * Protocols, limits and other plugins; what is under test, the dispatch, the loops and the transport are set here.
     *
     * @return by default a new builder of text lines, without discovered plugins
     */
    protected ImServer.Builder newBuilder() {
        return ImServer.builder().protocols("line").discoverPlugins(false);
    }

    /**
     * What clients speak.
     *
     * @return by default a new codec of text lines
     */
    protected ClientCodec newCodec() {
        return ClientCodec.line();
    }

    /**
     * What clients say. The more often it is what is acted upon, commands above all, the more is shown.
     *
     * @return by default any text that one line can carry
     */
    protected Arbitrary<Message> messages() {
        return Messages.ofLines();
    }

    /**
     * Clients that do anything.
     *
     * @return 1 to 5 scripts
     */
    @Provide
    protected Arbitrary<List<ClientScript>> crowds() {
        return crowdsOf(ClientScript.any(messages()));
    }

    /**
     * Clients that keep to the protocol, and may be slow or vanish.
     *
     * @return 1 to 5 scripts
     */
    @Provide
    protected Arbitrary<List<ClientScript>> lawfulCrowds() {
        return crowdsOf(ClientScript.lawful(messages()));
    }

    /**
     * Clients that keep to the protocol, read and stay.
     *
     * @return 1 to 5 scripts
     */
    @Provide
    protected Arbitrary<List<ClientScript>> politeCrowds() {
        return crowdsOf(ClientScript.polite(messages()));
    }

    private static Arbitrary<List<ClientScript>> crowdsOf(Arbitrary<ClientScript> scripts) {
        return Shrinking.byItself(scripts.list().ofMinSize(1).ofMaxSize(5));
    }

    /**
     * Bad networks and machines.
     *
     * @return plans of all kinds
     */
    @Provide
    protected Arbitrary<Faults> faults() {
        return FaultPlans.any();
    }

    /**
     * Bad networks and machines on which nothing is lost.
     *
     * @return plans
     */
    @Provide
    protected Arbitrary<Faults> harmlessFaults() {
        return FaultPlans.harmless();
    }
}
