package io.waybill.plan;

import io.waybill.mapping.Nearest;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;

/** Checks that {@code after} names moves, and that no move waits for itself. */
final class After {
    private final Map<String, Node.Mapping> moves;
    private final Problems problems;
    private final Set<String> done = new HashSet<>();

    After(Map<String, Node.Mapping> moves, Problems problems) {
        this.moves = moves;
        this.problems = problems;
    }

    void check() {
        for (Map.Entry<String, Node.Mapping> move : moves.entrySet()) {
            for (Node.Scalar name : names(move.getValue())) {
                if (!moves.containsKey(name.text())) {
                    String note = "moves: " + String.join(", ", moves.keySet());
                    problems.add(
                            name, "no move \"" + name.text() + "\"", Nearest.hint(name.text(), moves.keySet()), note);
                }
            }
        }
        for (String move : moves.keySet()) {
            follow(move, new ArrayList<>());
        }
    }

    private void follow(String move, List<String> path) {
        Node.Mapping map = moves.get(move);
        if (map == null || !done.add(move)) {
            return;
        }
        path.add(move);
        for (Node.Scalar name : names(map)) {
            int begin = path.indexOf(name.text());
            if (begin >= 0) {
                String circle = String.join(" after ", path.subList(begin, path.size())) + " after " + name.text();
                problems.add(name, "moves wait for each other: " + circle);
            } else {
                follow(name.text(), path);
            }
        }
        path.remove(path.size() - 1);
    }

    private static List<Node.Scalar> names(Node.Mapping move) {
        Node after = move.find("after");
        List<Node.Scalar> names = new ArrayList<>();
        if (after instanceof Node.Scalar scalar && !scalar.isNull()) {
            names.add(scalar);
        } else if (after instanceof Node.Sequence list) {
            for (Node item : list.items()) {
                if (item instanceof Node.Scalar scalar) {
                    names.add(scalar);
                }
            }
        }
        return names;
    }
}
