package io.waybill.engine;

import io.waybill.value.Canonical;
import io.waybill.value.Row;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** The rows of a unit as they were read, found by the values of some columns. Confined to one thread. */
final class UnitIndex {
    private final List<Kin.Member> members;
    private final Map<Columns, Map<Canonical.Form, Integer>> places = new HashMap<>();

    private record Columns(String table, List<String> names) {}

    UnitIndex(List<Kin.Member> members) {
        this.members = members;
    }

    /** The place of a row, or null when none of the unit has this value. */
    @Nullable
    Integer find(String table, List<String> columns, Row value) {
        return places.computeIfAbsent(new Columns(table, columns), this::index).get(Canonical.form(value));
    }

    private Map<Canonical.Form, Integer> index(Columns columns) {
        Map<Canonical.Form, Integer> index = new HashMap<>();
        for (int i = 0; i < members.size(); i++) {
            Kin.Member member = members.get(i);
            Row value = member.table().equals(columns.table())
                    ? Kin.value(member.row(), columns.names(), columns.names())
                    : null;
            if (value != null) {
                index.putIfAbsent(Canonical.form(value), i);
            }
        }
        return index;
    }
}
