package io.hongyan.im.websocket;

import io.hongyan.im.CloseReason.Code;
import io.hongyan.im.spi.ProtocolException;
import io.hongyan.im.spi.Wire;
import java.net.InetSocketAddress;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.Base64;
import java.util.List;
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
    private static final String VERSION = "Sec-WebSocket-Version: 13";

    static Upgrade of(Request request, Settings settings, InetSocketAddress remoteAddress) throws ProtocolException {
        HttpHead head = request.head();
        if (!settings.servesPath(request.path())) {
            throw HttpAnswer.refusal(404, "there is nothing here");
        }
        if (!head.version().equals("HTTP/1.1")) {
            throw HttpAnswer.refusal(505, "a WebSocket needs HTTP/1.1");
        }
        if (!head.hasMember("upgrade", "websocket")) {
            throw HttpAnswer.refusal(
                    426, "this is a WebSocket server: the request must have \"Upgrade: websocket\"", VERSION);
        }
        if (!head.hasMember("connection", "upgrade")) {
            throw HttpAnswer.refusal(400, "the request must have \"Connection: Upgrade\"");
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
                head.fields(),
                subprotocols,
                settings.chosen(subprotocols),
                remoteAddress);
        Optional<String> deflate = settings.deflate() == null
                ? Optional.empty()
                : DeflateOffer.answer(head.members("sec-websocket-extensions"));
        return new Upgrade(handshake, key, deflate);
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
        if (origins.isEmpty() ? rule.required() : !rule.allows(origins.get(0), request.host())) {
            throw HttpAnswer.refusal(Code.POLICY, 403, "pages of this origin may not connect here");
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
