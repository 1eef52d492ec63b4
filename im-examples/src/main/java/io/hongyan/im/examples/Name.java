package io.hongyan.im.examples;

import java.text.Normalizer;
import java.util.Locale;
import java.util.regex.Pattern;

/**
 * A person's or a room's name. Letters of all scripts are welcome.
 *
 * @param shown as it was given
 * @param key equal for names that are to be taken for the same: Alice, alice, ＡＬＩＣＥ
 */
record Name(String shown, String key) {
    /** The fillers are letters to Unicode and blank to the eye. */
    private static final Pattern RULE = Pattern.compile("[\\p{L}\\p{N}_\\-&&[^\\u115F\\u1160\\u3164\\uFFA0]]{1,20}");

    /**
     * Checks a name.
     *
     * @param usage the command that takes it, for the answer to a bad one
     * @param text what was given
     * @return the name
     * @throws Refusal if it breaks the rule
     */
    static Name of(String usage, String text) throws Refusal {
        if (text.isEmpty()) {
            throw new Refusal("a name is missing: " + usage);
        }
        if (!RULE.matcher(text).matches()) {
            throw new Refusal("a name has 1 to 20 letters, digits, _ or -, and no spaces: " + usage);
        }
        return of(text);
    }

    /** A name that is known to be good. */
    static Name of(String text) {
        String folded = Normalizer.normalize(text, Normalizer.Form.NFKC);
        return new Name(text, folded.toUpperCase(Locale.ROOT).toLowerCase(Locale.ROOT));
    }
}
