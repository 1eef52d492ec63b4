package io.hongyan.im.websocket;

import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * What a {@link WebSocketProtocol} was told by its builder.
 *
 * @param paths where a WebSocket is served; empty for everywhere
 * @param texts what a plain GET of a path is answered
 * @param subprotocols those spoken, the best first
 * @param origins which pages may connect
 * @param filter the host's own rule; null if there is none
 * @param keptHeaders in lower case, those that stay on the session
 * @param deflate null if compression is off
 */
record Settings(
        Set<String> paths,
        Map<String, String> texts,
        List<String> subprotocols,
        OriginRule origins,
        @Nullable HandshakeFilter filter,
        Set<String> keptHeaders,
        @Nullable Deflate deflate) {

    Settings {
        paths = Set.copyOf(paths);
        texts = Map.copyOf(texts);
        subprotocols = List.copyOf(subprotocols);
        keptHeaders = Set.copyOf(keptHeaders);
    }

    boolean servesPath(String path) {
        return paths.isEmpty() || paths.contains(path);
    }

    /** The best of those that the client asked for. */
    Optional<String> chosen(List<String> asked) {
        return subprotocols.stream().filter(asked::contains).findFirst();
    }

    /** What is answered to a GET that does not want a WebSocket; null if it is to be told that it must. */
    @Nullable
    String textFor(Request request) {
        return request.wantsWebSocket() || request.wantsHeadOnly() ? null : texts.get(request.path());
    }
}
