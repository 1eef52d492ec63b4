package io.hongyan.im.bench.trial;

/** None at all: what the others are to be compared with. */
final class QuietAttack implements Attack {
    @Override
    public String name() {
        return "none";
    }

    @Override
    public String description() {
        return "nobody, for comparison";
    }

    @Override
    public String run(Stage stage) {
        while (!stage.isOver()) {
            Stage.rest(10);
        }
        return "";
    }
}
