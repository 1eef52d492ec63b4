package io.hongyan.im;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.hongyan.im.spi.Protocol;
import java.io.IOException;
import java.lang.reflect.Executable;
import java.lang.reflect.Field;
import java.lang.reflect.Member;
import java.lang.reflect.Modifier;
import java.net.URISyntaxException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** How much there is to learn, and that nothing of the engine is part of it. */
class PublicTypesTest {
    private static final String API = ImServer.class.getPackageName();
    private static final String SPI = Protocol.class.getPackageName();
    private static final String ENGINE = API + ".engine";

    /** The public and protected types of a package, nested ones too. */
    private static List<Class<?>> visibleTypes(String packageName) {
        Path classes;
        try {
            classes = Path.of(ImServer.class
                    .getProtectionDomain()
                    .getCodeSource()
                    .getLocation()
                    .toURI());
        } catch (URISyntaxException e) {
            throw new AssertionError(e);
        }
        try (Stream<Path> files = Files.list(classes.resolve(packageName.replace('.', '/')))) {
            return files.map(file -> file.getFileName().toString())
                    .filter(name -> name.endsWith(".class") && !name.equals("package-info.class"))
                    .<Class<?>>map(name -> load(packageName + "." + name.substring(0, name.length() - 6)))
                    .filter(PublicTypesTest::isVisible)
                    .toList();
        } catch (IOException e) {
            throw new AssertionError(e);
        }
    }

    private static Class<?> load(String name) {
        try {
            return Class.forName(name, false, ImServer.class.getClassLoader());
        } catch (ClassNotFoundException e) {
            throw new AssertionError(e);
        }
    }

    private static boolean isVisible(Class<?> type) {
        return (type.getModifiers() & (Modifier.PUBLIC | Modifier.PROTECTED)) != 0
                && !type.isAnonymousClass()
                && (type.getEnclosingClass() == null || isVisible(type.getEnclosingClass()));
    }

    private static List<String> topLevelNames(String packageName) {
        return visibleTypes(packageName).stream()
                .filter(type -> type.getEnclosingClass() == null)
                .map(Class::getSimpleName)
                .sorted()
                .toList();
    }

    @Test
    void shouldBeFewWhenTheTopLevelTypesAreCounted() {
        List<String> api = topLevelNames(API);
        List<String> spi = topLevelNames(SPI);

        assertTrue(api.contains("ImServer") && spi.contains("Protocol"), "looked in the wrong place: " + api + spi);
        assertTrue(api.size() <= 22, () -> API + " may have 22 public types, has " + api.size() + ": " + api);
        assertTrue(spi.size() <= 14, () -> SPI + " may have 14 public types, has " + spi.size() + ": " + spi);
    }

    @ParameterizedTest
    @ValueSource(strings = {"io.hongyan.im", "io.hongyan.im.spi"})
    void shouldNotMentionTheEngineWhenASignatureIsPublic(String packageName) {
        List<String> mentions = new ArrayList<>();
        for (Class<?> type : visibleTypes(packageName)) {
            signaturesOf(type).filter(text -> text.contains(ENGINE)).forEach(mentions::add);
        }
        assertEquals(List.of(), mentions);
        assertFalse(visibleTypes(packageName).isEmpty());
    }

    private static Stream<String> signaturesOf(Class<?> type) {
        Stream<Executable> executables =
                Stream.concat(Arrays.stream(type.getDeclaredMethods()), Arrays.stream(type.getDeclaredConstructors()));
        return Stream.of(
                        Stream.of(type.toGenericString(), String.valueOf(type.getGenericSuperclass())),
                        Arrays.stream(type.getGenericInterfaces()).map(String::valueOf),
                        Arrays.stream(type.getDeclaredAnnotations()).map(String::valueOf),
                        executables.filter(PublicTypesTest::isVisible).map(Executable::toGenericString),
                        Arrays.stream(type.getDeclaredFields())
                                .filter(PublicTypesTest::isVisible)
                                .map(Field::toGenericString))
                .flatMap(texts -> texts);
    }

    private static boolean isVisible(Member member) {
        return (member.getModifiers() & (Modifier.PUBLIC | Modifier.PROTECTED)) != 0;
    }
}
