package io.hongyan.im.engine;

import java.security.SecureRandom;

/** 128 random bits as 26 characters of RFC 4648 base32 in lower case; never the same twice for all that matters. */
final class RandomIds implements IdSource {
    private static final String ALPHABET = "abcdefghijklmnopqrstuvwxyz234567";
    private static final int BITS_PER_CHARACTER = 5;
    private static final int BYTES = 16;

    private final SecureRandom random = new SecureRandom();

    @Override
    public String nextId() {
        byte[] bytes = new byte[BYTES];
        random.nextBytes(bytes);
        StringBuilder id = new StringBuilder(26);
        int bits = 0;
        int buffer = 0;
        for (byte b : bytes) {
            buffer = (buffer << Byte.SIZE) | (b & 0xFF);
            bits += Byte.SIZE;
            while (bits >= BITS_PER_CHARACTER) {
                bits -= BITS_PER_CHARACTER;
                id.append(ALPHABET.charAt((buffer >>> bits) & 31));
            }
        }
        return id.append(ALPHABET.charAt((buffer << (BITS_PER_CHARACTER - bits)) & 31))
                .toString();
    }
}
