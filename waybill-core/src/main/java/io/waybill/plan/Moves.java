package io.waybill.plan;

import io.waybill.mapping.Expression;
import io.waybill.mapping.MappingException;
import io.waybill.mapping.Names;
import io.waybill.mapping.Nearest;
import io.waybill.mapping.RowMapping;
import io.waybill.mapping.Scope;
import io.waybill.mapping.Template;
import io.waybill.mapping.ValueType;
import io.waybill.store.StoreProvider;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/** Reads the moves of a plan. */
final class Moves {
    private static final int MOST = 1_000;

    private final Node.Mapping top;
    private final PlanContext context;
    private final Map<String, StoreSpec> stores;
    private final PlanReader.Vars vars;
    private final Problems problems;
    private final Settings settings;
    private final Set<String> defined;
    private final Map<String, Node.Mapping> byName = new LinkedHashMap<>();

    Moves(
            PlanContext context,
            Node.Mapping top,
            Map<String, StoreSpec> stores,
            PlanReader.Vars vars,
            Problems problems) {
        this.context = context;
        this.top = top;
        this.stores = stores;
        this.vars = vars;
        this.problems = problems;
        this.settings = new Settings(top);
        this.defined = defined(top);
    }

    List<Move> read() {
        List<Move> moves = new ArrayList<>();
        if (top.find("moves") instanceof Node.Sequence list) {
            if (list.items().size() > MOST) {
                problems.add(list.items().get(MOST), "more than " + MOST + " moves");
            }
            for (Node item : list.items().subList(0, Math.min(list.items().size(), MOST))) {
                if (item instanceof Node.Mapping map) {
                    String given = PlanReader.text(map.find("name"));
                    String name = given == null ? "move" + (byName.size() + 1) : given;
                    if (byName.putIfAbsent(name, map) != null) {
                        Node at = map.find("name");
                        problems.add(at == null ? map : at, "two moves have the name \"" + name + "\"");
                    }
                    Move move = move(name, map);
                    if (move != null && map.find("rows") instanceof Node.Mapping rows) {
                        moves.addAll(new ObjectsReader(this, move, map, rows, vars.types(), settings, problems).read());
                    } else if (move != null) {
                        moves.add(move);
                    }
                }
            }
        }
        new After(byName, problems).check();
        return moves;
    }

    /** The moves as they stand in the plan. */
    Map<String, Node.Mapping> byName() {
        return byName;
    }

    private @Nullable Move move(String name, Node.Mapping map) {
        if (map.find("rows") instanceof Node.Mapping rows) {
            return closure(name, map, rows);
        }
        for (String key : List.of("from", "to")) {
            if (map.find(key) == null) {
                problems.add(map, "\"" + key + "\" is missing");
            }
        }
        Set<From> from = new LinkedHashSet<>();
        boolean named = map.find("each") != null;
        List<Node.Scalar> places = named ? List.of() : scalars(map.find("from"));
        for (Node.Scalar place : places) {
            From one = from(place);
            if (one != null) {
                if (!from.add(one)) {
                    problems.add(place, "\"" + place.text() + "\" stands here twice");
                }
            }
        }
        if (!named && map.find("from") instanceof Node.Mapping asked) {
            From one = query(name, map, asked);
            if (one != null) {
                from.add(one);
            }
        }
        Node toNode = map.find("to");
        boolean rows = !named && isOfRows(map, places);
        Scope vars = Scope.EMPTY.withVars(this.vars.types());
        Scope items = named ? vars.withRow(null).withListedFile() : rows ? vars.withRow(null) : vars.withListedFile();
        Node.Scalar file = named ? file(map, vars.withRow(null), from) : null;
        To to = null;
        if (toNode instanceof Node.Scalar place && !place.isNull()) {
            to = rows ? table(to(place, vars), place) : to(place, items);
            if (to != null && !places.isEmpty() && from.size() == places.size()) {
                shape(List.copyOf(from), places, to, place, rows);
            }
        }
        Expression where = expression("where", map.find("where"), items, problems);
        if (where != null && where.type() != ValueType.BOOLEAN && where.type() != ValueType.ANY) {
            Node at = map.find("where");
            problems.add(
                    at == null ? map : at,
                    "\"where\" must be true or false, but gives " + where.type().text());
        }
        Expression group = expression("group", map.find("group"), items, problems);
        if (to != null && file != null) {
            shapeOfNamed(to, toNode);
        }
        RowStepsReader steps = new RowStepsReader(map, items.withRun(), this::from, problems);
        RowMapping row = map.find("row") instanceof Node.Mapping changes
                ? RowReader.read(changes, steps.mapping(), problems)
                : null;
        List<String> key =
                scalars(map.find("key")).stream().map(Node.Scalar::text).toList();
        if (!key.isEmpty() && !rows && !named) {
            Node at = map.find("key");
            problems.add(at == null ? map : at, "\"key\" is for moves of rows; a file's key is its path");
        }
        List<String> after =
                scalars(map.find("after")).stream().map(Node.Scalar::text).toList();
        AfterMove afterwards = settings.choice(AfterMove.class, "source", map, AfterMove.KEEP);
        if (rows && afterwards == AfterMove.DELETE) {
            Node source = map.find("source");
            problems.add(
                    source == null ? map : source,
                    "\"source: delete\" is for moves of files; rows stay where they were read",
                    "say source: keep in this move");
        }
        Verify verify = settings.verify(map, rows, problems);
        Each each = null;
        if (named) {
            each = new EachReader(map, items, this::from, problems)
                    .read(rowsOf(name, map), file == null ? null : path(file, vars.withRow(null)), verify);
        } else {
            ofNamedOnly(map);
        }
        if (to == null || from.isEmpty() || (named && each == null)) {
            return null;
        }
        return new Move(
                name,
                rows,
                List.copyOf(from),
                each,
                null,
                to,
                where,
                PlanReader.text(map.find("since")),
                row,
                rows ? steps.read() : named ? RowSteps.NONE : filesOnly(map),
                format(map, "from"),
                format(map, "to"),
                key,
                group,
                after,
                settings.choice(Backup.class, "backup", map, Backup.NONE),
                "true".equals(PlanReader.text(map.find("exclusive"))),
                settings.choice(Exists.class, "exists", map, Exists.SAME_OK),
                verify,
                settings.choice(OnError.class, "on_error", map, OnError.CONTINUE),
                settings.budget(map),
                settings.limits(map),
                afterwards);
    }

    /** A root table with what belongs to its rows. */
    private @Nullable Move closure(String name, Node.Mapping map, Node.Mapping rows) {
        ClosureReader reader = new ClosureReader(rows, Scope.EMPTY.withVars(vars.types()), problems);
        reader.refuseOthers(map);
        From root = rows.find("root") instanceof Node.Scalar place && !place.isNull() ? from(place) : null;
        Node.Scalar target = rows.find("to") instanceof Node.Scalar place && !place.isNull() ? place : null;
        for (Node.Scalar place : scalars(rows.find("root"))) {
            if (root != null && holdsFiles(place)) {
                problems.add(place, "\"root\" names a table, and store \"" + root.store() + "\" holds files");
            }
        }
        String store = target == null ? null : store(target.with(target.text() + ":"));
        if (store != null && target != null && holdsFiles(target.with(store + ":"))) {
            problems.add(target, "rows go to a store of tables, and \"" + store + "\" holds files");
        }
        Expression where = reader.where();
        Closure closure = reader.read(root == null ? "" : root.path());
        Verify verify = settings.verify(map, true, problems);
        if (root == null || store == null) {
            return null;
        }
        return new Move(
                name,
                true,
                List.of(root),
                null,
                closure,
                new To(store, Template.constant(root.path())),
                where,
                null,
                closure.rows().get(root.path()),
                RowSteps.NONE,
                Format.NONE,
                Format.NONE,
                List.of(),
                null,
                scalars(map.find("after")).stream().map(Node.Scalar::text).toList(),
                settings.choice(Backup.class, "backup", map, Backup.NONE),
                false,
                settings.choice(Exists.class, "exists", map, Exists.SAME_OK),
                verify,
                settings.choice(OnError.class, "on_error", map, OnError.CONTINUE),
                settings.budget(map),
                settings.limits(map),
                settings.choice(AfterMove.class, "source", map, AfterMove.KEEP));
    }

    private boolean isOfRows(Node.Mapping map, List<Node.Scalar> places) {
        return map.find("row") != null
                || map.find("checks") != null
                || map.find("format") != null
                || map.find("from") instanceof Node.Mapping
                || hasTables(places)
                || hasTables(scalars(map.find("to")));
    }

    /** The rows that name files: a table, or what a query gives. */
    private @Nullable From rowsOf(String name, Node.Mapping map) {
        Node each = map.find("each");
        if (each instanceof Node.Mapping asked) {
            return query(name, map, asked);
        }
        Node.Scalar place = each instanceof Node.Scalar scalar ? scalar : null;
        From rows = place == null ? null : from(place);
        if (place != null && rows != null && !hasTables(List.of(place))) {
            if (holdsFiles(place)) {
                problems.add(place, "\"each\" names a table, and store \"" + rows.store() + "\" holds files");
            }
            return null;
        }
        return rows;
    }

    /** Where the file of a row stands: one place, a template over the row. Adds the store, with the path as written. */
    Node.@Nullable Scalar file(Node.Mapping map, Scope scope, Set<From> into) {
        Node node = map.find("from");
        if (!(node instanceof Node.Scalar place) || place.isNull()) {
            problems.add(
                    node == null ? map : node,
                    "\"from\" is one place that the row names here",
                    "write from: STORE:${row.COLUMN}");
            return null;
        }
        String store = store(place);
        Template path = store == null ? null : path(place, scope);
        if (store == null || path == null) {
            return null;
        } else if (hasTables(List.of(place))) {
            problems.add(place, "rows name files, and store \"" + store + "\" holds tables");
            return null;
        } else if (!path.uses("row")) {
            problems.add(
                    place,
                    "every row would name the same file",
                    "write " + store + ":${row.COLUMN}, where COLUMN holds its path");
            return null;
        }
        into.add(new From(store, place.text().substring(store.length() + 1)));
        return place;
    }

    @Nullable
    Template path(Node.Scalar place, Scope scope) {
        return template("from", place, place.text().indexOf(':') + 1, scope);
    }

    void shapeOfNamed(To to, @Nullable Node at) {
        boolean own = to.isFolder() || to.path().uses("file") || to.path().uses("row");
        if (!own && at != null) {
            problems.add(
                    at,
                    "\"to\" names one file for every row",
                    "write " + to.text() + "/, or a template with ${row.COLUMN}");
        }
    }

    private void ofNamedOnly(Node.Mapping map) {
        for (String key : List.of("then", "else")) {
            Node.Entry entry = map.entry(key);
            if (entry != null) {
                problems.add(
                        entry.key(),
                        "\"" + key + "\" is for files that rows name",
                        "say with each: which table names them, for example each: db:files");
            }
        }
    }

    /** One format is for what is read, if that is a file, else for what is written; {@code from} and {@code to} say both. */
    private Format format(Node.Mapping map, String side) {
        if (!(map.find("format") instanceof Node.Mapping format)) {
            return Format.NONE;
        } else if (format.find("from") != null || format.find("to") != null) {
            return format.find(side) instanceof Node.Mapping one ? Format.of(one) : Format.NONE;
        }
        boolean readsTables = map.find("from") instanceof Node.Mapping || hasTables(scalars(map.find("from")));
        return readsTables == side.equals("to") ? Format.of(format) : Format.NONE;
    }

    private RowSteps filesOnly(Node.Mapping map) {
        for (String key : List.of("since", "lookup", "collect", "spread", "with", "examples")) {
            Node.Entry entry = map.entry(key);
            if (entry != null) {
                problems.add(entry.key(), "\"" + key + "\" is for moves of rows");
            }
        }
        return RowSteps.NONE;
    }

    /** What from and to must agree upon. */
    private void shape(List<From> from, List<Node.Scalar> places, To to, Node.Scalar toPlace, boolean rows) {
        if (rows) {
            if (from.size() > 1) {
                problems.add(places.get(1), "a move of rows has one \"from\"", "write a second move");
            }
            return;
        }
        for (int i = 1; i < from.size(); i++) {
            if (!from.get(i).store().equals(from.get(0).store())) {
                problems.add(places.get(i), "a move reads from one store", "write a second move");
            }
        }
        if (to.isFolder() || to.path().uses("file")) {
            return;
        }
        for (int i = 0; i < from.size(); i++) {
            if (from.get(i).kind() != From.Kind.ONE) {
                String what = from.get(i).kind() == From.Kind.FOLDER ? "a folder" : "a pattern";
                String message = "\"to\" names one file, but \"from\" is " + what + " ("
                        + from.get(i).text() + ")";
                problems.add(toPlace, message, "write " + toPlace.text() + "/");
                return;
            }
        }
        if (from.size() > 1) {
            problems.add(toPlace, "\"to\" names one file, but \"from\" names several", "write " + toPlace.text() + "/");
        }
    }

    boolean hasTables(List<Node.Scalar> places) {
        for (Node.Scalar place : places) {
            int colon = place.text().indexOf(':');
            StoreSpec spec = colon < 0 ? null : stores.get(place.text().substring(0, colon));
            if (spec != null) {
                var provider = context.providers().get(spec.type());
                if (provider != null && provider.holdsTables()) {
                    return true;
                }
            }
        }
        return false;
    }

    /** Whether it holds no tables; of a store that could not be read this is not known, and that was said already. */
    private boolean holdsFiles(Node.Scalar place) {
        int colon = place.text().indexOf(':');
        return colon > 0 && stores.get(place.text().substring(0, colon)) != null && !hasTables(List.of(place));
    }

    static List<Node.Scalar> scalars(@Nullable Node node) {
        List<Node.Scalar> all = new ArrayList<>();
        if (node instanceof Node.Sequence list) {
            list.items().forEach(item -> all.addAll(scalars(item)));
        } else if (node instanceof Node.Scalar scalar && !scalar.isNull()) {
            all.add(scalar);
        }
        return all;
    }

    /** Where staged rows go: a folder, or a place in a store of files. */
    void stage(String place, @Nullable Node at) {
        if (place.indexOf(':') < 0 || !(at instanceof Node.Scalar scalar)) {
            return;
        }
        Node.Scalar written = scalar.with(place);
        String store = store(written);
        String path = place.substring(place.indexOf(':') + 1);
        String objection = path.isEmpty() ? "" : Route.objection(path);
        if (store != null && hasTables(List.of(written))) {
            problems.add(at, "\"stage\" goes to a folder or a store of files, and \"" + store + "\" holds tables");
        } else if (!objection.isEmpty()) {
            problems.add(at, "the path of \"" + place + "\" " + objection, "paths are relative to the store");
        }
    }

    /** The store of an address, or null when there is none; that has been noted. */
    private @Nullable String store(Node.Scalar place) {
        String text = place.text();
        int colon = text.indexOf(':');
        String sample = defined.isEmpty() ? "STORE" : defined.iterator().next();
        if (colon <= 0) {
            problems.add(
                    place,
                    "\"" + text + "\" is not an address",
                    "write STORE:PATH, for example " + sample + ":" + text);
            return null;
        }
        String store = text.substring(0, colon);
        if (!defined.contains(store)) {
            String hint = Nearest.hint(store, defined);
            Node.Entry at = top.entry("stores");
            String note = defined.isEmpty() || at == null
                    ? null
                    : "defined at line " + at.key().line() + ": " + String.join(", ", defined);
            problems.add(place, "store \"" + store + "\" is not defined", hint, note);
            return null;
        }
        return store;
    }

    /** The names of stores that the plan defines, rightly or not. */
    private static Set<String> defined(Node.Mapping top) {
        Set<String> names = new LinkedHashSet<>();
        if (top.find("stores") instanceof Node.Mapping map) {
            map.entries().forEach(entry -> names.add(entry.key().text()));
        }
        return names;
    }

    private @Nullable From from(Node.Scalar place) {
        String store = store(place);
        if (store == null) {
            return null;
        }
        Template template = template("from", place, store.length() + 1, Scope.EMPTY.withVars(vars.types()));
        if (template == null) {
            return null;
        }
        if (!hasValues(template)) {
            return null;
        }
        try {
            String path = template.text(values());
            String objection = path.isEmpty() ? "" : Route.objection(path);
            if (!objection.isEmpty()) {
                problems.add(
                        place, "the path of \"" + place.text() + "\" " + objection, "paths are relative to the store");
                return null;
            }
            return new From(store, path);
        } catch (MappingException e) {
            problems.addAll(place, "from", e);
            return null;
        }
    }

    /** What a statement gives; its rows are called as the move is. */
    private @Nullable From query(String move, Node.Mapping map, Node.Mapping asked) {
        Node key = map.find("key");
        if (scalars(key).isEmpty()) {
            problems.add(
                    key == null ? asked : key,
                    "a query has no key of its own, so its rows cannot be told apart",
                    "name the columns that identify a row, for example key: id");
        }
        if (!(asked.find("store") instanceof Node.Scalar store) || !(asked.find("query") instanceof Node.Scalar text)) {
            return null;
        }
        String name = store(store.with(store.text() + ":"));
        StoreSpec spec = name == null ? null : stores.get(name);
        StoreProvider provider = spec == null ? null : context.providers().get(spec.type());
        if (provider != null && !provider.takesQueries()) {
            problems.add(
                    store,
                    "store \"" + store.text() + "\" (" + provider.type() + ") takes no query",
                    "name a table, or a store of "
                            + String.join(
                                    " or ",
                                    context.providers().values().stream()
                                            .filter(StoreProvider::takesQueries)
                                            .map(StoreProvider::type)
                                            .toList()));
            return null;
        }
        Template statement = template("query", text, 0, Scope.EMPTY.withVars(vars.types()));
        if (name == null || statement == null) {
            return null;
        } else if (!statement.isConstant()) {
            problems.add(text, "a query is not filled in with ${...}", "compare in where: instead; $${ stands for ${");
            return null;
        }
        return new From(name, move, statement.literal());
    }

    @Nullable
    To to(Node.Scalar place, Scope scope) {
        String store = store(place);
        Template path = store == null ? null : template("to", place, store.length() + 1, scope);
        if (store == null || path == null) {
            return null;
        }
        String objection = path.isConstant() && !path.text().isEmpty() ? Route.objection(path.text()) : "";
        if (!objection.isEmpty()) {
            problems.add(place, "the path of \"" + place.text() + "\" " + objection, "paths are relative to the store");
            return null;
        }
        return new To(store, path);
    }

    /** The target of rows, its variables filled in: one table. */
    private @Nullable To table(@Nullable To to, Node.Scalar place) {
        if (to == null || to.path().isConstant() || !hasValues(to.path())) {
            return to;
        }
        try {
            return new To(to.store(), Template.constant(to.path().text(values())));
        } catch (MappingException e) {
            problems.addAll(place, "to", e);
            return null;
        }
    }

    /** Whether every variable of a template has a value; one that has none has been noted. */
    private boolean hasValues(Template template) {
        return template.uses().stream().allMatch(use -> vars.text(use.substring(use.indexOf('.') + 1)) != null);
    }

    private Names values() {
        return Names.of("").with("vars", vars.values());
    }

    private @Nullable Template template(String key, Node.Scalar at, int skip, Scope scope) {
        return template(key, at, skip, scope, problems);
    }

    static @Nullable Template template(String key, Node.Scalar at, int skip, Scope scope, Problems problems) {
        try {
            return Template.parse(at.text().substring(skip), scope);
        } catch (MappingException e) {
            for (MappingException.Fault fault : e.faults()) {
                String message = "in \"" + key + "\": " + fault.message();
                problems.addAt(at, skip + fault.position(), message, fault.hint());
            }
            return null;
        }
    }

    static @Nullable Expression expression(String key, @Nullable Node node, Scope scope, Problems problems) {
        if (!(node instanceof Node.Scalar scalar) || scalar.isNull()) {
            return null;
        }
        try {
            return Expression.compile(scalar.text(), scope);
        } catch (MappingException e) {
            problems.addAll(scalar, key, e);
            return null;
        }
    }
}
