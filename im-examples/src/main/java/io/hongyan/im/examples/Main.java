package io.hongyan.im.examples;

import java.io.IOException;
import java.util.Objects;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.ExitCode;
import picocli.CommandLine.IVersionProvider;
import picocli.CommandLine.ParseResult;

/** The runnable jar: {@code java -jar hongyan.jar echo|room|chat}. */
@Command(
        name = "hongyan",
        mixinStandardHelpOptions = true,
        versionProvider = Main.Version.class,
        description = "Instant-messaging servers to try Hongyan with.",
        subcommands = {Echo.class, Room.class, Chat.class})
final class Main {
    private Main() {}

    public static void main(String[] args) {
        System.exit(commandLine().execute(args));
    }

    static CommandLine commandLine() {
        return new CommandLine(new Main())
                .setCaseInsensitiveEnumValuesAllowed(true)
                .setExecutionExceptionHandler(Main::onFailure);
    }

    /** What the user can mend is one line; anything else is our mistake and keeps its stack trace. */
    private static int onFailure(Exception failure, CommandLine command, ParseResult parsed) throws Exception {
        int exitCode = switch (failure) {
            case IllegalArgumentException e -> ExitCode.USAGE;
            case IOException e -> ExitCode.SOFTWARE;
            case IllegalStateException e -> ExitCode.SOFTWARE;
            default -> throw failure;
        };
        command.getErr().println(command.getCommandSpec().qualifiedName() + ": " + failure.getMessage());
        return exitCode;
    }

    /** The version in the jar's manifest. */
    static final class Version implements IVersionProvider {
        @Override
        public String[] getVersion() {
            String version = Main.class.getPackage().getImplementationVersion();
            return new String[] {"Hongyan " + Objects.requireNonNullElse(version, "(not from its jar)")};
        }
    }
}
