package io.hongyan.im.test.virtual;

import io.hongyan.im.Message;
import java.util.HexFormat;
import java.util.List;

/** What was received, in a form that a text file can hold, one line for each. */
final class Escaped {
    private Escaped() {}

    static String message(Message message) {
        return message.isText()
                ? "text " + text(message.text())
                : "binary " + HexFormat.of().formatHex(message.bytes());
    }

    /** Control characters, line ends and backslashes are written as Java does; all else is as it is. */
    static String text(String text) {
        StringBuilder escaped = new StringBuilder();
        for (int i = 0; i < text.length(); i++) {
            char c = text.charAt(i);
            switch (c) {
                case '\\' -> escaped.append("\\\\");
                case '\n' -> escaped.append("\\n");
                case '\r' -> escaped.append("\\r");
                case '\t' -> escaped.append("\\t");
                default -> {
                    if (Character.isISOControl(c) || c == 0x2028 || c == 0x2029) {
                        escaped.append("\\u").append(HexFormat.of().toHexDigits(c));
                    } else {
                        escaped.append(c);
                    }
                }
            }
        }
        return escaped.toString();
    }

    /** Some bytes in hex, and the letters among them. */
    static String row(List<Byte> bytes) {
        StringBuilder hex = new StringBuilder();
        StringBuilder letters = new StringBuilder();
        for (byte b : bytes) {
            hex.append(HexFormat.of().toHexDigits(b));
            letters.append(b >= ' ' && b <= '~' ? (char) b : '.');
        }
        return "  bytes " + hex + " " + letters;
    }
}
