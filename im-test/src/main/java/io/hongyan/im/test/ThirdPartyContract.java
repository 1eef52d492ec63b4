package io.hongyan.im.test;

import io.hongyan.im.Dispatch;
import io.hongyan.im.ImServer;
import io.hongyan.im.Limits;
import io.hongyan.im.test.client.LineClient;
import io.hongyan.im.test.client.Wiring;
import io.hongyan.im.test.evidence.Await;
import io.hongyan.im.test.evidence.Resources;
import java.net.InetSocketAddress;
import java.time.Duration;
import java.util.List;
import java.util.function.Supplier;
import org.junit.jupiter.api.Tag;

/** What a third party's protocol throws costs one session, also where no byte of the peer has brought it about. */
abstract class ThirdPartyContract extends ServerTest {
    private static final Limits IMPATIENT =
            Limits.defaults().withOpening(Duration.ofMillis(20), Duration.ofSeconds(5), Duration.ZERO);

    private static final List<Supplier<Throwable>> THROWN = List.of(
            () -> new IllegalStateException("planted"), () -> new AssertionError("planted"), StackOverflowError::new);

    ThirdPartyContract(String transport, Wiring wiring) {
        super(transport, wiring);
    }

    @EachDispatch
    @Tag("E1")
    @Tag("D3")
    void shouldContainWhatAProtocolThrowsAtTheEndOfSilence(Dispatch dispatch) throws Exception {
        try (ImServer first = server(dispatch, ECHO).start()) {
            client(first).echo("what is loaded once is loaded now");
        }
        endEverything();
        Resources before = Resources.now();

        for (String place : List.of("servesSilent", "newDecoder", "start", "encoder", "name")) {
            StrangerProtocol stranger = new StrangerProtocol();
            ImServer server = start(server(dispatch, recording(ECHO))
                    .protocol(stranger)
                    .protocols("stranger", "line")
                    .listen("127.0.0.1", 0, "line")
                    .limits(IMPATIENT));
            LineClient other = client(List.copyOf(server.addresses()).get(1));
            other.echo("hello");
            for (Supplier<Throwable> thrown : THROWN) {
                expectOneLost(server.address(), stranger, place, thrown);
                other.echo("unmoved by " + place);
            }
            Await.until(
                    "only the other is left",
                    () -> server.sessions().size() == 1 && server.stats().errors() >= THROWN.size());
            other.close();
            close(server);
            endEverything();
        }

        before.expectNoneLeft();
    }

    private void expectOneLost(
            InetSocketAddress address, StrangerProtocol stranger, String place, Supplier<Throwable> thrown)
            throws Exception {
        // Who serves silent clients is asked at the beginning, too.
        stranger.throwAt(place, place.equals("servesSilent") ? 2 : 1, thrown);
        client(address).awaitGone();
    }
}
