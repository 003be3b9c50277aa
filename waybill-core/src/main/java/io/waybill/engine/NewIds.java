package io.waybill.engine;

import io.waybill.mapping.Expression;
import io.waybill.mapping.Ids;
import io.waybill.mapping.MappingException;
import io.waybill.mapping.Names;
import io.waybill.plan.Closure;
import io.waybill.store.Catalogued;
import io.waybill.store.Catalogued.ForeignKey;
import io.waybill.store.Catalogued.UniqueKey;
import io.waybill.store.StoreException;
import io.waybill.store.TableStore;
import io.waybill.value.Row;
import io.waybill.value.Value;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;

/**
 * Which values of a unit are ids, and what the new ones are: those in keys of rows that belong to it, and what the plan names.
 * The new id is that of the function {@code id} for the root's table and the old one. Safe for use by many threads.
 */
final class NewIds {
    private final Kinship kinship;
    private final Closure closure;
    private final Map<String, Set<String>> columns;

    private NewIds(Kinship kinship, Map<String, Set<String>> columns) {
        this.kinship = kinship;
        this.closure = kinship.closure();
        this.columns = columns;
    }

    /** @param unique what else is unique at the target */
    static NewIds of(Kinship kinship, TableStore source, UniqueValues unique) throws StoreException {
        Map<String, Set<String>> columns = new HashMap<>();
        if (kinship.closure().ids().areNew() && source instanceof Catalogued catalog) {
            List<UniqueKey> keys = new ArrayList<>(catalog.uniqueKeys());
            for (String table : kinship.written()) {
                Set<String> own = columns.computeIfAbsent(table, name -> new LinkedHashSet<>());
                own.addAll(kinship.table(table).key());
                keys.addAll(unique.of(table));
            }
            for (UniqueKey key : keys) {
                Set<String> own = columns.get(key.table());
                if (own != null) {
                    own.addAll(key.columns());
                }
            }
            kinship.closure().ids().kept().forEach((table, kept) -> {
                Set<String> own = columns.get(table);
                if (own != null) {
                    own.removeAll(kept);
                }
            });
        }
        return new NewIds(kinship, columns);
    }

    /** The new ids of a unit, by the old ones. */
    Rewriting of(List<Kin.Member> members, UnitIndex index, Names names) throws MappingException {
        Map<String, String> ids = new LinkedHashMap<>();
        if (!closure.ids().areNew()) {
            return new Rewriting(ids);
        }
        for (Kin.Member member : members) {
            if (member.brought()) {
                continue;
            }
            for (String column : columns.getOrDefault(member.table(), Set.of())) {
                Value value = member.row().find(column);
                String id = value == null ? null : Rewriting.uuid(value);
                if (id != null && !leadsOut(members, member, column, index)) {
                    add(id, names, ids);
                }
            }
            for (Expression what : closure.ids().more().getOrDefault(member.table(), List.of())) {
                add(member, what, names, ids);
            }
        }
        return new Rewriting(ids);
    }

    /** Whether the value is that of a row which does not belong, by any reference that it is part of. */
    private boolean leadsOut(List<Kin.Member> members, Kin.Member member, String column, UnitIndex index) {
        for (ForeignKey key : kinship.outward(member.table())) {
            Row value =
                    key.columns().contains(column) ? Kin.value(member.row(), key.columns(), key.targetColumns()) : null;
            if (value != null) {
                Integer place = index.find(key.target(), key.targetColumns(), value);
                if (place == null || members.get(place).brought()) {
                    return true;
                }
            }
        }
        return false;
    }

    private void add(Kin.Member member, Expression what, Names names, Map<String, String> ids) throws MappingException {
        Value value = what.evaluate(names.with("row", member.row()));
        List<Value> all = new ArrayList<>();
        if (value instanceof Value.MapOf map) {
            map.values().keySet().forEach(key -> all.add(Value.of(key)));
        } else if (value instanceof Value.ListOf list) {
            all.addAll(list.values());
        } else if (value instanceof Value.SetOf set) {
            all.addAll(set.values());
        } else if (value != null) {
            all.add(value);
        }
        for (Value each : all) {
            String uuid = Rewriting.uuid(each);
            if (uuid != null) {
                add(uuid, names, ids);
            } else if (each instanceof Value.Text text && !text.value().isEmpty()) {
                add(text.value(), names, ids);
            } else if (!(each instanceof Value.Null)) {
                throw new MappingException(
                        0, "ids: " + what.text() + " of " + member.table() + " gives no text but " + each.kind(), null);
            }
        }
    }

    private void add(String id, Names names, Map<String, String> ids) {
        ids.computeIfAbsent(
                id, old -> Ids.of(names.namespace(), closure.root(), old).toString());
    }
}
