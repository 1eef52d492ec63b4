package io.hongyan.im.websocket;

import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** The client for browsers as a host finds it in the jar; what it does is tested by {@code node --test}, in src/test/js. */
class BrowserClientTest {
    private static final String FOLDER = "/META-INF/resources/hongyan/";

    @ParameterizedTest
    @ValueSource(strings = {"hongyan.js", "hongyan.d.ts", "package.json"})
    void shouldBeAmongTheResources(String name) throws IOException {
        assertFalse(text(name).isBlank());
    }

    @Test
    void shouldDependOnNothing() throws IOException {
        String module = text("hongyan.js");

        assertTrue(module.contains("export class HongyanClient"));
        assertFalse(module.lines().anyMatch(line -> line.startsWith("import ")), "it must not import");
    }

    @Test
    void shouldDeclareWhatItExports() throws IOException {
        String types = text("hongyan.d.ts");

        text("hongyan.js")
                .lines()
                .filter(line -> line.startsWith("export "))
                .map(line -> line.replaceFirst("^export (\\w+ \\w+).*", "export declare $1"))
                .forEach(line -> assertTrue(types.contains(line), () -> line + " is missing in hongyan.d.ts"));
    }

    private static String text(String name) throws IOException {
        try (InputStream in = BrowserClientTest.class.getResourceAsStream(FOLDER + name)) {
            assertTrue(in != null, () -> FOLDER + name + " is not on the class path");
            return new String(in.readAllBytes(), StandardCharsets.UTF_8);
        }
    }
}
