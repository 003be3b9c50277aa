package io.waybill.plan;

import io.waybill.value.Json;
import io.waybill.value.Value;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * The form in which a plan is kept in a ledger: its nodes as JSON, overrides applied, with references to the environment as
 * they were written and without secrets. A plain value that JSON would not give back letter by letter stands as
 * <code>{"$plain": "..."}</code>.
 */
record StoredPlan(String file, Path folder, Node.Mapping plan) {
    private static final String PLAIN = "$plain";

    String json() {
        Map<String, Value> all = new LinkedHashMap<>();
        all.put("file", Value.of(file));
        all.put("folder", Value.of(folder.toString()));
        all.put("plan", value(plan));
        return Json.write(new Value.MapOf(all));
    }

    /** The plan that {@link #json} wrote. Throws IllegalArgumentException when it is something else. */
    static StoredPlan parse(String json) {
        if (Json.parse(json) instanceof Value.MapOf all
                && all.values().get("file") instanceof Value.Text file
                && all.values().get("folder") instanceof Value.Text folder
                && all.values().get("plan") instanceof Value.MapOf plan
                && node(plan) instanceof Node.Mapping map) {
            return new StoredPlan(file.value(), Path.of(folder.value()), map);
        }
        throw new IllegalArgumentException("it is no plan");
    }

    static Value value(Node node) {
        if (node instanceof Node.Sequence list) {
            return new Value.ListOf(list.items().stream().map(StoredPlan::value).toList());
        } else if (node instanceof Node.Mapping map) {
            Map<String, Value> fields = new LinkedHashMap<>();
            map.entries().forEach(entry -> fields.put(entry.key().text(), value(entry.value())));
            return new Value.MapOf(fields);
        }
        Node.Scalar scalar = (Node.Scalar) node;
        Value value = Scalars.value(scalar);
        if (value instanceof Value.Text) {
            return value;
        }
        boolean same = !(value instanceof Value.Dbl) && Json.write(value).equals(scalar.text());
        return same ? value : new Value.MapOf(Map.of(PLAIN, Value.of(scalar.text())));
    }

    private static Node node(Value value) {
        if (value instanceof Value.ListOf list) {
            List<Node> items = new ArrayList<>();
            list.values().forEach(item -> items.add(node(item)));
            return new Node.Sequence(items, 0, 0);
        } else if (value instanceof Value.MapOf map) {
            if (map.values().size() == 1 && map.values().get(PLAIN) instanceof Value.Text plain) {
                return new Node.Scalar(plain.value(), true, -1, 0, 0);
            }
            List<Node.Entry> entries = new ArrayList<>();
            map.values()
                    .forEach((name, field) ->
                            entries.add(new Node.Entry(new Node.Scalar(name, false, -1, 0, 0), node(field))));
            return new Node.Mapping(entries, 0, 0);
        } else if (value instanceof Value.Text text) {
            return new Node.Scalar(text.value(), false, -1, 0, 0);
        }
        return new Node.Scalar(Json.write(value), true, -1, 0, 0);
    }

    /**
     * The plan without the secrets that stand in it: a URL that holds one becomes a map of its other options, and in the
     * address of a hook stand stars.
     */
    static Node.Mapping withoutSecrets(
            Node.Mapping written, Map<String, StoreSpec> stores, Map<String, Stores.Literals> literals) {
        return withoutStoreSecrets(hooksMasked(written), stores, literals);
    }

    private static Node.Mapping hooksMasked(Node.Mapping top) {
        Node.Mapping changed = notifyMasked(masked(top));
        Node.Entry moves = changed.entry("moves");
        if (moves == null || !(moves.value() instanceof Node.Sequence list)) {
            return changed;
        }
        List<Node> items = list.items().stream()
                .map(item -> item instanceof Node.Mapping move ? masked(move) : item)
                .toList();
        return changed.with(moves.key(), new Node.Sequence(items, list.line(), list.column()));
    }

    private static Node.Mapping notifyMasked(Node.Mapping top) {
        Node.Entry notify = top.entry("notify");
        if (notify == null || !(notify.value() instanceof Node.Mapping map)) {
            return top;
        }
        return top.with(notify.key(), masked(masked(map, "failed"), "done"));
    }

    /** A map with the address under this key masked. */
    private static Node.Mapping masked(Node.Mapping map, String key) {
        Node.Entry entry = map.entry(key);
        if (entry == null || !(entry.value() instanceof Node.Scalar address)) {
            return map;
        }
        String masked = HookAddress.masked(address.text());
        return masked.equals(address.text()) ? map : map.with(entry.key(), address.with(masked));
    }

    /** A plan or a move with the addresses of its own hooks masked. */
    private static Node.Mapping masked(Node.Mapping of) {
        Node.Entry hooks = of.entry("hooks");
        if (hooks == null || !(hooks.value() instanceof Node.Mapping both)) {
            return of;
        }
        Node.Mapping changed = both;
        for (Node.Entry hook : both.entries()) {
            if (hook.value() instanceof Node.Mapping one) {
                changed = changed.with(hook.key(), masked(one, "call"));
            }
        }
        return of.with(hooks.key(), changed);
    }

    private static Node.Mapping withoutStoreSecrets(
            Node.Mapping top, Map<String, StoreSpec> stores, Map<String, Stores.Literals> literals) {
        Node.Mapping written = PlanReader.map(top.find("stores"));
        if (written == null || literals.isEmpty()) {
            return top;
        }
        List<Node.Entry> clean = new ArrayList<>();
        for (Node.Entry entry : written.entries()) {
            Stores.Literals found = literals.get(entry.key().text());
            StoreSpec spec = stores.get(entry.key().text());
            clean.add(found == null || spec == null ? entry : new Node.Entry(entry.key(), clean(entry, spec, found)));
        }
        Node.Entry key = top.entry("stores");
        Node.Mapping changed = new Node.Mapping(clean, written.line(), written.column());
        return key == null ? top : top.with(key.key(), changed);
    }

    private static Node clean(Node.Entry entry, StoreSpec spec, Stores.Literals literals) {
        if (literals.inUrl()) {
            List<Node.Entry> options = new ArrayList<>();
            options.add(option("type", spec.type()));
            spec.options().forEach((name, value) -> options.add(option(name, value.replace("${", "$${"))));
            Node.@Nullable Mapping map = PlanReader.map(entry.value());
            if (map != null) {
                map.entries().stream()
                        .filter(other -> spec.secrets().containsKey(other.key().text()))
                        .filter(other ->
                                !literals.options().contains(other.key().text()))
                        .forEach(options::add);
            }
            return new Node.Mapping(options, 0, 0);
        }
        Node.Mapping map = (Node.Mapping) entry.value();
        return new Node.Mapping(
                map.entries().stream()
                        .filter(other ->
                                !literals.options().contains(other.key().text()))
                        .toList(),
                map.line(),
                map.column());
    }

    private static Node.Entry option(String name, String value) {
        return new Node.Entry(new Node.Scalar(name, false, -1, 0, 0), new Node.Scalar(value, false, -1, 0, 0));
    }
}
