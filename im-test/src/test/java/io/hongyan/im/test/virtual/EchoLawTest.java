package io.hongyan.im.test.virtual;

import io.hongyan.im.ClientSession;
import io.hongyan.im.Message;
import io.hongyan.im.test.HongyanDomain;
import io.hongyan.im.test.client.Cuts;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.domains.Domain;

/** A property as a user writes it. */
@Domain(HongyanDomain.class)
class EchoLawTest {
    @Property(tries = 100)
    void theEchoIsWhatWasSaid(@ForAll Message message, @ForAll ClientScript other) {
        try (VirtualServer im = VirtualServer.of(ClientSession::send).faults(Faults.harmless())) {
            other.play(im);

            im.connect().send(message).expectMessage(message).expectNothing();
        }
    }

    @Property(tries = 100)
    void itIsTheSameInWhateverPieces(@ForAll Message message, @ForAll Cuts cuts) {
        byte[] line = new LineCodec().encode(message);
        try (VirtualServer im = VirtualServer.of(ClientSession::send)) {
            VirtualClient client = im.connect();
            cuts.pieces(line).forEach(client::sendBytes);

            client.expectMessage(message);
        }
    }
}
