package io.waybill.jdbc;

import io.waybill.store.Effect;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/** Effects that go together. */
public final class AtomicUnits {
    private AtomicUnits() {}

    /** The places of the effects of each unit: those of one atomic group at the place of the first, every other by itself. */
    public static List<List<Integer>> of(List<Effect> effects) {
        Map<String, List<Integer>> groups = new LinkedHashMap<>();
        List<List<Integer>> units = new ArrayList<>();
        for (int i = 0; i < effects.size(); i++) {
            String group = effects.get(i).atomic();
            List<Integer> unit = group == null ? null : groups.get(group);
            if (unit == null) {
                unit = new ArrayList<>();
                units.add(unit);
                if (group != null) {
                    groups.put(group, unit);
                }
            }
            unit.add(i);
        }
        return units;
    }
}
