package io.hongyan.im.test.virtual;

import java.util.ArrayList;
import java.util.List;

/** What differs between two texts, in the unified form of diff. */
final class Diff {
    private static final int CONTEXT = 3;

    /** Beyond that many cells the middle is told as replaced whole. */
    private static final long MOST_CELLS = 4_000_000;

    private Diff() {}

    /** One line of the whole: ' ' in both, '-' in the first, '+' in the second. */
    private record Edit(char kind, String line) {}

    static String unified(String oldName, List<String> before, String newName, List<String> after) {
        List<Edit> edits = edits(before, after);
        StringBuilder text = new StringBuilder("--- " + oldName + "\n+++ " + newName + "\n");
        int oldLine = 1;
        int newLine = 1;
        int at = 0;
        while (at < edits.size()) {
            int end = endOfHunk(edits, at);
            if (end == at) {
                oldLine++;
                newLine++;
                at++;
                continue;
            }
            List<Edit> hunk = edits.subList(at, end);
            int oldCount = count(hunk, '+');
            int newCount = count(hunk, '-');
            text.append("@@ -" + oldLine + "," + oldCount + " +" + newLine + "," + newCount + " @@\n");
            hunk.forEach(edit -> text.append(edit.kind()).append(edit.line()).append('\n'));
            oldLine += oldCount;
            newLine += newCount;
            at = end;
        }
        return text.toString();
    }

    /** Of the hunk that begins here, with its context; the same place if none does. */
    private static int endOfHunk(List<Edit> edits, int from) {
        int end = from;
        int equal = 0;
        for (int i = from; i < edits.size(); i++) {
            if (edits.get(i).kind() != ' ') {
                end = Math.min(edits.size(), i + 1);
                equal = 0;
            } else if (++equal > (end == from ? CONTEXT : 2 * CONTEXT)) {
                break;
            }
        }
        return end == from ? from : Math.min(edits.size(), end + CONTEXT);
    }

    private static int count(List<Edit> hunk, char without) {
        return (int) hunk.stream().filter(edit -> edit.kind() != without).count();
    }

    private static List<Edit> edits(List<String> before, List<String> after) {
        int start = 0;
        int shorter = Math.min(before.size(), after.size());
        while (start < shorter && before.get(start).equals(after.get(start))) {
            start++;
        }
        int end = 0;
        while (end < shorter - start && before.get(before.size() - 1 - end).equals(after.get(after.size() - 1 - end))) {
            end++;
        }
        List<Edit> edits = new ArrayList<>();
        before.subList(0, start).forEach(line -> edits.add(new Edit(' ', line)));
        edits.addAll(middle(before.subList(start, before.size() - end), after.subList(start, after.size() - end)));
        before.subList(before.size() - end, before.size()).forEach(line -> edits.add(new Edit(' ', line)));
        return edits;
    }

    /** By the longest common subsequence. */
    private static List<Edit> middle(List<String> before, List<String> after) {
        int rows = before.size();
        int columns = after.size();
        List<Edit> edits = new ArrayList<>();
        if ((long) rows * columns > MOST_CELLS) {
            before.forEach(line -> edits.add(new Edit('-', line)));
            after.forEach(line -> edits.add(new Edit('+', line)));
            return edits;
        }
        int[][] common = new int[rows + 1][columns + 1];
        for (int i = rows - 1; i >= 0; i--) {
            for (int j = columns - 1; j >= 0; j--) {
                common[i][j] = before.get(i).equals(after.get(j))
                        ? common[i + 1][j + 1] + 1
                        : Math.max(common[i + 1][j], common[i][j + 1]);
            }
        }
        int i = 0;
        int j = 0;
        while (i < rows || j < columns) {
            if (i < rows && j < columns && before.get(i).equals(after.get(j))) {
                edits.add(new Edit(' ', before.get(i++)));
                j++;
            } else if (i < rows && (j == columns || common[i + 1][j] >= common[i][j + 1])) {
                edits.add(new Edit('-', before.get(i++)));
            } else {
                edits.add(new Edit('+', after.get(j++)));
            }
        }
        return edits;
    }
}
