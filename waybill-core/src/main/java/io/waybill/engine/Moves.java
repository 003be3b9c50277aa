package io.waybill.engine;

import io.waybill.plan.Move;
import java.util.ArrayList;
import java.util.List;

/** The moves of a plan in the order in which they are carried out. */
final class Moves {
    private Moves() {}

    /** Each comes after those it names in {@code after}. */
    static List<Move> inOrder(List<Move> moves) {
        List<Move> ordered = new ArrayList<>();
        List<Move> left = new ArrayList<>(moves);
        while (!left.isEmpty()) {
            Move next = left.stream()
                    .filter(move -> move.after().stream()
                            .allMatch(name -> ordered.stream()
                                    .anyMatch(done -> done.name().equals(name))))
                    .findFirst()
                    .orElseThrow(() -> new IllegalStateException("after: has a cycle that the plan's check let pass"));
            ordered.add(next);
            left.remove(next);
        }
        return ordered;
    }
}
