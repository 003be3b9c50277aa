package io.waybill.plan;

import java.util.List;

/** A plan with problems: all of them. The message is the text that a user sees, one line for each and one for the sum. */
public final class PlanException extends Exception {
    private static final long serialVersionUID = 1L;

    private static final int MOST_LINES = 50;

    private final transient List<Problem> problems;

    public PlanException(List<Problem> problems) {
        super(text(problems));
        this.problems = List.copyOf(problems);
    }

    PlanException(Problem problem) {
        this(List.of(problem));
    }

    @Override
    public String getMessage() {
        return String.valueOf(super.getMessage());
    }

    /** In the order of the file; at least one. */
    public List<Problem> problems() {
        return problems;
    }

    /** The lines of these problems, their notes in one column. */
    static String lines(List<Problem> problems) {
        List<Problem> shown = problems.subList(0, Math.min(problems.size(), MOST_LINES));
        int widest = 0;
        for (Problem problem : shown) {
            if (problem.note() != null) {
                widest = Math.max(widest, problem.text().length());
            }
        }
        StringBuilder all = new StringBuilder();
        for (Problem problem : shown) {
            String text = problem.text();
            all.append(text);
            if (problem.note() != null) {
                all.append(" ".repeat(widest - text.length() + 3)).append(problem.note());
            }
            all.append('\n');
        }
        if (shown.size() < problems.size()) {
            all.append("... and ").append(problems.size() - shown.size()).append(" more\n");
        }
        return all.toString();
    }

    private static String text(List<Problem> problems) {
        String count = problems.size() == 1 ? "1 problem" : problems.size() + " problems";
        return lines(problems) + count + ", nothing was started (exit 2). More: waybill help plan-file";
    }
}
