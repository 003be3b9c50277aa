package io.waybill.plan;

import io.waybill.mapping.MappingException;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** Collects what is wrong with a plan while it is read. */
final class Problems {
    private final String file;
    private final List<String> overrides;
    private final List<Problem> problems = new ArrayList<>();
    private final List<Problem> warnings = new ArrayList<>();

    /** {@code overrides}: the paths that {@code --set} gave; nodes made from them have the line -1, -2 and so on. */
    Problems(String file, List<String> overrides) {
        this.file = file;
        this.overrides = List.copyOf(overrides);
    }

    void add(Node at, String message) {
        add(at, message, null, null);
    }

    void add(Node at, String message, @Nullable String hint) {
        add(at, message, hint, null);
    }

    void add(Node at, String message, @Nullable String hint, @Nullable String note) {
        problems.add(problem(at, at.column(), message, hint, note));
    }

    /** Everything that is wrong with a text of the plan, each at its place. */
    void addAll(Node.Scalar at, String key, MappingException e) {
        for (MappingException.Fault fault : e.faults()) {
            String message = "in \"" + key + "\": " + fault.message();
            problems.add(problem(at, at.column(fault.position()), message, fault.hint(), null));
        }
    }

    /** A problem at a character of a value. */
    void addAt(Node.Scalar at, int offset, String message, @Nullable String hint) {
        problems.add(problem(at, at.column(offset), message, hint, null));
    }

    void warn(Node at, String message, @Nullable String hint) {
        warnings.add(problem(at, at.column(), message, hint, null));
    }

    private Problem problem(Node at, int column, String message, @Nullable String hint, @Nullable String note) {
        return at.line() < 0
                ? new Problem("--set " + overrides.get(-at.line() - 1), 0, 0, message, hint, note)
                : new Problem(file, at.line(), column, message, hint, note);
    }

    List<Problem> warnings() {
        return warnings;
    }

    /** Throws all problems in the order of the file, if there are any. */
    void throwIfAny() throws PlanException {
        if (!problems.isEmpty()) {
            throw new PlanException(sorted());
        }
    }

    /** All problems in the order of the file, each once. */
    List<Problem> sorted() {
        return problems.stream()
                .distinct()
                .sorted(Comparator.comparingInt(Problem::line).thenComparingInt(Problem::column))
                .toList();
    }
}
