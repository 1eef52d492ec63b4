package io.hongyan.im.epoll;

import static org.junit.jupiter.api.Assertions.assertEquals;

import io.hongyan.im.test.evidence.ChildJvm;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;

final class EpollTransportProviderTest {
    private static final String NATIVE_ACCESS = "--enable-native-access=ALL-UNNAMED";
    private static final String OPENS = "--add-opens java.base/jdk.internal.misc=ALL-UNNAMED";

    /** Prints the reason, and what the JVM has to say by itself. */
    static final class Availability {
        private Availability() {}

        public static void main(String[] arguments) {
            System.out.println(new EpollTransportProvider().unavailable().orElse("available"));
        }
    }

    @Test
    void shouldNameBothFlagsWhenNeitherIsGiven() throws Exception {
        assertEquals("add " + NATIVE_ACCESS + " " + OPENS + " to the java command", availability());
    }

    @Test
    void shouldNameTheFlagWhenNativeAccessIsMissing() throws Exception {
        assertEquals("add " + NATIVE_ACCESS + " to the java command", availability(OPENS.split(" ")));
    }

    @Test
    void shouldNameTheFlagWhenThePackageIsNotOpen() throws Exception {
        assertEquals("add " + OPENS + " to the java command", availability(NATIVE_ACCESS));
    }

    @Test
    void shouldNameTheFlagWhenIllegalNativeAccessIsDenied() throws Exception {
        assertEquals(
                "add " + NATIVE_ACCESS + " " + OPENS + " to the java command",
                availability("--illegal-native-access=deny"));
    }

    /** Nothing else is printed: no warning of the JVM either. */
    @Test
    void shouldBeAvailableWhenBothFlagsAreGiven() throws Exception {
        assertEquals("available", availability(ChildJvm.ALL_FLAGS.toArray(String[]::new)));
    }

    @Test
    void shouldNameTheSystemWhenItIsNotLinux() {
        assertEquals(
                Optional.of("needs Linux, this is Mac OS X; use nio"),
                EpollTransportProvider.unavailable("Mac OS X", "aarch64"));
    }

    @Test
    void shouldNameTheArchitectureWhenItsLayoutsAreUnknown() {
        assertEquals(
                Optional.of("needs x86_64 or aarch64, this is s390x; use nio"),
                EpollTransportProvider.unavailable("Linux", "s390x"));
    }

    @Test
    void shouldStandBeforeNioWhenAvailable() {
        EpollTransportProvider provider = new EpollTransportProvider();

        assertEquals("epoll", provider.name());
        assertEquals(100, provider.priority());
        assertEquals(Optional.empty(), provider.unavailable());
    }

    private static String availability(String... flags) throws Exception {
        return ChildJvm.run(ChildJvm.of(List.of(flags), Availability.class)).output();
    }
}
