/** Records what clients send, for tests that replay it. */
module io.hongyan.im.recorder {
    requires static org.jspecify;
    requires transitive io.hongyan.im;

    exports io.hongyan.im.recorder;
}
