package io.hongyan.im.examples;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.hongyan.im.test.client.LineClient;
import io.hongyan.im.test.evidence.Await;
import io.hongyan.im.test.evidence.ChildJvm;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;
import picocli.CommandLine;

/** Exit codes and what is printed; where a signal is part of it, in a process of its own. */
class MainTest {
    private static final Pattern READY =
            Pattern.compile("Hongyan (echo|room|chat) listens on 127\\.0\\.0\\.1:(\\d+), protocols line, "
                    + "transport nio \\(asked for by name\\), 2 loops");

    /** What one run in this process did. */
    private record Run(int exitCode, String out, String err) {}

    @ParameterizedTest
    @CsvSource({
        "echo --port x,                 --port",
        "echo --transport pigeon,       --transport",
        "room --dispatch later,         --dispatch",
        "chat --protocol smoke,         --protocol",
        "chat --loops,                  --loops",
        "chat --prot 5,                 --prot",
        "echo --web-port 1,             --web-port",
        "dance,                         dance",
        "'',                            subcommand"
    })
    void shouldNameTheOptionThatIsWrong(String arguments, String name) {
        Run run = run(arguments.isEmpty() ? new String[0] : arguments.split(" ", -1));

        assertEquals(2, run.exitCode());
        assertTrue(run.err().contains(name), run.err());
        assertEquals("", run.out());
    }

    @ParameterizedTest
    @CsvSource({
        "echo --port 65536,          'hongyan echo: port must be 0 to 65535, was 65536'",
        "room --loops 0,             'hongyan room: loops must be 1 to 1024, was 0'",
        "chat --web-port 65536,      'hongyan chat: web-port must be 0 to 65535, was 65536'",
        "chat --handover x,          'hongyan chat: web-port must be 0 with handover, was 8080: the next server could not listen there, too'",
        "chat --max-message-bytes 0, 'hongyan chat: maxMessageBytes must be 1 to 1073741824, was 0'"
    })
    void shouldSayTheRuleInOneLineWhenAValueIsOutOfRange(String arguments, String line) {
        Run run = run(arguments.split(" ", -1));

        assertEquals(new Run(2, "", line + System.lineSeparator()), run);
    }

    @ParameterizedTest
    @ValueSource(strings = {"--help", "echo --help", "room -h", "chat --help", "--version"})
    void shouldHelp(String arguments) {
        Run run = run(arguments.split(" ", -1));

        assertEquals(0, run.exitCode());
        assertTrue(run.out().contains("ongyan"), run.out());
        assertEquals("", run.err());
    }

    @Test
    void shouldSayInOneLineThatOnlyEpollHandsOver(@TempDir Path dir) {
        Run run = run(("echo --port 0 --transport nio --handover " + dir.resolve("next")).split(" ", -1));

        assertEquals(1, run.exitCode());
        assertTrue(
                run.err().startsWith("hongyan echo: transport nio cannot hand its listening sockets over: "),
                run.err());
        assertEquals(1, run.err().lines().count());
    }

    @ParameterizedTest
    @ValueSource(strings = {"echo", "room", "chat"})
    void shouldEndWithZeroAndNoWordWhenTerminated(String command, @TempDir Path dir) throws Exception {
        Path err = dir.resolve("err");
        Process process = child(err, "line", command, "--port", "0");
        try (BufferedReader out = process.inputReader()) {
            Matcher ready = READY.matcher(out.readLine());
            assertTrue(ready.matches() && ready.group(1).equals(command), Files.readString(err));
            try (LineClient client = new LineClient(
                    new InetSocketAddress(InetAddress.getLoopbackAddress(), Integer.parseInt(ready.group(2))))) {
                client.send("hello");
                List<String> heard = client.linesBefore(command.equals("chat") ? "[lobby] guest1: hello" : "hello");
                assertEquals(command.equals("chat") ? 2 : 0, heard.size());

                process.toHandle().destroy(); // SIGTERM; Process.destroy would close our end of its output, too

                assertExit(process, 0);
                client.linesToEnd();
            }
            assertEquals("", String.join("\n", out.lines().toList()), "one line is all that goes to stdout");
            assertEquals("", Files.readString(err));
        } finally {
            process.destroyForcibly();
        }
    }

    @Test
    void shouldSayInOneLineThatThePortIsInUse(@TempDir Path dir) throws Exception {
        Path err = dir.resolve("err");

        try (ServerSocket taken = new ServerSocket(0, 1, InetAddress.getByName("127.0.0.1"))) {
            Process process = child(err, "line", "chat", "--port", Integer.toString(taken.getLocalPort()));
            try (BufferedReader out = process.inputReader()) {
                assertExit(process, 1);

                List<String> lines = Files.readAllLines(err);
                assertEquals(1, lines.size(), lines.toString());
                assertTrue(
                        lines.get(0)
                                .startsWith("hongyan chat: cannot listen on 127.0.0.1:" + taken.getLocalPort() + ":"),
                        lines.get(0));
                assertTrue(lines.get(0).contains("in use"), lines.get(0));
                assertEquals(List.of(), out.lines().toList());
            } finally {
                process.destroyForcibly();
            }
        }
    }

    @Test
    void shouldEndWithAClientThatNeverSaysAWord(@TempDir Path dir) throws Exception {
        Path err = dir.resolve("err");
        Process process = child(err, "line", "echo", "--port", "0", "--first-message-seconds", "1");
        try (BufferedReader out = process.inputReader()) {
            Matcher ready = READY.matcher(out.readLine());
            assertTrue(ready.matches(), Files.readString(err));
            InetSocketAddress address =
                    new InetSocketAddress(InetAddress.getLoopbackAddress(), Integer.parseInt(ready.group(2)));
            try (LineClient silent = new LineClient(address);
                    LineClient talker = new LineClient(address)) {
                talker.echo("hello");

                assertTrue(silent.line().startsWith("!closing TIMEOUT "));
                silent.expectEnd();
                talker.echo("still here");
            }
        } finally {
            process.destroyForcibly();
        }
    }

    @Test
    void shouldServeThePageBesideTheChat(@TempDir Path dir) throws Exception {
        Path err = dir.resolve("err");
        int webPort;
        try (ServerSocket free = new ServerSocket(0, 1, InetAddress.getByName("127.0.0.1"))) {
            webPort = free.getLocalPort();
        }
        Process process = child(err, "auto", "chat", "--port", "0", "--web-port", Integer.toString(webPort));
        try (BufferedReader out = process.inputReader();
                HttpClient http = HttpClient.newHttpClient()) {
            String ready = out.readLine();
            String url = "http://127.0.0.1:" + webPort + "/";
            assertTrue(ready.endsWith(", 2 loops, page " + url), ready);
            Matcher port = Pattern.compile("listens on 127\\.0\\.0\\.1:(\\d+),").matcher(ready);
            assertTrue(port.find(), ready);

            HttpResponse<String> config = http.send(
                    HttpRequest.newBuilder(URI.create(url + "config.json")).build(), BodyHandlers.ofString());
            assertEquals("{\"port\":" + port.group(1) + ",\"path\":\"/ws\"}", config.body());
            for (String path : List.of("/", "/ws")) {
                SocketClient client = new SocketClient(Integer.parseInt(port.group(1)), path);
                assertTrue(client.event().startsWith("{\"type\":\"welcome\""));
                client.close();
            }
            process.toHandle().destroy();
            assertExit(process, 0);
        } finally {
            process.destroyForcibly();
        }
    }

    @Test
    void shouldSayInOneLineThatThePagesPortIsInUse(@TempDir Path dir) throws Exception {
        Path err = dir.resolve("err");

        try (ServerSocket taken = new ServerSocket(0, 1, InetAddress.getByName("127.0.0.1"))) {
            String port = Integer.toString(taken.getLocalPort());
            Process process = child(err, "auto", "chat", "--port", "0", "--web-port", port);
            try (BufferedReader out = process.inputReader()) {
                assertExit(process, 1);

                List<String> lines = Files.readAllLines(err);
                assertEquals(1, lines.size(), lines.toString());
                assertTrue(
                        lines.get(0).startsWith("hongyan chat: cannot listen on 127.0.0.1:" + port + " for the page:"),
                        lines.get(0));
                assertEquals(List.of(), out.lines().toList());
            } finally {
                process.destroyForcibly();
            }
        }
    }

    private static Run run(String... arguments) {
        StringWriter out = new StringWriter();
        StringWriter err = new StringWriter();
        CommandLine commandLine =
                Main.commandLine().setOut(new PrintWriter(out, true)).setErr(new PrintWriter(err, true));
        int exitCode = commandLine.execute(arguments);
        return new Run(exitCode, out.toString(), err.toString());
    }

    private static Process child(Path err, String protocol, String... arguments) throws IOException {
        List<String> all = new ArrayList<>(List.of(arguments));
        all.addAll(List.of("--host", "127.0.0.1", "--transport", "nio", "--protocol", protocol, "--loops", "2"));
        return ChildJvm.of(List.of(), Main.class, all.toArray(new String[0]))
                .redirectError(err.toFile())
                .start();
    }

    private static void assertExit(Process process, int exitCode) throws InterruptedException {
        assertTrue(process.waitFor(Await.LIVENESS.toSeconds(), TimeUnit.SECONDS), "the process has not ended");
        assertEquals(exitCode, process.exitValue());
    }
}
