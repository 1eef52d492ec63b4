package io.hongyan.im.examples;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.hongyan.im.test.evidence.Await;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.charset.StandardCharsets;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** The page's server, by the bytes it serves; what they do in a browser is {@link PageTest}'s. */
class ChatPageTest {
    private static final int CHAT_PORT = 8888;

    private final HttpClient http = HttpClient.newHttpClient();
    private ChatPage page;

    @BeforeEach
    void start() throws IOException {
        page = ChatPage.serve(new InetSocketAddress(InetAddress.getByName("127.0.0.1"), 0), CHAT_PORT);
    }

    @AfterEach
    void stop() {
        page.close();
        http.close();
    }

    @ParameterizedTest
    @CsvSource({
        "/,            text/html; charset=utf-8,       <!doctype html>",
        "/?anything,   text/html; charset=utf-8,       <!doctype html>",
        "/style.css,   text/css; charset=utf-8,        :root",
        "/app.js,      text/javascript; charset=utf-8, import",
        "/hongyan.js,  text/javascript; charset=utf-8, export class HongyanClient",
        "/icon.svg,    image/svg+xml,                  <svg",
        "/config.json, application/json,               '{\"port\":8888,\"path\":\"/ws\"}'"
    })
    void shouldServeWhatThePageIsMadeOf(String path, String type, String part) throws Exception {
        HttpResponse<String> answer = ask("GET", path);

        assertEquals(200, answer.statusCode());
        assertEquals(type, header(answer, "Content-Type"));
        assertTrue(answer.body().contains(part), answer.body());
    }

    @Test
    void shouldLetThePageDoOnlyWhatItNeeds() throws Exception {
        HttpResponse<String> answer = ask("GET", "/");

        assertEquals(
                "default-src 'self'; connect-src 'self' ws://127.0.0.1:8888 wss://127.0.0.1:8888; base-uri 'none';"
                        + " form-action 'none'; frame-ancestors 'none'; object-src 'none';"
                        + " require-trusted-types-for 'script'; trusted-types 'none'",
                header(answer, "Content-Security-Policy"));
        assertEquals("nosniff", header(answer, "X-Content-Type-Options"));
        assertEquals("no-referrer", header(answer, "Referrer-Policy"));
        assertEquals(-1, answer.body().indexOf("style="));
        assertEquals(-1, answer.body().indexOf("onclick"));
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "/index.html",
                "/nothing",
                "/style.css/",
                "/../pom.xml",
                "/%2e%2e/pom.xml",
                "/web/index.html",
                "/META-INF/MANIFEST.MF",
                "/io/hongyan/im/examples/Main.class",
                "/hongyan.d.ts",
                "/a%00b",
                "/APP.JS"
            })
    void shouldServeNothingElse(String path) throws Exception {
        String answer = raw("GET " + path + " HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\n\r\n");

        assertTrue(answer.startsWith("HTTP/1.1 404 "), answer);
        assertTrue(answer.contains("X-content-type-options: nosniff"), answer);
        assertTrue(answer.endsWith("not found\n"), answer);
    }

    @Test
    void shouldAnswerHeadWithoutABody() throws Exception {
        HttpResponse<String> head = ask("HEAD", "/style.css");
        HttpResponse<String> get = ask("GET", "/style.css");

        assertEquals(200, head.statusCode());
        assertEquals("", head.body());
        assertEquals(header(get, "Content-Length"), header(head, "Content-Length"));
        assertEquals(404, ask("HEAD", "/nothing").statusCode());
    }

    @ParameterizedTest
    @ValueSource(strings = {"POST", "PUT", "DELETE", "OPTIONS"})
    void shouldSayWhichMethodsItAllows(String method) throws Exception {
        HttpResponse<String> answer = ask(method, "/");

        assertEquals(405, answer.statusCode());
        assertEquals("GET, HEAD", header(answer, "Allow"));
    }

    @ParameterizedTest
    @CsvSource({
        "chat.example:8080,   chat.example:8888",
        "chat.example,        chat.example:8888",
        "[::1]:8080,          *:8888"
    })
    void shouldLetThePageConnectToTheHostItCameFrom(String host, String source) throws Exception {
        String answer = raw("GET / HTTP/1.1\r\nHost: " + host + "\r\nConnection: close\r\n\r\n");

        assertTrue(answer.contains("connect-src 'self' ws://" + source + " wss://" + source + ";"), answer);
    }

    @ParameterizedTest
    @ValueSource(strings = {"Host: a; script-src *", "Host: a b", "Host: ", "Host: a'", "X: y"})
    void shouldPutNothingIntoThePolicyThatIsNoHost(String header) throws Exception {
        String answer = raw("GET / HTTP/1.1\r\n" + header + "\r\nConnection: close\r\n\r\n");

        assertTrue(answer.startsWith("HTTP/1.1 400 "), answer);
        assertEquals(-1, answer.indexOf("script-src"));
    }

    @Test
    void shouldSayWhereItCannotListenAndWhatToDo() {
        IOException failure = assertThrows(IOException.class, () -> ChatPage.serve(page.address(), CHAT_PORT));

        String message = failure.getMessage();
        assertTrue(message.startsWith(
                "cannot listen on 127.0.0.1:" + page.address().getPort() + " for the page: "));
        assertTrue(message.contains("in use") && message.contains("--web-port"), message);
    }

    private HttpResponse<String> ask(String method, String path) throws Exception {
        URI uri = URI.create(page.url() + path.substring(1));
        return http.send(
                HttpRequest.newBuilder(uri)
                        .method(method, BodyPublishers.noBody())
                        .build(),
                BodyHandlers.ofString());
    }

    private static String header(HttpResponse<String> answer, String name) {
        return answer.headers().firstValue(name).orElse("(none)");
    }

    private String raw(String request) throws IOException {
        try (Socket socket = new Socket()) {
            socket.connect(page.address());
            socket.setSoTimeout((int) Await.LIVENESS.toMillis());
            socket.getOutputStream().write(request.getBytes(StandardCharsets.US_ASCII));
            return new String(socket.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
        }
    }
}
