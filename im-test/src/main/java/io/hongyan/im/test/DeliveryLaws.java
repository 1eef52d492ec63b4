package io.hongyan.im.test;

import io.hongyan.im.Dispatch;
import io.hongyan.im.ImServer;
import io.hongyan.im.Limits;
import io.hongyan.im.Message;
import io.hongyan.im.Overflow;
import io.hongyan.im.test.client.Messages;
import io.hongyan.im.test.virtual.ClientCodec;
import io.hongyan.im.test.virtual.ClientScript;
import io.hongyan.im.test.virtual.Faults;
import java.nio.charset.StandardCharsets;
import java.util.List;
import net.jqwik.api.Arbitraries;
import net.jqwik.api.Arbitrary;
import net.jqwik.api.EdgeCasesMode;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.Tag;
import net.jqwik.api.Tuple;
import net.jqwik.api.constraints.IntRange;

/**
 * What a server promises of messages, whatever its protocols and plugins, on arbitrary days of the network. A class in your tests extends
 * this one and says what is served and what its clients speak; jqwik runs it on simulated servers, and shrinks what fails to few clients, few
 * steps and few faults.
 *
 * <p>The laws use a handler of their own: each client joins one group; what it says it is answered, and the group is told.
 *
 * <ol>
 *   <li>From each client: its messages come in the order they were sent, each once and none left out.
 *   <li>To each client: what was accepted for it comes in that order, each once; a gap only where the client was told of one.
 *   <li>All members of a group see its messages in one order.
 *   <li>A message comes whole or not at all, to handlers and to clients, and to nobody else.
 *   <li>Each session that has opened has exactly one {@code onClose}, and nothing after it.
 *   <li>{@code pendingBytes()} is never over the limit, nor under 0.
 * </ol>
 *
 * <p>Plugins that refuse, change or answer messages have no place here.
 */
public abstract class DeliveryLaws extends CrowdTest {
    /** For subclasses. */
    protected DeliveryLaws() {}

    /**
     * Protocols, and plugins if they are to be judged too. The handler, the limits, the dispatch, the loops and the transport are set here.
     *
     * @return a new builder
     */
    @Override
    protected abstract ImServer.Builder newBuilder();

    /**
     * What clients of the first listener speak.
     *
     * @return a new codec
     */
    @Override
    protected abstract ClientCodec newCodec();

    /**
     * A message with this text.
     *
     * @param text never with a line end, never empty, begins with a letter
     * @return by default a text message; {@code Message.binary(..)} of its UTF-8 for protocols that carry bytes only
     */
    protected Message message(String text) {
        return Message.text(text);
    }

    /**
     * The limits that are to be kept.
     *
     * @return by default such that slow clients and bursts break them now and then
     */
    protected Limits limits() {
        return Limits.defaults()
                .withMaxMessageBytes(8 * 1024)
                .withOutbound(24 * 1024, 100, Overflow.CLOSE)
                .withCommandQueueLength(32);
    }

    final String text(Message message) {
        return new String(message.bytes(), StandardCharsets.UTF_8);
    }

    /**
     * What clients say.
     *
     * @return texts that one line can carry, some of them long
     */
    @Override
    protected Arbitrary<Message> messages() {
        return Arbitraries.frequencyOf(
                        Tuple.of(4, Messages.lines()),
                        Tuple.of(1, Arbitraries.integers().between(0, 6_000).map("x"::repeat)))
                .map(Message::text);
    }

    private Delivery delivery(List<ClientScript> crowd, Faults faults, Dispatch dispatch, int seed) {
        return new Delivery(this, faults, dispatch, seed).of(crowd);
    }

    /** Law 1. */
    @Property(tries = 40, edgeCases = EdgeCasesMode.NONE)
    @Tag("O1")
    void messagesOfAClientComeInOrder(
            @ForAll("lawfulCrowds") List<ClientScript> crowd,
            @ForAll("faults") Faults faults,
            @ForAll Dispatch dispatch,
            @ForAll @IntRange(min = 1, max = 1_000_000) int seed) {
        delivery(crowd, faults, dispatch, seed).requireOrderIn();
    }

    /** Law 2. */
    @Property(tries = 40, edgeCases = EdgeCasesMode.NONE)
    @Tag("O1")
    @Tag("O6")
    void messagesToAClientComeInOrder(
            @ForAll("lawfulCrowds") List<ClientScript> crowd,
            @ForAll("faults") Faults faults,
            @ForAll Dispatch dispatch,
            @ForAll @IntRange(min = 1, max = 1_000_000) int seed) {
        delivery(crowd, faults, dispatch, seed).requireOrderOut();
    }

    /** Law 3. */
    @Property(tries = 40, edgeCases = EdgeCasesMode.NONE)
    @Tag("O3")
    void allMembersSeeOneOrder(
            @ForAll("lawfulCrowds") List<ClientScript> crowd,
            @ForAll("faults") Faults faults,
            @ForAll Dispatch dispatch,
            @ForAll @IntRange(min = 1, max = 1_000_000) int seed) {
        delivery(crowd, faults, dispatch, seed).requireOneOrder();
    }

    /** Law 4. */
    @Property(tries = 40, edgeCases = EdgeCasesMode.NONE)
    @Tag("U3")
    void messagesComeWholeOrNotAtAll(
            @ForAll("lawfulCrowds") List<ClientScript> crowd,
            @ForAll("faults") Faults faults,
            @ForAll Dispatch dispatch,
            @ForAll @IntRange(min = 1, max = 1_000_000) int seed) {
        delivery(crowd, faults, dispatch, seed).requireWhole();
    }

    /** Law 5. */
    @Property(tries = 40, edgeCases = EdgeCasesMode.NONE)
    @Tag("E10")
    void eachSessionClosesOnce(
            @ForAll("lawfulCrowds") List<ClientScript> crowd,
            @ForAll("faults") Faults faults,
            @ForAll Dispatch dispatch,
            @ForAll @IntRange(min = 1, max = 1_000_000) int seed) {
        delivery(crowd, faults, dispatch, seed).requireOneEnd();
    }

    /** Law 6. */
    @Property(tries = 40, edgeCases = EdgeCasesMode.NONE)
    @Tag("B1")
    void pendingBytesKeepTheLimit(
            @ForAll("lawfulCrowds") List<ClientScript> crowd,
            @ForAll("faults") Faults faults,
            @ForAll Dispatch dispatch,
            @ForAll @IntRange(min = 1, max = 1_000_000) int seed) {
        delivery(crowd, faults, dispatch, seed).requireLimits();
    }
}
