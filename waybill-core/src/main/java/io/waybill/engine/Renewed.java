package io.waybill.engine;

import io.waybill.mapping.MappingException;
import io.waybill.mapping.Names;
import io.waybill.store.Catalogued.ForeignKey;
import io.waybill.value.Canonical;
import io.waybill.value.Row;
import io.waybill.value.Value;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;

/**
 * The rows of one unit with their new ids and numbers, in every reference too, before the plan changes them. Confined to one
 * thread.
 */
final class Renewed {
    private final Kinship kinship;
    private final Kin.Unit unit;
    private final List<Kin.Member> members;
    private final UnitIndex index;
    private final Rewriting ids;
    /** By the place of the row, what the target numbers. */
    private final List<Map<String, Value>> numbers = new ArrayList<>();
    /** By the place of the row, these and what refers to such columns of other rows. */
    private final List<Map<String, Value>> changed = new ArrayList<>();
    /** Whether some numbers are not known yet, and stand-ins are in their places. */
    private boolean foreseen;

    private Renewed(Kinship kinship, Kin.Unit unit, UnitIndex index, Rewriting ids) {
        this.kinship = kinship;
        this.unit = unit;
        this.members = unit.members();
        this.index = index;
        this.ids = ids;
    }

    /** @param given what is known of the numbers */
    static Renewed of(
            Kinship kinship, Kin.Unit unit, NewIds newIds, Numbers numbers, Map<Given.Wanted, Value> given, Names names)
            throws MappingException {
        UnitIndex index = new UnitIndex(unit.members());
        Names seen = names.with("root", unit.root());
        Renewed renewed = new Renewed(kinship, unit, index, newIds.of(unit.members(), index, seen));
        boolean any = false;
        for (Kin.Member member : renewed.members) {
            Map<String, Value> own = new LinkedHashMap<>();
            for (String column : numbers.columns(member)) {
                Value number = given.get(numbers.wanted(member, column));
                Value old = member.row().find(column);
                renewed.foreseen |= number == null;
                Value standIn = old == null ? Value.of(-1L - renewed.numbers.size()) : old;
                own.put(column, number == null ? standIn : number);
            }
            any |= !own.isEmpty();
            renewed.numbers.add(own);
            renewed.changed.add(new HashMap<>(own));
        }
        if (any) {
            renewed.follow(names);
        }
        return renewed;
    }

    /** Lets references follow the numbered columns of other rows. */
    private void follow(Names names) throws MappingException {
        boolean more = true;
        while (more) {
            more = false;
            for (int i = 0; i < members.size(); i++) {
                for (ForeignKey key : kinship.outward(members.get(i).table())) {
                    more |= follow(i, key);
                }
            }
            if (!more) {
                for (int i = 0; i < members.size(); i++) {
                    more |= followTold(i, names);
                }
            }
        }
    }

    private boolean follow(int at, ForeignKey key) throws MappingException {
        Row value = Kin.value(members.get(at).row(), key.columns(), key.targetColumns());
        Integer place = value == null ? null : index.find(key.target(), key.targetColumns(), value);
        boolean more = false;
        for (int i = 0; place != null && i < key.columns().size(); i++) {
            Value now = changed.get(place).get(key.targetColumns().get(i));
            String column = key.columns().get(i);
            Value known = changed.get(at).get(column);
            if (now != null && known == null) {
                changed.get(at).put(column, now);
                more = true;
            } else if (now != null && known != null && !isEqual(now, known)) {
                throw new MappingException(
                        0,
                        members.get(at).table() + "." + column
                                + " refers to rows of several tables, which get different numbers at the target",
                        null);
            }
        }
        return more;
    }

    /** The same for a reference that the plan tells of. */
    private boolean followTold(int at, Names names) throws MappingException {
        Kin.Member member = members.get(at);
        Kin.Member via = member.via();
        Kinship.Follow by = via == null
                ? null
                : kinship.follows(via.table()).stream()
                        .filter(each -> each.table().equals(member.table())
                                && each.condition().text().equals(member.how()))
                        .findFirst()
                        .orElse(null);
        if (via == null || by == null) {
            return false;
        }
        List<String> key = kinship.table(via.table()).key();
        Integer driver = index.find(via.table(), key, via.row().only(key));
        if (driver == null) {
            return false;
        }
        Names before = names.with("root", unit.root()).with(by.driver(), via.row());
        Names after = names.with("root", row(0, unit.root())).with(by.driver(), row(driver, via.row()));
        if (by.byRoot()) {
            before = names.with("root", unit.root());
            after = names.with("root", row(0, unit.root()));
        }
        List<Row> old = by.condition().partners(before);
        List<Row> now = by.condition().partners(after);
        boolean more = false;
        for (int i = 0; old.size() == now.size() && i < old.size(); i++) {
            Row mine = member.row().only(old.get(i).shape().list());
            if (!Canonical.digest(mine).equals(Canonical.digest(old.get(i)))) {
                continue;
            }
            for (String column : mine.shape().list()) {
                Value value = now.get(i).find(column);
                Value was = old.get(i).find(column);
                boolean differs = value != null && was != null && !isEqual(value, was);
                if (differs && value != null && changed.get(at).putIfAbsent(column, value) == null) {
                    more = true;
                }
            }
        }
        return more;
    }

    private static boolean isEqual(Value a, Value b) {
        return java.util.Arrays.equals(Canonical.bytes(a), Canonical.bytes(b));
    }

    /** The row at a place with its new ids and numbers. */
    Row row(int at, Row row) {
        Row made = ids.row(row);
        for (Map.Entry<String, Value> each : changed.get(at).entrySet()) {
            Value there = made.find(each.getKey());
            boolean isEmpty = there instanceof Value.Null;
            made = isEmpty ? made : made.with(each.getKey(), each.getValue());
        }
        return made;
    }

    /** The row at a place as the plan made it, with the numbers that the plan dropped. */
    Row numbered(int at, Row made) {
        Row row = made;
        for (Map.Entry<String, Value> each : numbers.get(at).entrySet()) {
            row = row.with(each.getKey(), each.getValue());
        }
        return row;
    }

    /** Whether a key of the row at a place has a part that is new: a number that was taken, or an id. */
    boolean isOwn(int at, Row key) {
        for (String column : key.shape().list()) {
            Value value = key.find(column);
            Value old = members.get(at).row().find(column);
            Value id = old == null ? null : ids.value(old);
            boolean isId = id != null && value != null && !id.equals(old) && isEqual(id, value);
            if (isId || numbers.get(at).containsKey(column)) {
                return true;
            }
        }
        return false;
    }

    /** Columns of the row at a place whose values are not known before the unit is written. */
    Set<String> open(int at) {
        return foreseen ? Set.copyOf(changed.get(at).keySet()) : Set.of();
    }
}
