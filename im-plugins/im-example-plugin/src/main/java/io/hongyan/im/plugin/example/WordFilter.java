package io.hongyan.im.plugin.example;

import io.hongyan.im.AttributeKey;
import io.hongyan.im.ClientSession;
import io.hongyan.im.Message;
import io.hongyan.im.MessageHandler;
import io.hongyan.im.spi.ForwardingHandler;
import io.hongyan.im.spi.HandlerPlugin;
import java.util.Collection;
import java.util.List;
import java.util.concurrent.atomic.LongAdder;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Collectors;

/**
 * Keeps unwanted words from the handler. The first {@value #WARNINGS} messages of a session that hold one are passed
 * on with asterisks in its place; later ones are not passed on, and their sender is told so.
 *
 * <p>It is found by {@link java.util.ServiceLoader} and then takes its words from the system property {@value
 * #WORDS_PROPERTY}, separated by commas. Without that property it does nothing at all: {@link #wrap} gives the
 * handler back as it was. Or give {@code new WordFilter(words)} to {@link io.hongyan.im.ImServer.Builder#plugin}.
 *
 * <p>Case does not matter. A word is found as a whole word only ("ass" not in "class"), unless it is written in a
 * script that puts no spaces between words, such as Chinese. Binary messages are passed on unseen. Safe for use by
 * several threads.
 */
public final class WordFilter implements HandlerPlugin {
    /** The system property that holds the words, separated by commas. */
    public static final String WORDS_PROPERTY = "hongyan.wordfilter.words";

    /** How many messages of a session are mended before the first one is refused. */
    public static final int WARNINGS = 3;

    /** A plugin keeps what it knows of a session on the session, under a name that begins with its own. */
    private static final AttributeKey<Integer> HITS = new AttributeKey<>("wordfilter.hits", Integer.class);

    private final List<String> words;
    private final LongAdder messagesWithHits = new LongAdder();

    /** As {@link java.util.ServiceLoader} makes it: with the words of {@value #WORDS_PROPERTY}. */
    public WordFilter() {
        this(List.of(System.getProperty(WORDS_PROPERTY, "").split(",", -1)));
    }

    /**
     * A filter for these words.
     *
     * @param words what is not wanted; white space around them is ignored, and so are blank ones
     */
    public WordFilter(Collection<String> words) {
        this.words = words.stream().map(String::strip).filter(w -> !w.isEmpty()).toList();
    }

    @Override
    public String name() {
        return "wordfilter";
    }

    /** Before plugins that take no care of the order, so that they see what the handler will see. */
    @Override
    public int order() {
        return -100;
    }

    @Override
    public MessageHandler wrap(MessageHandler next) {
        return words.isEmpty() ? next : new Filtering(next, anyOf(words));
    }

    /**
     * How many messages held an unwanted word, whatever became of them.
     *
     * @return 0 or more
     */
    public long messagesWithHits() {
        return messagesWithHits.sum();
    }

    private static Pattern anyOf(List<String> words) {
        return Pattern.compile(
                words.stream().map(WordFilter::regex).collect(Collectors.joining("|")),
                Pattern.CASE_INSENSITIVE | Pattern.UNICODE_CASE | Pattern.UNICODE_CHARACTER_CLASS);
    }

    private static String regex(String word) {
        String begin = Character.isIdeographic(word.codePointAt(0)) ? "" : "(?<!\\w)";
        String end = Character.isIdeographic(word.codePointBefore(word.length())) ? "" : "(?!\\w)";
        return begin + Pattern.quote(word) + end;
    }

    /** Stands before the next handler; what is not about messages passes. */
    private final class Filtering extends ForwardingHandler {
        private final Pattern unwanted;

        Filtering(MessageHandler next, Pattern unwanted) {
            super(next);
            this.unwanted = unwanted;
        }

        @Override
        public void onMessage(ClientSession session, Message message) throws Exception {
            if (!message.isText()) {
                super.onMessage(session, message);
                return;
            }
            Matcher found = unwanted.matcher(message.text());
            if (!found.find()) {
                // The same object: a received message is sent on without being encoded again.
                super.onMessage(session, message);
                return;
            }
            // Observe. The callbacks of one session never run at the same time: read, then write, is safe.
            int hits = session.attribute(HITS).orElse(0) + 1;
            session.attribute(HITS, hits);
            messagesWithHits.increment();
            if (hits <= WARNINGS) {
                // Change.
                String mended = found.replaceAll(hit ->
                        "*".repeat(hit.group().codePointCount(0, hit.group().length())));
                super.onMessage(session, Message.text(mended));
            } else {
                // Refuse, by not passing it on, and answer.
                session.send("your message was not passed on: it has a word that is not wanted here, like " + (hits - 1)
                        + " before it; say it in other words");
            }
        }
    }
}
