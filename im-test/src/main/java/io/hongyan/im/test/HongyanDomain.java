package io.hongyan.im.test;

import io.hongyan.im.Message;
import io.hongyan.im.test.client.Cuts;
import io.hongyan.im.test.client.Messages;
import io.hongyan.im.test.virtual.ClientScript;
import io.hongyan.im.test.virtual.FaultPlans;
import io.hongyan.im.test.virtual.Faults;
import net.jqwik.api.Arbitrary;
import net.jqwik.api.Provide;
import net.jqwik.api.domains.DomainContextBase;

/**
 * Arbitraries for properties with a {@link io.hongyan.im.test.virtual.VirtualServer}, by type:
 *
 * <pre>{@code
 * @Property
 * @Domain(HongyanDomain.class)
 * void theEchoIsWhatWasSaid(@ForAll Message message, @ForAll Faults faults, @ForAll ClientScript other) {
 *     ...
 * }
 * }</pre>
 *
 * <p>{@link Message} is text that one line can carry, {@link ClientScript} a client of lines that may do anything, {@link Faults} any plan of
 * faults and {@link Cuts} any way to cut. For another protocol extend this and override {@link #messages()}.
 */
public class HongyanDomain extends DomainContextBase {
    /** For jqwik. */
    public HongyanDomain() {}

    /**
     * What clients and servers say.
     *
     * @return by default text that one line can carry
     */
    @Provide
    protected Arbitrary<Message> messages() {
        return Messages.ofLines();
    }

    /**
     * Ways to cut.
     *
     * @return cuts of all kinds
     */
    @Provide
    protected Arbitrary<Cuts> cuts() {
        return Cuts.any();
    }

    /**
     * How bad the network and the machine are.
     *
     * @return plans of all kinds, from no fault on
     */
    @Provide
    protected Arbitrary<Faults> faults() {
        return FaultPlans.any();
    }

    /**
     * What clients do.
     *
     * @return scripts of all kinds
     */
    @Provide
    protected Arbitrary<ClientScript> scripts() {
        return ClientScript.any(messages());
    }
}
