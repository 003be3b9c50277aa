package io.waybill.ledger;

import java.util.List;
import java.util.Set;
import java.util.stream.Collectors;

/** What SQL can express of a {@link Selector}, as conditions on {@code entry e}. */
final class Narrowing {
    private Narrowing() {}

    /** Adds the conditions, each with {@code AND} in front, and their parameters. */
    static void add(Selector selector, StringBuilder sql, List<Object> parameters) {
        if (selector.run() != null) {
            sql.append(" AND e.run = ?");
            parameters.add(selector.run());
        }
        if (!selector.moves().isEmpty()) {
            sql.append(" AND e.move IN (SELECT id FROM move WHERE name IN (")
                    .append(marks(selector.moves()))
                    .append("))");
            parameters.addAll(selector.moves());
        }
        if (!selector.groups().isEmpty()) {
            sql.append(" AND e.grp IN (SELECT id FROM grp WHERE name IN (")
                    .append(marks(selector.groups()))
                    .append("))");
            parameters.addAll(selector.groups());
        }
        if (!selector.batches().isEmpty()) {
            sql.append(" AND e.batch IN (").append(marks(selector.batches())).append(")");
            parameters.addAll(selector.batches());
        }
        if (!selector.states().isEmpty()) {
            sql.append(" AND e.state IN (").append(codes(selector.states())).append(")");
            if (selector.states().stream().allMatch(State::needsYou)) {
                sql.append(" AND e.state IN (6,7,8,11)");
            }
        }
        if (selector.since() != null) {
            sql.append(" AND e.modified >= ?");
            parameters.add(selector.since());
        }
        if (selector.before() != null) {
            sql.append(" AND e.modified < ?");
            parameters.add(selector.before());
        }
    }

    /** In order, for an index over some states serves only a query that names them as the index does. */
    private static String codes(Set<State> states) {
        return states.stream()
                .map(State::code)
                .sorted()
                .map(code -> Integer.toString(code))
                .collect(Collectors.joining(","));
    }

    private static String marks(List<?> values) {
        return values.stream().map(value -> "?").collect(Collectors.joining(","));
    }
}
