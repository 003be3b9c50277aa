package io.waybill.plan;

import io.waybill.mapping.ValueType;
import io.waybill.value.Row;
import io.waybill.value.Value;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/** Turns the nodes of a plan into a plan, noting every problem on the way. Used once. */
final class PlanReader {
    private final String file;
    private final Path folder;
    private final PlanContext context;
    private final Problems problems;
    private final Overrides overrides;

    PlanReader(String file, Path folder, PlanContext context) {
        this.file = file;
        this.folder = folder;
        this.context = context;
        this.overrides = new Overrides(context);
        this.problems = new Problems(file, overrides.paths());
    }

    Plan read(Node root) throws PlanException {
        if (!(root instanceof Node.Mapping written)) {
            problems.add(
                    root, "a plan is a map with \"waybill\", \"name\", \"stores\" and \"moves\", not " + root.form());
            problems.throwIfAny();
            throw new IllegalStateException("unreachable");
        }
        Node.Mapping top = overrides.apply(written, problems);
        Checker checker = new Checker(problems);
        checker.fits("plan", top, Schema.TOP);

        Vars vars = Vars.read(
                map(top.find("vars")),
                new References(context.environment(), folder, name -> null, Set.of(), problems),
                problems);
        References references = new References(
                context.environment(), folder, vars::text, vars.types().keySet(), problems);
        Stores reader = new Stores(context, references, vars, problems);
        Map<String, StoreSpec> stores = reader.read(map(top.find("stores")));
        String name = text(top.find("name"));
        Moves movesReader = new Moves(context, top, stores, vars, problems);
        List<Move> moves = movesReader.read();
        String ledger = resolved(top.find("ledger"), references);
        String images = resolved(top.find("images"), references);
        if (images != null && images.contains(":")) {
            Node at = top.find("images");
            problems.add(at == null ? top : at, "before-images go to a folder in this version, not to a store");
        }
        String stage = resolved(top.find("stage"), references);
        if (stage != null) {
            movesReader.stage(stage, top.find("stage"));
        }
        Map<String, Hook.Pair> hooks = new LinkedHashMap<>();
        hooks.put("", Hook.read(top, references, problems));
        movesReader.byName().forEach((move, map) -> hooks.put(move, Hook.read(map, references, problems)));
        Schedule schedule = Schedule.read(top, problems);
        Notify notifies = Notify.read(top, references, problems);
        List<Metrics> metrics = new MetricsReader(references, problems).read(top.find("metrics"));
        LogOptions log = LogOptions.read(top, references);
        problems.throwIfAny();

        String namespace = text(top.find("namespace"));
        Node.Mapping clean = StoredPlan.withoutSecrets(top, stores, reader.literals());
        return new Plan(
                name == null ? "" : name,
                namespace == null ? (name == null ? "" : name) : namespace,
                file,
                folder,
                vars.values(),
                stores,
                moves,
                ledger,
                images,
                stage,
                hooks,
                schedule,
                notifies,
                metrics,
                log,
                problems.warnings(),
                new StoredPlan(file, folder, clean).json(),
                new Places(file, overrides.paths(), movesReader.byName(), vars.types()));
    }

    static Node.@Nullable Mapping map(@Nullable Node node) {
        return node instanceof Node.Mapping map ? map : null;
    }

    static @Nullable String text(@Nullable Node node) {
        return node instanceof Node.Scalar scalar && !scalar.isNull() ? scalar.text() : null;
    }

    private static @Nullable String resolved(@Nullable Node node, References references) {
        return node instanceof Node.Scalar scalar && !scalar.isNull() ? references.resolve(scalar) : null;
    }

    /** The variables of a plan. */
    record Vars(Map<String, Value> found, Map<String, ValueType> types) {
        static Vars read(Node.@Nullable Mapping map, References references, Problems problems) {
            Map<String, Value> values = new LinkedHashMap<>();
            Map<String, ValueType> types = new LinkedHashMap<>();
            if (map != null) {
                for (Node.Entry entry : map.entries()) {
                    VarReader.read(entry, references, problems, values, types);
                }
            }
            return new Vars(values, types);
        }

        @Nullable
        String text(String name) {
            Value value = found.get(name);
            return value == null ? null : io.waybill.value.RowCodec.text(value);
        }

        Row values() {
            return Row.of(found);
        }
    }
}
