package io.hongyan.im.websocket;

import io.hongyan.im.CloseReason;
import io.hongyan.im.CloseReason.Code;
import io.hongyan.im.spi.ProtocolException;
import io.hongyan.im.spi.Wire;
import java.net.InetSocketAddress;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.Base64;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * A request that may become a WebSocket: RFC 6455, section 4.2.1.
 *
 * @param handshake what the filter is asked about
 * @param key the value of Sec-WebSocket-Key
 * @param deflate the answer to an offer of permessage-deflate
 */
record Upgrade(Handshake handshake, String key, Optional<String> deflate) {
    private static final String GUID = "258EAFA5-E914-47DA-95CA-C5AB0DC85B11";
    private static final int KEY_BYTES = 16;
    private static final String HTTP = "HTTP/1.1";

    /** As a parameter of the query, since a page has no other way to tell its browser. */
    private static final String NO_DEFLATE = "deflate=off";

    private static final String VERSION = "Sec-WebSocket-Version: 13";

    static Upgrade of(Request request, Settings settings, InetSocketAddress remoteAddress) throws ProtocolException {
        HttpHead head = request.head();
        boolean served = settings.servesPath(request.path());
        if (!served || !head.version().equals(HTTP) || !request.wantsWebSocket()) {
            ProtocolException answered = withoutOpening(request, settings);
            throw request.wantsHeadOnly() ? HttpAnswer.withoutBody(answered) : answered;
        }
        if (!head.hasMember("connection", "upgrade")) {
            throw HttpAnswer.refusal(
                    400, "the request must have \"Connection: Upgrade\", and a proxy in front must pass it on");
        }
        if (!head.values("sec-websocket-version").equals(List.of("13"))) {
            throw HttpAnswer.refusal(426, "only version 13 of WebSocket is spoken here", VERSION);
        }
        String key = key(head);
        requireOrigin(request, settings.origins());
        List<String> subprotocols = head.members("sec-websocket-protocol");
        Handshake handshake = new Handshake(
                request.path(),
                request.query(),
                fields(request),
                subprotocols,
                settings.chosen(subprotocols),
                remoteAddress);
        Optional<String> deflate = settings.deflate() == null || request.hasParameter(NO_DEFLATE)
                ? Optional.empty()
                : DeflateOffer.answer(head.members("sec-websocket-extensions"));
        return new Upgrade(handshake, key, deflate);
    }

    /** What is answered where no WebSocket can open. A GET of a text has got it before. */
    private static ProtocolException withoutOpening(Request request, Settings settings) {
        String text = settings.texts().get(request.path());
        if (text != null && request.wantsHeadOnly()) {
            return new ProtocolException(
                    CloseReason.of(Code.PEER_CLOSED, "it asked for the head of a text and got it"),
                    HttpAnswer.of(200, text));
        }
        if (!settings.servesPath(request.path())) {
            return HttpAnswer.refusal(404, "there is nothing here; the server says by paths and text what is where");
        }
        if (!request.head().version().equals(HTTP)) {
            return HttpAnswer.refusal(
                    505,
                    "a WebSocket needs HTTP/1.1; so a proxy in front must speak it (nginx: proxy_http_version 1.1)");
        }
        return HttpAnswer.refusal(
                426,
                "this is a WebSocket server: the request must have \"Upgrade: websocket\", and a proxy in front must pass"
                        + " it on",
                VERSION);
    }

    /** What the filter sees: Host is the one that the request is for. */
    private static Map<String, List<String>> fields(Request request) {
        Map<String, List<String>> fields = new HashMap<>(request.head().fields());
        fields.put("host", List.of(request.host()));
        return fields;
    }

    private static String key(HttpHead head) throws ProtocolException {
        List<String> keys = head.values("sec-websocket-key");
        if (keys.size() != 1) {
            throw HttpAnswer.refusal(400, "the request must have one Sec-WebSocket-Key, has " + keys.size());
        }
        String key = keys.get(0);
        try {
            if (key.length() == 24 && Base64.getDecoder().decode(key).length == KEY_BYTES) {
                return key;
            }
        } catch (IllegalArgumentException e) {
            // Not base64: refused below.
        }
        throw HttpAnswer.refusal(400, "Sec-WebSocket-Key is not " + KEY_BYTES + " bytes in base64");
    }

    private static void requireOrigin(Request request, OriginRule rule) throws ProtocolException {
        List<String> origins = request.head().values("origin");
        if (origins.size() > 1) {
            throw HttpAnswer.refusal(400, "the request has more than one Origin");
        }
        if (origins.isEmpty() && rule.required()) {
            throw HttpAnswer.refusal(Code.POLICY, 403, "the request must have Origin (originRequired)");
        }
        if (!origins.isEmpty() && !rule.allows(origins.get(0), request.host())) {
            throw HttpAnswer.refusal(
                    Code.POLICY,
                    403,
                    "pages of this origin may not connect here: the server names it in origins, or a proxy in front passes"
                            + " Host on");
        }
    }

    /** RFC 6455, section 4.2.2. */
    Wire accepted() {
        StringBuilder answer = new StringBuilder("HTTP/1.1 101 Switching Protocols\r\nUpgrade: websocket\r\n")
                .append("Connection: Upgrade\r\nSec-WebSocket-Accept: ")
                .append(accept(key));
        handshake
                .subprotocol()
                .ifPresent(s -> answer.append("\r\nSec-WebSocket-Protocol: ").append(s));
        deflate.ifPresent(d -> answer.append("\r\nSec-WebSocket-Extensions: ").append(d));
        return Wire.of(answer.append("\r\n\r\n").toString().getBytes(StandardCharsets.US_ASCII));
    }

    private static String accept(String key) {
        try {
            MessageDigest sha1 = MessageDigest.getInstance("SHA-1");
            return Base64.getEncoder().encodeToString(sha1.digest((key + GUID).getBytes(StandardCharsets.US_ASCII)));
        } catch (NoSuchAlgorithmException e) {
            throw new IllegalStateException("every Java platform has SHA-1", e);
        }
    }
}
