import io.hongyan.im.plugin.example.WordFilter;
import io.hongyan.im.spi.HandlerPlugin;

/** A small {@code HandlerPlugin}, found by {@code ServiceLoader}: a pattern to copy. */
module io.hongyan.im.plugin.example {
    requires static org.jspecify;
    requires transitive io.hongyan.im;

    exports io.hongyan.im.plugin.example;

    provides HandlerPlugin with
            WordFilter;
}
