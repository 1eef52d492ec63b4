package io.hongyan.im.bench.trial;

/** Where a {@link TrialServer} listens. */
record Ports(int line, int frame, int webSocket) {
    static Ports parse(String text) {
        String[] numbers = text.split(" ", -1);
        return new Ports(Integer.parseInt(numbers[0]), Integer.parseInt(numbers[1]), Integer.parseInt(numbers[2]));
    }

    int of(Speech speech) {
        return switch (speech) {
            case LINE -> line;
            case FRAME -> frame;
            case WEBSOCKET -> webSocket;
        };
    }
}
