package io.hongyan.im.websocket;

import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.StringTokenizer;

/**
 * One offer of permessage-deflate: RFC 7692, section 7.1. It is declined if a parameter is unknown, doubled or malformed,
 * or if the server's window is to be smaller than zlib's 32 KiB, which {@code java.util.zip} cannot do.
 */
final class DeflateOffer {
    private static final String NAME = "permessage-deflate";
    private static final String SERVER_BITS = "server_max_window_bits";

    private final Set<String> seen = new HashSet<>();
    private boolean acceptable;

    private DeflateOffer(String extension) {
        StringTokenizer parts = new StringTokenizer(extension, ";");
        acceptable = parts.hasMoreTokens() && parts.nextToken().strip().equalsIgnoreCase(NAME);
        while (acceptable && parts.hasMoreTokens()) {
            acceptable = accepts(parts.nextToken().strip());
        }
    }

    /** Answers the first offer that is acceptable, in the client's order. */
    static Optional<String> answer(List<String> extensions) {
        for (String extension : extensions) {
            DeflateOffer offer = new DeflateOffer(extension);
            if (offer.acceptable) {
                return Optional.of(offer.answer());
            }
        }
        return Optional.empty();
    }

    private boolean accepts(String parameter) {
        int sign = parameter.indexOf('=');
        String name = sign < 0 ? parameter : parameter.substring(0, sign).strip();
        String value =
                sign < 0 ? "" : Ascii.unquoted(parameter.substring(sign + 1).strip());
        if (!seen.add(name)) {
            return false;
        }
        return switch (name) {
            case "server_no_context_takeover", "client_no_context_takeover" -> sign < 0;
            case SERVER_BITS -> value.equals("15");
            case "client_max_window_bits" -> sign < 0 || isBits(value);
            default -> false;
        };
    }

    private static boolean isBits(String value) {
        return switch (value) {
            case "8", "9", "10", "11", "12", "13", "14", "15" -> true;
            default -> false;
        };
    }

    private String answer() {
        String answer = NAME + "; server_no_context_takeover; client_no_context_takeover";
        return seen.contains(SERVER_BITS) ? answer + "; " + SERVER_BITS + "=15" : answer;
    }
}
