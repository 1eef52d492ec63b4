package io.hongyan.im.bench.trial;

import io.hongyan.im.CloseReason.Code;
import java.util.EnumMap;
import java.util.Locale;
import java.util.Map;
import java.util.StringJoiner;

/** What a {@link TrialServer} says of itself at one moment, as one line: {@code SESSIONS=1 ... NORMAL=3 ...}. */
final class Vitals {
    private final EnumMap<Vital, Long> numbers;

    /** Connections that have ended, by code. */
    private final EnumMap<Code, Long> closes;

    Vitals(Map<Vital, Long> numbers, Map<Code, Long> closes) {
        this.numbers = new EnumMap<>(Vital.class);
        this.numbers.putAll(numbers);
        this.closes = new EnumMap<>(Code.class);
        this.closes.putAll(closes);
    }

    long get(Vital vital) {
        return numbers.getOrDefault(vital, 0L);
    }

    long closed(Code code) {
        return closes.getOrDefault(code, 0L);
    }

    /** What it did to its peers since then, in words. */
    String since(Vitals before) {
        StringJoiner told = new StringJoiner(", ");
        for (Code code : Code.values()) {
            count(told, "closed %,d " + code, closed(code) - before.closed(code));
        }
        count(told, "refused %,d", get(Vital.REFUSED) - before.get(Vital.REFUSED));
        count(told, "held %,d", get(Vital.SESSIONS) - before.get(Vital.SESSIONS));
        return told.length() == 0 ? "served" : told.toString();
    }

    private static void count(StringJoiner told, String format, long number) {
        if (number > 0) {
            told.add(String.format(Locale.ROOT, format, number));
        }
    }

    String line() {
        StringJoiner line = new StringJoiner(" ");
        numbers.forEach((vital, number) -> line.add(vital + "=" + number));
        closes.forEach((code, number) -> line.add(code + "=" + number));
        return line.toString();
    }

    static Vitals parse(String line) {
        Map<Vital, Long> numbers = new EnumMap<>(Vital.class);
        Map<Code, Long> closes = new EnumMap<>(Code.class);
        for (String field : line.split(" ", -1)) {
            String name = field.substring(0, field.indexOf('='));
            long number = Long.parseLong(field.substring(name.length() + 1));
            if (isVital(name)) {
                numbers.put(Vital.valueOf(name), number);
            } else {
                closes.put(Code.valueOf(name), number);
            }
        }
        return new Vitals(numbers, closes);
    }

    private static boolean isVital(String name) {
        for (Vital vital : Vital.values()) {
            if (vital.name().equals(name)) {
                return true;
            }
        }
        return false;
    }
}
