package io.hongyan.im.examples;

import java.text.Normalizer;
import java.util.Locale;
import java.util.regex.Pattern;

/**
 * A person's or a room's name. Letters of all scripts are welcome, with the marks that many write on them.
 *
 * @param shown as it was given, in Unicode's composed form
 * @param key equal for names that are to be taken for the same: Alice, alice, ＡＬＩＣＥ
 */
record Name(String shown, String key) {
    /** Letters to Unicode and blank to the eye: with them one name would look like another. */
    private static final String FILLERS = "\\u115F\\u1160\\u3164\\uFFA0";

    /** Marks that are not seen either: the grapheme joiner, two Khmer vowels, the variation selectors. */
    private static final String UNSEEN_MARKS =
            "\\u034F\\u17B4\\u17B5\\u180B-\\u180D\\u180F\\uFE00-\\uFE0F\\x{E0100}-\\x{E01EF}";

    private static final Pattern RULE = Pattern.compile(
            "(?:[\\p{L}&&[^" + FILLERS + "]][\\p{M}&&[^" + UNSEEN_MARKS + "]]{0,3}|[\\p{N}_\\-]){1,20}");

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
        String composed = Normalizer.normalize(text, Normalizer.Form.NFC);
        if (!RULE.matcher(composed).matches()) {
            throw new Refusal("a name has 1 to 20 letters, digits, _ or -, and no spaces: " + usage);
        }
        return of(composed);
    }

    /** A name that is known to be good. */
    static Name of(String text) {
        String folded = Normalizer.normalize(text, Normalizer.Form.NFKC);
        return new Name(text, folded.toUpperCase(Locale.ROOT).toLowerCase(Locale.ROOT));
    }
}
