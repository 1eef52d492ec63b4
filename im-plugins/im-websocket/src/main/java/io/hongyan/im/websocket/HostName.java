package io.hongyan.im.websocket;

/** Host and port as they stand in Host and in Origin: {@code name}, {@code 192.0.2.1:80}, {@code [2001:db8::1]:443}. */
final class HostName {
    private HostName() {}

    static boolean isHostAndPort(String text) {
        String name = name(text);
        if (name.isEmpty()) {
            return false;
        }
        boolean bracketed = name.charAt(0) == '[';
        String inner = bracketed ? name.substring(1, Math.max(1, name.length() - 1)) : name;
        if (bracketed && (inner.isEmpty() || !name.endsWith("]"))) {
            return false;
        }
        for (int i = 0; i < inner.length(); i++) {
            if (!isOfName(inner.charAt(i), bracketed)) {
                return false;
            }
        }
        return isPort(text.substring(name.length()));
    }

    /** Without the port. */
    static String name(String hostAndPort) {
        int bracket = hostAndPort.lastIndexOf(']');
        int colon = hostAndPort.indexOf(':', bracket + 1);
        return colon < 0 ? hostAndPort : hostAndPort.substring(0, colon);
    }

    private static boolean isOfName(char c, boolean bracketed) {
        return Ascii.isAlphanumeric(c) || c == '.' || c == '-' || (bracketed ? c == ':' || c == '%' : c == '_');
    }

    private static boolean isPort(String text) {
        if (text.length() > 6) {
            return false;
        }
        for (int i = 1; i < text.length(); i++) {
            if (!Ascii.isDigit(text.charAt(i))) {
                return false;
            }
        }
        return text.isEmpty() || text.charAt(0) == ':';
    }
}
