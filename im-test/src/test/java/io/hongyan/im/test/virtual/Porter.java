package io.hongyan.im.test.virtual;

import java.net.InetSocketAddress;
import java.util.ArrayList;
import java.util.List;
import java.util.SplittableRandom;
import java.util.concurrent.CompletableFuture;

/** Says of each client whether it may come in: at once, later or never, and now and then fails to. */
final class Porter extends Sleeper {
    /** What was answered. */
    enum Answer {
        NONE,
        WELCOME,
        NOT_YOU,
        NULL,
        FAILURE
    }

    private record Question(Page page, CompletableFuture<Boolean> answer) {}

    private final List<Question> asked = new ArrayList<>();

    Porter(Book book, SplittableRandom random) {
        super(book, random);
    }

    CompletableFuture<Boolean> ask(InetSocketAddress client) {
        Question question = new Question(book.page(client), new CompletableFuture<>());
        question.page().asked = true;
        if (random.nextInt(4) == 0) {
            answer(question);
        } else {
            asked.add(question);
        }
        return question.answer();
    }

    private void answer(Question question) {
        Page page = question.page();
        int what = random.nextInt(16);
        page.answer =
                what < 12 ? Answer.WELCOME : Answer.values()[what - 12 + (what == 12 ? Answer.NONE.ordinal() : 1)];
        switch (page.answer) {
            case NONE -> {}
            case WELCOME -> question.answer().complete(true);
            case NOT_YOU -> question.answer().complete(false);
            case NULL -> question.answer().complete(null);
            case FAILURE -> question.answer().completeExceptionally(new IllegalStateException("told to"));
        }
    }

    @Override
    boolean isBusy() {
        return !asked.isEmpty();
    }

    @Override
    void doNext() {
        if (random.nextInt(4) == 0) {
            sleep();
        } else {
            answer(asked.remove(random.nextInt(asked.size())));
        }
    }
}
