package io.hongyan.im.websocket;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.hongyan.im.CloseReason.Code;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
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

    /** A missed deadline has a rule of its own, since it shares the status of a broken one. */
    @ParameterizedTest
    @EnumSource(Code.class)
    void shouldKnowWhichEndsAreForGood(Code code) throws IOException {
        String module = text("hongyan.js");
        int from = module.indexOf("const FINAL_CODES");
        String codes = module.substring(from, module.indexOf("]);", from));

        assertEquals(!code.reconnect() || code == Code.TIMEOUT, codes.contains("    " + code.status() + ", //"));
        assertEquals(!code.reconnect(), codes.contains(code.name()));
    }

    private static String text(String name) throws IOException {
        try (InputStream in = BrowserClientTest.class.getResourceAsStream(FOLDER + name)) {
            assertTrue(in != null, () -> FOLDER + name + " is not on the class path");
            return new String(in.readAllBytes(), StandardCharsets.UTF_8);
        }
    }
}
