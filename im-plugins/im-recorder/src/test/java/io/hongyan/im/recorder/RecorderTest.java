package io.hongyan.im.recorder;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.hongyan.im.ClientSession;
import io.hongyan.im.CloseReason;
import io.hongyan.im.ImServer;
import io.hongyan.im.Protocols;
import io.hongyan.im.test.virtual.Replay;
import io.hongyan.im.test.virtual.VirtualClient;
import io.hongyan.im.test.virtual.VirtualServer;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class RecorderTest {
    @TempDir
    private Path directory;

    private static VirtualServer server(Recorder recorder) {
        return VirtualServer.of(ImServer.builder()
                .discoverPlugins(false)
                .protocol(recorder)
                .protocols("line")
                .plugin(recorder.ends())
                .handler(ClientSession::send));
    }

    /** The only file, without the nanoseconds. */
    private List<String> recorded() throws IOException {
        try (var files = Files.list(directory)) {
            List<Path> all =
                    files.filter(file -> file.toString().endsWith(".recording")).toList();
            assertEquals(1, all.size(), all.toString());
            return Files.readAllLines(all.get(0)).stream()
                    .map(line -> line.replaceFirst("^[0-9]+ ", ""))
                    .map(line -> line.replaceFirst("(hongyan.*) [0-9]+$", "$1 NANOS"))
                    .toList();
        }
    }

    @Test
    void shouldWriteDownWhatComesAndHowItEnds() throws Exception {
        try (Recorder recorder = Recorder.around(Protocols.line(), directory);
                VirtualServer im = server(recorder)) {
            im.connect().send("hello").send("you").endOutput().expectMessages("hello", "you");
        }

        assertEquals(
                List.of("hongyan-recording 1 line NANOS", "in aGVsbG8K", "in eW91Cg==", "end PEER_CLOSED"), recorded());
    }

    @Test
    void shouldWriteDownWhatWasRefused() throws Exception {
        try (Recorder recorder = Recorder.around(Protocols.line(), directory);
                VirtualServer im = server(recorder)) {
            im.connect().sendBytes(new byte[] {-1, 10, 65});
        }

        assertEquals(List.of("hongyan-recording 1 line NANOS", "in /wpB", "end INVALID_TEXT"), recorded());
    }

    @Test
    void shouldStopAtTheLimitAndSaySo() throws Exception {
        try (Recorder recorder = Recorder.around(Protocols.line(), directory, 6);
                VirtualServer im = server(recorder)) {
            im.connect().send("hello").send("you").send("there").expectMessages("hello", "you", "there");
        }

        assertEquals(List.of("hongyan-recording 1 line NANOS", "in aGVsbG8K", "full"), recorded());
    }

    @Test
    void shouldServeWhenTheDiskFails() throws Exception {
        try (Recorder recorder = Recorder.around(Protocols.line(), directory.resolve("gone"));
                VirtualServer im = server(recorder)) {
            Files.delete(directory.resolve("gone"));
            VirtualClient client = im.connect();

            client.send("hello").expectMessage("hello").endOutput().expectClosed(CloseReason.Code.PEER_CLOSED);
        }
    }

    @Test
    void shouldCountWhatIsLostWhenTheDiskIsSlow() throws Exception {
        Scribe scribe = new Scribe();
        CountDownLatch disk = new CountDownLatch(1);
        scribe.write(new Scribe.Sheet(directory.resolve("slow")), 0, () -> {
            await(disk);
            throw new IllegalStateException("nothing to write");
        });
        Recording recording =
                new Recording(scribe, directory.resolve("1.recording"), "line", System.nanoTime(), Long.MAX_VALUE);
        for (int i = 0; i < 20; i++) {
            recording.in(System.nanoTime(), ByteBuffer.allocate(1 << 20));
        }
        disk.countDown();
        recording.end(CloseReason.Code.NORMAL);
        scribe.close();

        List<String> lines = recorded();
        assertEquals(List.of("lost " + (5 << 20), "end NORMAL"), lines.subList(lines.size() - 2, lines.size()));
        assertEquals(1 + 15 + 2, lines.size());
        IllegalArgumentException refused = assertThrows(IllegalArgumentException.class, () -> Replay.of(directory));
        assertTrue(
                refused.getMessage().contains("1.recording:17: the recorder has lost bytes here"), refused::getMessage);
    }

    private static void await(CountDownLatch latch) {
        try {
            latch.await();
        } catch (InterruptedException e) {
            throw new IllegalStateException(e);
        }
    }
}
