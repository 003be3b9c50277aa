package io.waybill.plan;

import java.util.ArrayList;
import java.util.List;
import java.util.Set;

/** The plan language: every key with its shape, default and meaning. Checking, help and the schema file come from here. */
final class Schema {
    /** Keys of the language that later versions bring. */
    static final Set<String> LATER = Set.of(
            "each",
            "then",
            "else",
            "with",
            "collect",
            "spread",
            "lookup",
            "checks",
            "rows",
            "hooks",
            "schedule",
            "notify",
            "metrics",
            "examples",
            "stage",
            "since",
            "backup",
            "budget",
            "order",
            "format",
            "create",
            "query",
            "pause");

    private static final Shape.One TEXT = one(Shape.Form.TEXT);
    private static final Shape.One NAME = one(Shape.Form.NAME);
    private static final Shape.One ADDRESS = one(Shape.Form.ADDRESS);
    private static final Shape.One EXPRESSION = one(Shape.Form.EXPRESSION);
    private static final Shape.One BOOLEAN = one(Shape.Form.BOOLEAN);

    static final List<String> VAR_TYPES = List.of("text", "int", "decimal", "bool", "date", "timestamp");

    /** A variable in its long form. */
    static final Shape.Block VAR = new Shape.Block(
            "vars.NAME",
            List.of(
                    key("type", choice(VAR_TYPES), "text", "What kind of value it takes."),
                    key(
                            "default",
                            new Shape.Open(),
                            null,
                            "Its value unless --set gives another; without one it must be given.")));

    static final Shape.Block LIMITS = new Shape.Block(
            "limits",
            List.of(
                    key(
                            "parallel",
                            one(Shape.Form.POSITIVE),
                            "from the stores and the machine",
                            "How many transfers run at a time."),
                    key(
                            "bytes_per_second",
                            one(Shape.Form.SIZE),
                            "no limit",
                            "The most bytes a second, over all transfers."),
                    key(
                            "requests_per_second",
                            one(Shape.Form.POSITIVE),
                            "no limit",
                            "The most requests a second to each store."),
                    key(
                            "retries",
                            one(Shape.Form.COUNT),
                            String.valueOf(Limits.RETRIES),
                            "How often an item is tried again after it failed."),
                    key("memory", one(Shape.Form.SIZE), "from the machine", "The most memory for buffers."),
                    key("batch", one(Shape.Form.POSITIVE), "the store's own", "How many items make a batch."),
                    key(
                            "timeout",
                            one(Shape.Form.DURATION),
                            Limits.TIMEOUT.toSeconds() + "s",
                            "How long one request may take.")));

    static final Shape.Block ROW = new Shape.Block(
            "row",
            List.of(
                    key(
                            "set",
                            new Shape.Named(new Shape.Open()),
                            null,
                            "Fields to add or change; the others stay. A name may be a JSON Pointer (/place/City); NAME? leaves the field as it is when the value is missing or null."),
                    key("drop", new Shape.OneOrMany(TEXT), null, "Fields to leave out."),
                    key("only", new Shape.Named(new Shape.Open()), null, "The fields of the new row, and no others.")));

    static final Shape.Block MOVE = new Shape.Block("moves", moveKeys());
    static final Shape.Block TOP = new Shape.Block("plan", topKeys());

    private Schema() {}

    private static List<Shape.Key> shared() {
        return List.of(
                inherited(
                        "exists",
                        choice(Word.all(Exists.class)),
                        "same_ok",
                        "What happens when something stands at a target that this plan did not write: same_ok (equal is done, different is a conflict), skip (kept, done), fail (nothing starts), replace (a before-image is kept)."),
                inherited(
                        "verify",
                        choice(Word.all(Verify.class)),
                        "auto for files, end for rows",
                        "How it is proven that an item arrived. Files: auto (the store's checksum where it is honest, else read back), read, off. Rows: end (one pass after the writes), batch, off."),
                inherited(
                        "on_error",
                        choice(Word.all(OnError.class)),
                        "continue",
                        "Whether other items go on when one fails for good."),
                inherited("limits", LIMITS, null, "How hard it may work; a move's own limits win one by one."),
                inherited(
                        "source",
                        choice(Word.all(AfterMove.class)),
                        "keep",
                        "What becomes of a source once its target is verified."));
    }

    private static List<Shape.Key> topKeys() {
        List<Shape.Key> keys = new ArrayList<>(List.of(
                required("waybill", one(Shape.Form.VERSION), "The version of the plan language: 1."),
                required("name", NAME, "The name of the series of runs; its ledger is named after it."),
                key(
                        "namespace",
                        TEXT,
                        "the name",
                        "What id(...) makes ids in; two plans with the same namespace make the same ids."),
                key(
                        "vars",
                        new Shape.Named(new Shape.Either(TEXT, VAR)),
                        null,
                        "Values that expressions see below vars. and that --set can give."),
                required(
                        "stores",
                        new Shape.Named(new Shape.Either(TEXT, new Shape.StoreOptions())),
                        "Where things are: a URL or a map with type, by name."),
                required("moves", new Shape.Many(MOVE), "What goes where."),
                key("ledger", TEXT, ".waybill/NAME.db beside the plan", "Where the ledger is kept."),
                key("images", TEXT, "beside the ledger", "Where before-images are kept: a folder or an address.")));
        keys.addAll(shared());
        return keys;
    }

    private static List<Shape.Key> moveKeys() {
        List<Shape.Key> keys = new ArrayList<>(
                List.of(
                        key("name", NAME, "move and its number", "The name of the move."),
                        required(
                                "from",
                                new Shape.OneOrMany(ADDRESS),
                                "What is read: a folder (with a slash at its end), a file, a pattern (* within a folder, ** across folders), or a table."),
                        required(
                                "to",
                                ADDRESS,
                                "Where it goes: a folder (with a slash at its end; items keep their paths), a file, a template, or a table."),
                        key("row", ROW, null, "How each row changes."),
                        key("where", EXPRESSION, "everything", "Which items move."),
                        key(
                                "key",
                                new Shape.OneOrMany(TEXT),
                                "the table's own",
                                "The columns that identify a source row."),
                        key(
                                "group",
                                EXPRESSION,
                                "the entry of from",
                                "The group in which an item is counted and shown."),
                        key("after", new Shape.OneOrMany(NAME), null, "Moves that must be finished first."),
                        key(
                                "exclusive",
                                BOOLEAN,
                                "false",
                                "Whether nothing else writes to the target meanwhile, so that faster unconditional writes are safe.")));
        keys.addAll(shared());
        return keys;
    }

    private static Shape.One one(Shape.Form form) {
        return new Shape.One(form, List.of());
    }

    private static Shape.One choice(List<String> values) {
        return new Shape.One(Shape.Form.CHOICE, values);
    }

    private static Shape.Key key(
            String name, Shape shape, @org.jspecify.annotations.Nullable String initial, String doc) {
        return new Shape.Key(name, shape, initial, false, false, doc);
    }

    private static Shape.Key required(String name, Shape shape, String doc) {
        return new Shape.Key(name, shape, null, true, false, doc);
    }

    private static Shape.Key inherited(
            String name, Shape shape, @org.jspecify.annotations.Nullable String initial, String doc) {
        return new Shape.Key(name, shape, initial, false, true, doc);
    }
}
