package io.hongyan.im.bench;

import io.hongyan.im.bench.trial.AttackRun;
import io.hongyan.im.bench.trial.Soak;
import io.hongyan.im.bench.trial.TrialServer;
import java.io.IOException;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.ExitCode;
import picocli.CommandLine.ParseResult;

/** The runnable jar: {@code java -jar benchmarks.jar compare|weight|storm|attack|soak|serve|load}. */
@Command(
        name = "benchmarks",
        mixinStandardHelpOptions = true,
        description = "Hongyan measured beside its peers and attacked, on loopback.",
        subcommands = {
            Compare.class,
            Weight.class,
            Storm.class,
            Serve.class,
            Load.class,
            WeighedServer.class,
            AttackRun.class,
            Soak.class,
            TrialServer.class
        })
public final class Main {
    private Main() {}

    public static void main(String[] args) {
        CommandLine commandLine = new CommandLine(new Main())
                .setCaseInsensitiveEnumValuesAllowed(true)
                .setExecutionExceptionHandler(Main::onFailure);
        System.exit(commandLine.execute(args));
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
}
