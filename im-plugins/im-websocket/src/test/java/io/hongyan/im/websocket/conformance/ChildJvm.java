package io.hongyan.im.websocket.conformance;

import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;

/** Programs in a JVM of their own, with this one's class path and all that the epoll transport asks for. */
final class ChildJvm {
    private static final List<String> FLAGS = List.of(
            "--enable-native-access=ALL-UNNAMED",
            "--add-opens=java.base/jdk.internal.misc=ALL-UNNAMED",
            // They live for seconds: the quick compiler alone halves their time.
            "-XX:TieredStopAtLevel=1",
            "-XX:+UseSerialGC");

    private ChildJvm() {}

    /** One that is ready to be started. */
    static ProcessBuilder of(Class<?> main, String... arguments) {
        List<String> command = new ArrayList<>();
        command.add(Path.of(System.getProperty("java.home"), "bin", "java").toString());
        command.addAll(FLAGS);
        command.addAll(List.of("-cp", System.getProperty("java.class.path"), main.getName()));
        command.addAll(List.of(arguments));
        return new ProcessBuilder(command);
    }
}
