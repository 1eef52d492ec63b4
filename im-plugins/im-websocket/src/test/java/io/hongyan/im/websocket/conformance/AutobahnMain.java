package io.hongyan.im.websocket.conformance;

import io.hongyan.im.ImServer;
import java.io.IOException;
import org.python.util.PythonInterpreter;

/**
 * Runs the Autobahn|Testsuite once against an echo server in the same process. Once is all that a JVM can do: twisted's
 * reactor cannot be started again.
 */
final class AutobahnMain {
    /** The name that the server has in the reports. */
    static final String AGENT = "Hongyan";

    /**
     * Group 9 measures speed; 12 and 13 are of an older draft of deflate than the RFC. Where the suite allows a second for an
     * answer, it allows ten more here: what is right does not depend on how busy the machine is.
     */
    private static final String SCRIPT = """
            import io  # else Jython takes the Java package io for the module
            from autobahntestsuite import wstest
            from autobahntestsuite.fuzzing import FuzzingProtocol

            close, kill = FuzzingProtocol.closeAfter, FuzzingProtocol.killAfter
            FuzzingProtocol.closeAfter = lambda self, delay: close(self, delay + 10)
            FuzzingProtocol.killAfter = lambda self, delay: kill(self, delay + 10)
            wstest.start({'mode': 'fuzzingclient', 'debug': False}, {
                'outdir': str(outdir),
                'servers': [{'agent': str(agent), 'url': str(url)}],
                'options': {
                    'version': 18,
                    'openHandshakeTimeout': 10,
                    'closeHandshakeTimeout': 10,
                    'serverConnectionDropTimeout': 10,
                },
                'cases': ['1.*', '2.*', '3.*', '4.*', '5.*', '6.*', '7.*', '10.*'],
                'exclude-cases': [],
                'exclude-agent-cases': {},
            })
            """;

    private AutobahnMain() {}

    /**
     * Runs all cases and writes their reports.
     *
     * @param arguments the transport's name, or the URL of a server that runs elsewhere; then the directory for the reports
     */
    public static void main(String[] arguments) throws IOException {
        if (arguments[0].startsWith("ws:")) {
            judge(arguments[0], arguments[1]);
            return;
        }
        try (ImServer server = EchoMain.start(arguments[0], false)) {
            judge("ws://127.0.0.1:" + server.port() + "/", arguments[1]);
        }
    }

    private static void judge(String url, String outdir) {
        try (PythonInterpreter python = new PythonInterpreter()) {
            python.set("agent", AGENT);
            python.set("url", url);
            python.set("outdir", outdir);
            python.exec(SCRIPT);
        }
    }
}
