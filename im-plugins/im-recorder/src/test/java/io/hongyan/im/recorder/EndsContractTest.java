package io.hongyan.im.recorder;

import io.hongyan.im.Protocols;
import io.hongyan.im.spi.HandlerPlugin;
import io.hongyan.im.test.HandlerPluginContract;
import java.nio.file.Path;

/** The recorder's plugin changes nothing. */
class EndsContractTest extends HandlerPluginContract {
    private final Recorder recorder = Recorder.around(Protocols.line(), Path.of("target"));

    @Override
    protected HandlerPlugin newPlugin() {
        return recorder.ends();
    }
}
