package io.hongyan.im.websocket;

import static org.junit.jupiter.api.Assertions.assertEquals;

import io.hongyan.im.ClientSession;
import io.hongyan.im.ImServer;
import io.hongyan.im.Message;
import io.hongyan.im.MessageHandler;
import io.hongyan.im.Protocols;
import io.hongyan.im.test.client.FrameClient;
import io.hongyan.im.test.client.LineClient;
import java.net.InetSocketAddress;
import java.nio.charset.StandardCharsets;
import java.util.List;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

/** Clients of several protocols in one group, on one port and on several. */
class SharedGroupTest extends ServerTest {
    /** Everyone joins; what one says goes to all, encoded anew so that the count is not that of the sender's own. */
    private static final MessageHandler ROOM = new MessageHandler() {
        @Override
        public void onOpen(ClientSession session) {
            session.join("room");
            session.send("welcome");
        }

        @Override
        public void onMessage(ClientSession session, Message message) {
            String text = new String(message.bytes(), StandardCharsets.UTF_8);
            session.server().group("room").send(Message.text(text));
        }
    };

    @Test
    @Tag("B8")
    void shouldEncodeAGroupsMessageOnceForEachProtocol() throws Exception {
        CountingProtocol webSocket = new CountingProtocol(new WebSocketProtocol());
        CountingProtocol lines = new CountingProtocol(Protocols.line());
        CountingProtocol frames = new CountingProtocol(Protocols.frame());
        ImServer server = start(server(ROOM)
                .protocol(webSocket)
                .protocol(lines)
                .protocol(frames)
                // Two loops that need an encoding at the same moment may each make it: neither waits.
                .loops(1)
                .listen("127.0.0.1", 0, "frame"));
        InetSocketAddress framePort = List.copyOf(server.addresses()).get(1);
        FrameClient[] devices = {kept(new FrameClient(framePort)), kept(new FrameClient(framePort))};
        for (FrameClient device : devices) {
            assertEquals("welcome", device.frame().text());
        }
        WebSocketClient[] browsers = {open(server), open(server), open(server)};
        for (WebSocketClient browser : browsers) {
            browser.expectText("welcome");
        }
        LineClient[] terminals = {line(server), line(server)};
        for (LineClient terminal : terminals) {
            terminal.send("here");
            terminal.expectLine("welcome");
            terminal.expectLine("here");
            for (WebSocketClient browser : browsers) {
                browser.expectText("here");
            }
            for (FrameClient device : devices) {
                assertEquals("here", device.frame().text());
            }
        }
        terminals[0].expectLine("here");
        webSocket.encoded.set(0);
        lines.encoded.set(0);
        frames.encoded.set(0);

        browsers[0].sendText("hello");

        for (WebSocketClient browser : browsers) {
            browser.expectText("hello");
        }
        for (LineClient terminal : terminals) {
            terminal.expectLine("hello");
        }
        for (FrameClient device : devices) {
            assertEquals("hello", device.frame().text());
        }
        assertEquals(1, frames.encoded.get());
        assertEquals(1, webSocket.encoded.get());
        assertEquals(1, lines.encoded.get());
    }

    @Test
    void shouldServeThreeListenersWithOneGroup() throws Exception {
        ImServer server = start(server(ROOM).listen("127.0.0.1", 0, "websocket").listen("127.0.0.1", 0, "frame"));
        List<InetSocketAddress> addresses = List.copyOf(server.addresses());
        WebSocketClient shared = open(server);
        WebSocketClient pinned = kept(WebSocketClient.open(addresses.get(1)));
        FrameClient frames = kept(new FrameClient(addresses.get(2)));
        shared.expectText("welcome");
        pinned.expectText("welcome");
        assertEquals("welcome", frames.frame().text());
        LineClient lines = line(server);

        lines.send("good evening");

        lines.expectLine("welcome");
        lines.expectLine("good evening");
        shared.expectText("good evening");
        pinned.expectText("good evening");
        assertEquals("good evening", frames.frame().text());
        frames.send(ClientFrame.utf8("from a frame"));
        lines.expectLine("from a frame");
        shared.expectText("from a frame");
    }
}
