package io.hongyan.im.nio;

import static org.junit.jupiter.api.Assertions.assertEquals;

import io.hongyan.im.spi.TransportProvider;
import java.util.Optional;
import java.util.ServiceLoader;
import org.junit.jupiter.api.Test;

final class NioTransportProviderTest {
    @Test
    void shouldServeEverywhereWhenFound() {
        TransportProvider provider = ServiceLoader.load(TransportProvider.class).stream()
                .filter(p -> p.type() == NioTransportProvider.class)
                .findFirst()
                .orElseThrow()
                .get();

        assertEquals("nio", provider.name());
        assertEquals(0, provider.priority());
        assertEquals(Optional.empty(), provider.unavailable());
    }
}
