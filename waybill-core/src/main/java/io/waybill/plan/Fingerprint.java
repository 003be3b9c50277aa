package io.waybill.plan;

import io.waybill.value.Digest;
import io.waybill.value.Json;
import io.waybill.value.RowCodec;
import io.waybill.value.Value;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.TreeSet;

/**
 * What makes a plan this plan: from, to, where, row and key of every move, the identities of the stores, the variables and
 * the namespace of ids. Not how it is carried out: exists, on_error, verify, limits, source, groups and order do not count.
 *
 * @param digest SHA-256 of the canonical form, in hexadecimal
 * @param canonical JSON, kept so that a later difference can be told
 */
public record Fingerprint(String digest, String canonical) {
    /**
     * The fingerprint of a plan.
     *
     * @param identities of the stores by name; those that no move uses do not count
     */
    public static Fingerprint of(Plan plan, Map<String, String> identities) {
        Map<String, Value> moves = new TreeMap<>();
        Map<String, Value> stores = new TreeMap<>();
        Value.MapOf written = written(plan);
        int place = 0;
        for (Move move : plan.moves()) {
            Each each = move.each();
            if (each != null && each.unit() != null) { // written below the move of its units
                stores.put(
                        move.from().get(0).store(),
                        identity(identities, move.from().get(0).store()));
                stores.put(move.to().store(), identity(identities, move.to().store()));
                continue;
            }
            Map<String, Value> parts = new LinkedHashMap<>();
            List<Value> from = new ArrayList<>();
            for (From one : move.from()) {
                from.add(Value.of(one.text()));
                stores.put(one.store(), identity(identities, one.store()));
                if (one.query() != null) {
                    parts.put("query", Value.of(one.query()));
                }
            }
            if (each != null) {
                String rows = each.rows().store();
                stores.put(rows, identity(identities, rows));
                List<Each.Told> told = new ArrayList<>(each.then());
                told.addAll(each.otherwise());
                for (Each.Told one : told) {
                    String store = one.store(each.rows());
                    stores.put(store, identity(identities, store));
                }
            }
            parts.put("from", new Value.ListOf(from));
            parts.put("to", Value.of(move.to().text()));
            stores.put(move.to().store(), identity(identities, move.to().store()));
            if (move.where() != null) {
                parts.put("where", Value.of(move.where().text().strip()));
            }
            for (String part : List.of(
                    "rows", "each", "since", "row", "format", "lookup", "collect", "spread", "with", "then", "else")) {
                Value value = item(written, place).values().get(part);
                if (value != null) {
                    parts.put(part, value);
                }
            }
            if (!move.key().isEmpty()) {
                parts.put(
                        "key",
                        new Value.ListOf(move.key().stream().map(Value::of).toList()));
            }
            moves.put(move.name(), new Value.MapOf(parts));
            place++;
        }
        Map<String, Value> all = new LinkedHashMap<>();
        all.put("moves", new Value.MapOf(moves));
        all.put("namespace", Value.of(plan.namespace()));
        all.put("stores", new Value.MapOf(stores));
        all.put("vars", vars(plan, written));
        String canonical = Json.canonical(new Value.MapOf(all));
        return new Fingerprint(
                Digest.sha256(canonical.getBytes(StandardCharsets.UTF_8)).hex(), canonical);
    }

    private static Value identity(Map<String, String> identities, String store) {
        String identity = identities.get(store);
        if (identity == null) {
            throw new IllegalArgumentException("store " + store + " has no identity");
        }
        return Value.of(identity);
    }

    private static Value.MapOf written(Plan plan) {
        return (Value.MapOf) field((Value.MapOf) Json.parse(plan.json()), "plan");
    }

    private static Value.MapOf item(Value.MapOf plan, int place) {
        return (Value.MapOf) ((Value.ListOf) field(plan, "moves")).values().get(place);
    }

    private static Value field(Value.MapOf map, String name) {
        Value value = map.values().get(name);
        if (value == null) {
            throw new IllegalArgumentException("the stored plan has no " + name);
        }
        return value;
    }

    /** A variable that comes from the environment or a file counts by its digest: it may be confidential. */
    private static Value vars(Plan plan, Value.MapOf written) {
        Value declared = written.values().get("vars");
        Map<String, Value> vars = new TreeMap<>();
        plan.vars().fields().forEach((name, value) -> {
            Value one = declared instanceof Value.MapOf map ? map.values().get(name) : null;
            String text = value.kind() + " " + RowCodec.text(value);
            boolean hidden = one != null && References.isHidden(Json.write(one));
            vars.put(
                    name,
                    Value.of(
                            hidden
                                    ? "sha256 "
                                            + Digest.sha256(text.getBytes(StandardCharsets.UTF_8))
                                                    .hex()
                                    : text));
        });
        return new Value.MapOf(vars);
    }

    /** What differs between two canonical forms, one line each: the place, what stood there, what stands there now. */
    public static List<String> difference(String before, String after) {
        Map<String, String> old = new TreeMap<>();
        Map<String, String> now = new TreeMap<>();
        flatten("", Json.parse(before), old);
        flatten("", Json.parse(after), now);
        TreeSet<String> places = new TreeSet<>(old.keySet());
        places.addAll(now.keySet());
        List<String> lines = new ArrayList<>();
        for (String place : places) {
            String was = old.get(place);
            String is = now.get(place);
            if (was == null) {
                lines.add(place + ": added " + is);
            } else if (is == null) {
                lines.add(place + ": removed " + was);
            } else if (was.startsWith("sha256 ") && !was.equals(is)) {
                lines.add(place + ": changed");
            } else if (!was.equals(is)) {
                lines.add(place + ": " + was + " -> " + is);
            }
        }
        return lines;
    }

    private static void flatten(String place, Value value, Map<String, String> into) {
        if (value instanceof Value.MapOf map) {
            map.values().forEach((name, inner) -> flatten(place.isEmpty() ? name : place + "." + name, inner, into));
        } else if (value instanceof Value.ListOf list) {
            into.put(
                    place,
                    String.join(
                            ", ", list.values().stream().map(Fingerprint::text).toList()));
        } else {
            into.put(place, text(value));
        }
    }

    private static String text(Value value) {
        return value instanceof Value.Text text ? text.value() : Json.write(value);
    }

    @Override
    public String toString() {
        return digest;
    }
}
