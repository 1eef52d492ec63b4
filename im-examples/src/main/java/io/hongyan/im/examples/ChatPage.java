package io.hongyan.im.examples;

import com.sun.net.httpserver.Headers;
import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpServer;
import java.io.IOException;
import java.io.InputStream;
import java.net.InetSocketAddress;
import java.nio.charset.StandardCharsets;
import java.util.HashMap;
import java.util.Map;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * The chat's page over HTTP. What it serves is fixed when it starts and held in memory: a request's path is looked up in
 * that table and opens nothing.
 */
final class ChatPage implements AutoCloseable {
    /** A request or an answer that takes longer is cut off; the JDK's server knows no other way to be told. */
    private static final Map<String, String> BOUNDS = Map.of(
            "sun.net.httpserver.maxReqTime", "10",
            "sun.net.httpserver.maxRspTime", "10",
            "jdk.httpserver.maxConnections", "1000");

    private static final Pattern HOST =
            Pattern.compile("([A-Za-z0-9._-]{1,253}|\\[[0-9A-Fa-f:.]{2,45}])(?::[0-9]{1,5})?");

    private static final String TEXT = "text/plain; charset=utf-8";

    /** A resource's bytes and what they are. */
    @SuppressWarnings("ArrayRecordComponent") // never compared, never changed
    private record Content(String type, byte[] bytes) {
        static Content of(String type, String text) {
            return new Content(type, text.getBytes(StandardCharsets.UTF_8));
        }

        static Content resource(String type, String name) throws IOException {
            try (InputStream in = ChatPage.class.getResourceAsStream(name)) {
                if (in == null) {
                    throw new IllegalStateException("the page cannot be served: " + name + " is not on the class path");
                }
                return new Content(type, in.readAllBytes());
            }
        }
    }

    private final HttpServer server;
    private final ExecutorService executor;
    private final Map<String, Content> contents;
    private final int chatPort;

    private ChatPage(HttpServer server, ExecutorService executor, Map<String, Content> contents, int chatPort) {
        this.server = server;
        this.executor = executor;
        this.contents = contents;
        this.chatPort = chatPort;
    }

    /**
     * Begins to serve.
     *
     * @param address where to listen; port 0 takes any free one
     * @param chatPort where the chat itself listens, on the same host
     * @throws IOException if it cannot listen; says where
     */
    static ChatPage serve(InetSocketAddress address, int chatPort) throws IOException {
        BOUNDS.forEach((name, value) -> System.getProperties().putIfAbsent(name, value));
        Map<String, Content> contents = contents(chatPort);
        HttpServer server;
        try {
            server = HttpServer.create(address, 0);
        } catch (IOException e) {
            throw new IOException(
                    "cannot listen on " + ServerOptions.shown(address) + " for the page: " + e.getMessage()
                            + "; choose another port with --web-port, or 0 for no page",
                    e);
        }
        ChatPage page = new ChatPage(server, Executors.newVirtualThreadPerTaskExecutor(), contents, chatPort);
        server.setExecutor(page.executor);
        server.createContext("/", page::answer);
        server.start();
        return page;
    }

    private static Map<String, Content> contents(int chatPort) throws IOException {
        Map<String, Content> contents = new HashMap<>();
        contents.put("/", Content.resource("text/html; charset=utf-8", "/web/index.html"));
        contents.put("/style.css", Content.resource("text/css; charset=utf-8", "/web/style.css"));
        contents.put("/icon.svg", Content.resource("image/svg+xml", "/web/icon.svg"));
        contents.put("/app.js", Content.resource("text/javascript; charset=utf-8", "/web/app.js"));
        contents.put(
                "/hongyan.js",
                Content.resource("text/javascript; charset=utf-8", "/META-INF/resources/hongyan/hongyan.js"));
        contents.put("/config.json", Content.of("application/json", "{\"port\":" + chatPort + ",\"path\":\"/ws\"}"));
        return Map.copyOf(contents);
    }

    /** For people: localhost where it listens on all addresses. */
    String url() {
        InetSocketAddress address = server.getAddress();
        return "http://" + ServerOptions.shown(address).replace("*", "localhost") + "/";
    }

    /** Where it listens, with the real port. */
    InetSocketAddress address() {
        return server.getAddress();
    }

    @Override
    public void close() {
        server.stop(0);
        executor.close();
    }

    private void answer(HttpExchange exchange) throws IOException {
        try (exchange) {
            String method = exchange.getRequestMethod();
            Content content = contents.get(exchange.getRequestURI().getPath());
            String socket = socketSources(exchange.getRequestHeaders().getFirst("Host"));
            Headers headers = exchange.getResponseHeaders();
            if (socket == null) {
                send(exchange, 400, "'none'", Content.of(TEXT, "bad request: no good Host\n"));
            } else if (content == null) {
                send(exchange, 404, socket, Content.of(TEXT, "not found\n"));
            } else if (!method.equals("GET") && !method.equals("HEAD")) {
                headers.set("Allow", "GET, HEAD");
                send(exchange, 405, socket, Content.of(TEXT, "only GET and HEAD are allowed\n"));
            } else {
                send(exchange, 200, socket, content);
            }
        }
    }

    /**
     * Where the page may open its socket, as sources of a Content-Security-Policy: the host that was asked for, on the chat's
     * port. A policy cannot name an IPv6 address; there it is any host.
     */
    private @Nullable String socketSources(@Nullable String hostHeader) {
        Matcher host = HOST.matcher(hostHeader == null ? "" : hostHeader);
        if (!host.matches()) {
            return null;
        }
        String authority = host.group(1).startsWith("[") ? "*:" + chatPort : host.group(1) + ":" + chatPort;
        return "ws://" + authority + " wss://" + authority;
    }

    private static void send(HttpExchange exchange, int status, String socketSources, Content content)
            throws IOException {
        Headers headers = exchange.getResponseHeaders();
        headers.set("Content-Type", content.type());
        headers.set(
                "Content-Security-Policy",
                "default-src 'self'; connect-src 'self' " + socketSources + "; base-uri 'none'; form-action 'none';"
                        + " frame-ancestors 'none'; object-src 'none'; require-trusted-types-for 'script'; trusted-types 'none'");
        headers.set("X-Content-Type-Options", "nosniff");
        headers.set("Referrer-Policy", "no-referrer");
        headers.set("Cross-Origin-Opener-Policy", "same-origin");
        headers.set("Cross-Origin-Resource-Policy", "same-origin");
        headers.set("Cache-Control", "no-cache");
        if (exchange.getRequestMethod().equals("HEAD")) {
            headers.set("Content-Length", Integer.toString(content.bytes().length));
            exchange.sendResponseHeaders(status, -1);
        } else {
            exchange.sendResponseHeaders(status, content.bytes().length);
            exchange.getResponseBody().write(content.bytes());
        }
    }
}
