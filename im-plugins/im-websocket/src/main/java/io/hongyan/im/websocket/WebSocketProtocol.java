package io.hongyan.im.websocket;

import io.hongyan.im.Limits;
import io.hongyan.im.spi.Decoder;
import io.hongyan.im.spi.Encoder;
import io.hongyan.im.spi.Protocol;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * WebSocket, RFC 6455, under the name {@code websocket}: text and binary messages, fragments, Ping and Pong, the closing
 * handshake. {@link java.util.ServiceLoader} finds it with its defaults; a host that wants others gives one to its server:
 *
 * <pre>{@code
 * ImServer.builder()
 *         .protocol(WebSocketProtocol.builder().paths("/ws").text("/health", "ok").build())
 * }</pre>
 *
 * <p>What the server itself has to tell by a message is text that begins with {@code !}: {@code !missed 7} stands where
 * seven messages were dropped. A request that does not become a WebSocket is answered by HTTP and its connection ends; no
 * file is ever served.
 */
public final class WebSocketProtocol implements Protocol {
    private final Settings settings;

    /** Any path, no subprotocol, pages of the same host, no compression. */
    public WebSocketProtocol() {
        this(builder());
    }

    private WebSocketProtocol(Builder builder) {
        settings = new Settings(
                builder.paths,
                builder.texts,
                builder.subprotocols,
                new OriginRule(builder.origins, builder.originRequired),
                builder.filter,
                builder.keptHeaders,
                builder.deflate ? new Deflate(builder.deflateMaxRatio) : null);
    }

    /**
     * Begins to describe a protocol.
     *
     * @return a new builder with the defaults
     */
    public static Builder builder() {
        return new Builder();
    }

    @Override
    public String name() {
        return "websocket";
    }

    /** Decides by the first line alone: it is a request line of HTTP, or it is not. */
    @Override
    public Detection detect(ByteBuffer first) {
        return FirstLine.detect(first);
    }

    /** How it writes to those peers with which no compression was agreed upon. */
    @Override
    public Encoder encoder() {
        return FrameEncoder.PLAIN;
    }

    @Override
    public Decoder newDecoder(Limits limits) {
        return new WebSocketDecoder(settings, limits.maxMessageBytes());
    }

    /** Describes a {@link WebSocketProtocol}. Not thread-safe; each method returns this builder. */
    public static final class Builder {
        private final Set<String> paths = new HashSet<>();
        private final Map<String, String> texts = new HashMap<>();
        private final List<String> subprotocols = new ArrayList<>();
        private final Set<String> origins = new HashSet<>();
        private boolean originRequired;
        private boolean deflate;
        private int deflateMaxRatio = InflationBound.DEFAULT_RATIO;
        private final Set<String> keptHeaders = new HashSet<>();
        private @Nullable HandshakeFilter filter;

        private Builder() {}

        /**
         * The paths where a WebSocket is served; others are answered 404. The default is every path.
         *
         * @param served each as it is sent, percent-encoded, from its first slash on
         * @return this
         * @throws IllegalArgumentException if one does not begin with a slash
         */
        public Builder paths(String... served) {
            for (String path : served) {
                paths.add(requirePath(path));
            }
            return this;
        }

        /**
         * What a plain GET of a path is answered, with status 200, such as {@code ok} for {@code /health}; a HEAD is answered the same
         * without the text. A GET is plain if it does not want a WebSocket, whatever else it would upgrade to.
         *
         * @param path the path; a WebSocket may be served there as well
         * @param answer the text
         * @return this
         * @throws IllegalArgumentException if the path does not begin with a slash
         */
        public Builder text(String path, String answer) {
            texts.put(requirePath(path), Objects.requireNonNull(answer, "answer"));
            return this;
        }

        /**
         * The subprotocols that the host speaks. A client gets the first of them that it asks for, or none; {@link
         * Handshake#subprotocol()} says which.
         *
         * @param names the best first
         * @return this
         * @throws IllegalArgumentException if one is not a token of HTTP
         */
        public Builder subprotocols(String... names) {
            for (String name : names) {
                if (!Ascii.isToken(name)) {
                    throw new IllegalArgumentException("a subprotocol must be a token of HTTP, was \"" + name + "\"");
                }
                subprotocols.add(name);
            }
            return this;
        }

        /**
         * The pages that may connect, beside those of the host that the request names. A server that can be reached by a
         * name which is not its own, as one on the local host can by DNS rebinding, should also have its {@link #filter}
         * look at the header field Host.
         *
         * @param allowed origins such as {@code https://example.org}, or {@code *} for all
         * @return this
         */
        public Builder origins(String... allowed) {
            for (String origin : allowed) {
                origins.add(origin.toLowerCase(Locale.ROOT));
            }
            return this;
        }

        /**
         * Whether a client that does not say whose page it is, as browsers do, is refused.
         *
         * @param required false by default
         * @return this
         */
        public Builder originRequired(boolean required) {
            originRequired = required;
            return this;
        }

        /**
         * The host's own rule of who may connect by WebSocket. On a port that speaks {@code line} or {@code frame} as well, anyone comes in
         * by those unasked: see {@link io.hongyan.im.ImServer.Builder#protocols}.
         *
         * @param rule by default there is none: all may that are otherwise in order
         * @return this
         */
        public Builder filter(HandshakeFilter rule) {
            filter = Objects.requireNonNull(rule, "rule");
            return this;
        }

        /**
         * The header fields that the session keeps, in its {@link WebSocket#HANDSHAKE}. A filter sees all of them in any case. What is
         * kept lives as long as the session, and a peer decides how long it is, up to the 16 KiB of a head.
         *
         * @param names such as {@code user-agent}, in any case; by default none
         * @return this
         * @throws IllegalArgumentException if one is not a token of HTTP
         */
        public Builder keepHeaders(String... names) {
            for (String name : names) {
                if (!Ascii.isToken(name)) {
                    throw new IllegalArgumentException(
                            "a header field's name must be a token of HTTP, was \"" + name + "\"");
                }
                keptHeaders.add(name.toLowerCase(Locale.ROOT));
            }
            return this;
        }

        /**
         * Whether permessage-deflate, RFC 7692, is agreed upon with clients that offer it; without context takeover, so
         * that a message to a group is compressed once. What a client sends may not inflate beyond {@link
         * Limits#maxMessageBytes()} and {@link #deflateMaxRatio}, and is delivered whole or not at all: one that breaks off
         * inside is refused with status 1002. One that cannot be inflated is refused with status 4001, and the client should come back
         * with {@code deflate=off} in the query of its URL: with such a client compression is not agreed upon. One that is made of more
         * than 64 streams, each with a block that is marked as its
         * last, is refused with status 1008: it would cost far more than its length.
         *
         * <p>Compression costs processor time, and where a peer's text stands in one message with a secret the length of
         * the whole tells of the secret.
         *
         * @param offered false by default
         * @return this
         */
        public Builder deflate(boolean offered) {
            deflate = offered;
            return this;
        }

        /**
         * How many bytes a client's compressed message may inflate to for each byte that it came in. Only messages that
         * become longer than 65,536 bytes are held to it, so that it matters where {@link Limits#maxMessageBytes()} is more.
         * One that goes over is refused with status 1009 as soon as it does, without the rest of it being inflated.
         *
         * <p>Prose reaches 2 to 4, JSON of many similar records 10 to 100, one record again and again some 300, one byte again
         * and again 1,032.
         *
         * @param times 1 to 1,032, which is all that the format can do, so that there is no such bound; 200 by default
         * @return this
         * @throws IllegalArgumentException if it is out of range
         */
        public Builder deflateMaxRatio(int times) {
            if (times < 1 || times > InflationBound.MOST_RATIO) {
                throw new IllegalArgumentException(
                        "deflateMaxRatio must be 1 to " + InflationBound.MOST_RATIO + ", was " + times);
            }
            deflateMaxRatio = times;
            return this;
        }

        /**
         * The protocol as described.
         *
         * @return a new protocol
         */
        public WebSocketProtocol build() {
            return new WebSocketProtocol(this);
        }

        private static String requirePath(String path) {
            if (!path.startsWith("/")) {
                throw new IllegalArgumentException("a path must begin with a slash, was \"" + path + "\"");
            }
            return path;
        }
    }
}
