package io.hongyan.im.recorder;

import io.hongyan.im.ImServer;
import io.hongyan.im.Protocols;
import io.hongyan.im.test.DeliveryLaws;
import io.hongyan.im.test.virtual.ClientCodec;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;

/** What is promised of messages holds when they are recorded, even by a disk that fails. */
class RecordedDeliveryLawsTest extends DeliveryLaws {
    private final Recorder recorder;

    RecordedDeliveryLawsTest() {
        try {
            Path gone = Files.createTempDirectory("recordings");
            recorder = Recorder.around(Protocols.line(), gone);
            Files.delete(gone);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    @Override
    protected ImServer.Builder newBuilder() {
        return ImServer.builder()
                .discoverPlugins(false)
                .protocol(recorder)
                .protocols("line")
                .plugin(recorder.ends());
    }

    @Override
    protected ClientCodec newCodec() {
        return ClientCodec.line();
    }
}
