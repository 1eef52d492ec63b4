package io.hongyan.im.examples;

/** A person asked for what the chat does not do. */
final class Refusal extends Exception {
    private static final long serialVersionUID = 1L;

    private final String sentence;

    Refusal(String sentence) {
        super(sentence, null, false, false);
        this.sentence = sentence;
    }

    /** For that person: the rule, and the way out. */
    String sentence() {
        return sentence;
    }
}
