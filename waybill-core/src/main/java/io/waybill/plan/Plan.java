package io.waybill.plan;

import io.waybill.mapping.Expression;
import io.waybill.mapping.MappingException;
import io.waybill.store.TableStore;
import io.waybill.value.Row;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * A plan that was read, checked and resolved. Immutable. Holds no open store and touches none; the values of secrets are in
 * {@link StoreSpec#secrets} only.
 *
 * @param name of the series of its runs
 * @param namespace in which ids are generated; the name, unless the plan says another
 * @param file the file it was read from, as messages name it
 * @param folder relative paths are relative to it
 * @param vars the values behind {@code vars.}
 * @param stores by name, in the order of the file
 * @param moves in the order of the file; {@code after} holds no cycle
 * @param ledger where its ledger is, as written, or null for the usual place
 * @param images where before-images are kept, as written, or null for beside the ledger
 * @param stage where staged rows go, a folder or {@code STORE:PATH}, as written, or null for beside the ledger
 * @param hooks by move, and of the whole plan under the empty name
 * @param schedule when it is run by itself, or null
 * @param notifies who is told how its runs ended
 * @param metrics where the figures of its runs are published
 * @param log how the logs of its commands are written
 * @param warnings what is probably wrong and does not stop it
 * @param json its stored form, without secrets; what {@link Plans#parseJson} reads
 * @param places where its parts stand in the file
 */
public record Plan(
        String name,
        String namespace,
        String file,
        Path folder,
        Row vars,
        Map<String, StoreSpec> stores,
        List<Move> moves,
        @Nullable String ledger,
        @Nullable String images,
        @Nullable String stage,
        Map<String, Hook.Pair> hooks,
        @Nullable Schedule schedule,
        Notify notifies,
        List<Metrics> metrics,
        LogOptions log,
        List<Problem> warnings,
        String json,
        Places places) {
    public Plan {
        stores = Collections.unmodifiableMap(new LinkedHashMap<>(stores));
        moves = List.copyOf(moves);
        hooks = Map.copyOf(hooks);
        metrics = List.copyOf(metrics);
        warnings = List.copyOf(warnings);
    }

    /** The hooks of a move, or of the whole plan when {@code move} is empty. */
    public Hook.Pair hooksOf(String move) {
        return hooks.getOrDefault(move, Hook.Pair.NONE);
    }

    /** The move with this name. */
    public @Nullable Move find(String move) {
        return moves.stream().filter(m -> m.name().equals(move)).findFirst().orElse(null);
    }

    /** The moves of the objects that rows of a move's units name, which come before it. */
    public List<Move> objectsOf(Move units) {
        return moves.stream()
                .filter(move ->
                        move.each() != null && units.name().equals(move.each().unit()))
                .toList();
    }

    /** These moves, and with a move of units those of its objects. */
    public List<String> withObjects(List<String> chosen) {
        List<String> all = new ArrayList<>(chosen);
        for (Move move : moves) {
            Each each = move.each();
            if (each != null && each.unit() != null && chosen.contains(each.unit()) && !all.contains(move.name())) {
                all.add(move.name());
            }
        }
        return all;
    }

    /**
     * Everything in a move of rows that does not fit the table it reads: columns that it does not have, values of the wrong
     * type. Empty when all is well.
     */
    public List<Problem> check(Move move, TableStore.Table source) {
        return places.check(move, source, null);
    }

    /** The same for the objects of units, whose naming rows belong to rows of a root table. */
    public List<Problem> check(Move move, TableStore.Table source, TableStore.Table root) {
        return places.check(move, source, root);
    }

    /**
     * A condition on the rows of a table, written outside of the plan.
     *
     * @throws MappingException also when the table has no such column
     */
    public Expression condition(String text, TableStore.Table source) throws MappingException {
        return places.condition(text, source);
    }

    /** The store with this name, which the plan is known to define. */
    public StoreSpec store(String store) {
        StoreSpec spec = stores.get(store);
        if (spec == null) {
            throw new IllegalArgumentException("plan " + name + " has no store " + store);
        }
        return spec;
    }
}
