package io.waybill.cli;

import java.util.ArrayList;
import java.util.List;

/** Brings arguments into the one form that is parsed. */
final class Arguments {
    /** What {@code --yes} without a name means. */
    static final String YES = "*";

    private Arguments() {}

    /** {@code --yes} and {@code -y} take a name only after an equals sign, so that they never swallow an argument. */
    static List<String> prepare(List<String> arguments) {
        List<String> prepared = new ArrayList<>(arguments.size());
        boolean ended = false;
        for (String argument : arguments) {
            ended |= argument.equals("--");
            boolean bare = argument.equals("--yes") || argument.equals("-y");
            prepared.add(bare && !ended ? "--yes=" + YES : argument);
        }
        return prepared;
    }
}
