package io.waybill.plan;

import java.util.List;

/** Tries the examples that stand in a plan. Touches no store. */
public final class Examples {
    private Examples() {}

    /**
     * What came of them.
     *
     * @param held how many did as they say
     * @param problems what differs, in the order of the file
     */
    public record Result(int held, List<Problem> problems) {
        public Result {
            problems = List.copyOf(problems);
        }
    }

    /** Tries all examples of a plan. */
    public static Result of(Plan plan) {
        Problems problems = plan.places().problems();
        int held = 0;
        for (Move move : plan.moves()) {
            Node.Mapping written = plan.places().find(move.name());
            if (written == null || !(written.find("examples") instanceof Node.Sequence list)) {
                continue;
            }
            int number = 0;
            for (Node item : list.items()) {
                number++;
                String name = "example " + number + " of " + move.name();
                if (item instanceof Node.Mapping map && new Example(plan, move, name, map, problems).holds()) {
                    held++;
                }
            }
        }
        return new Result(held, problems.sorted());
    }
}
