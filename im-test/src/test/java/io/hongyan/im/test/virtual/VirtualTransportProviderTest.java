package io.hongyan.im.test.virtual;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.hongyan.im.ImServer;
import io.hongyan.im.TransportInfo;
import io.hongyan.im.spi.TransportProvider;
import io.hongyan.im.test.client.LineClient;
import java.lang.module.Configuration;
import java.lang.module.ModuleFinder;
import java.net.URISyntaxException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.ServiceLoader;
import java.util.Set;
import net.jqwik.api.Property;
import org.apiguardian.api.API;
import org.junit.jupiter.api.Test;
import org.junit.platform.commons.JUnitException;
import org.opentest4j.AssertionFailedError;

/** Who has the test kit on the path has one more transport, and notices it only by asking for it. */
final class VirtualTransportProviderTest {
    private static ImServer.Builder server() {
        return ImServer.builder()
                .host("127.0.0.1")
                .port(0)
                .protocols("line")
                .discoverPlugins(false)
                .handler((session, message) -> session.send(message));
    }

    @Test
    void shouldBeFoundOnTheClassPath() {
        TransportProvider provider = ServiceLoader.load(TransportProvider.class).stream()
                .filter(p -> p.type() == VirtualTransportProvider.class)
                .findFirst()
                .orElseThrow()
                .get();

        assertEquals("virtual", provider.name());
        assertTrue(provider.priority() < 0, "auto could take it");
        assertEquals(Optional.empty(), provider.unavailable());
    }

    @Test
    void shouldBeFoundOnTheModulePath() throws Exception {
        Configuration modules = ModuleLayer.boot()
                .configuration()
                .resolveAndBind(ModuleFinder.of(modulePath()), ModuleFinder.of(), Set.of("io.hongyan.im"));
        ModuleLayer layer =
                ModuleLayer.boot().defineModulesWithOneLoader(modules, ClassLoader.getPlatformClassLoader());
        Class<?> service = layer.findLoader("io.hongyan.im").loadClass(TransportProvider.class.getName());

        List<String> found = new ArrayList<>();
        for (Object provider : ServiceLoader.load(layer, service)) {
            found.add(provider.getClass().getModule().getName() + " "
                    + service.getMethod("name").invoke(provider));
        }

        assertEquals(List.of("io.hongyan.im.test virtual"), found);
    }

    private static Path[] modulePath() throws URISyntaxException {
        List<Class<?>> inEach = List.of(
                ImServer.class,
                VirtualServer.class,
                Property.class,
                Test.class,
                JUnitException.class,
                AssertionFailedError.class,
                API.class);
        Path[] places = new Path[inEach.size()];
        for (int i = 0; i < places.length; i++) {
            places[i] = Path.of(inEach.get(i)
                    .getProtectionDomain()
                    .getCodeSource()
                    .getLocation()
                    .toURI());
        }
        return places;
    }

    @Test
    void shouldServeWhereItIsAskedForByName() throws Exception {
        try (ImServer server = server().transport("virtual").start();
                LineClient client = new LineClient(new VirtualWiring().connect(server.address(), 0))) {
            client.echo("hello");

            assertEquals(new TransportInfo("virtual", "asked for by name", List.of()), server.transport());
        }
    }

    /** Here there is no other but that of the layer. */
    @Test
    void shouldNeverBeChosenByAuto() {
        IllegalStateException failure = assertThrows(IllegalStateException.class, () -> server().start());

        assertEquals(
                "no transport can serve here (virtual is taken by name only; virtual-layered is taken by name only): add io.hongyan:im-transport-nio to the class"
                        + " path or module path (jlink: --add-modules io.hongyan.im.nio, or --bind-services)",
                failure.getMessage());
    }
}
