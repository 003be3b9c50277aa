package io.waybill.plan;

import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/** The plan language: every key with its shape, default and meaning. Checking, help and the schema file come from here. */
final class Schema {
    /** Keys of the language that later versions bring. */
    static final Set<String> LATER = Set.of("order", "create", "pause");

    static final List<String> VAR_TYPES = List.of("text", "int", "decimal", "bool", "date", "timestamp");

    /** A variable in its long form. */
    static final Shape.Block VAR = block(
            key("type", choice(VAR_TYPES), "What kind of value it takes.", "text"),
            key(
                    "default",
                    new Shape.Open(),
                    "Its value unless --set gives another; without one it must be given.",
                    null));

    static final Shape.Block LIMITS = block(
            key(
                    "parallel",
                    one(Shape.Form.POSITIVE),
                    "How many transfers run at a time.",
                    "the stores and the machine tell"),
            key("bytes_per_second", one(Shape.Form.SIZE), "The most bytes a second, over all transfers.", "no limit"),
            key(
                    "requests_per_second",
                    one(Shape.Form.POSITIVE),
                    "The most requests a second to each store.",
                    "no limit"),
            key(
                    "retries",
                    one(Shape.Form.COUNT),
                    "How often an item is tried again after it failed.",
                    "" + Limits.RETRIES),
            key("memory", one(Shape.Form.SIZE), "The most memory for buffers.", "the machine tells"),
            key(
                    "batch",
                    one(Shape.Form.POSITIVE),
                    "How many items make a batch; with each, all of one group.",
                    "the store's own; with each " + Limits.BATCH_OF_NAMED),
            key(
                    "batch_bytes",
                    one(Shape.Form.SIZE),
                    "With each: the most bytes of a batch of several files.",
                    "no limit"),
            key(
                    "timeout",
                    one(Shape.Form.DURATION),
                    "How long one request may take.",
                    Limits.TIMEOUT.toSeconds() + "s"));

    static final Shape.Block ROW = block(
            key("set", new Shape.Named(new Shape.Open()), """
                Fields to add or change; the others stay. A name may be a JSON Pointer (/place/City). After NAME?: the \
                field stays as it is when the value is missing or null.""", null),
            key("drop", new Shape.OneOrMany(one(Shape.Form.TEXT)), "Fields to leave out.", null),
            key("only", new Shape.Named(new Shape.Open()), "The fields of the new row, and no others.", null));

    private static final Shape BY = new Shape.Named(one(Shape.Form.EXPRESSION));

    static final Shape.Block LOOKUP = block(
            required("in", one(Shape.Form.ADDRESS), "The table, as STORE:TABLE."),
            required("by", BY, "Columns of that table and the values they must have."),
            key(
                    "miss",
                    choice(Word.all(RowSteps.Miss.class)),
                    "What becomes of a row for which nothing is found: it fails, is left out, or goes on without.",
                    "fail"),
            key(
                    "many",
                    choice(Word.all(RowSteps.Many.class)),
                    "What becomes of a row for which several are found: it fails, or the first by key counts.",
                    "fail"));

    static final Shape.Block COLLECT = block(
            required("from", one(Shape.Form.ADDRESS), "The table of the child rows, as STORE:TABLE."),
            required("by", BY, "Columns of that table and the values they must have."),
            key("order", new Shape.OneOrMany(one(Shape.Form.TEXT)), "Columns by which they are sorted.", "their key"),
            key("row", ROW, "How each child row changes.", null));

    static final Shape.Block SPREAD = block(
            required("over", one(Shape.Form.EXPRESSION), "A list or a map: one target row for each element or entry."),
            required("as", one(Shape.Form.NAME), """
                The name below which expressions see the fields of an element that is a map, value of another, key and \
                value of an entry."""));

    static final Shape.Block RULE = block(
            required("expr", one(Shape.Form.EXPRESSION), "What must be true of a mapped row; null passes."),
            key("severity", choice(List.of("error", "warn")), "Whether a row that breaks it is set aside.", "error"),
            key("message", one(Shape.Form.TEXT), "What is said of a row that breaks it.", "the rule's name"));

    static final Shape.Block CHECKS = block(
            key(
                    "required",
                    new Shape.OneOrMany(one(Shape.Form.TEXT)),
                    "Fields that must be there, neither null nor empty.",
                    null),
            key(
                    "unique",
                    new Shape.OneOrMany(one(Shape.Form.TEXT)),
                    "Fields whose values no two rows of the move may share.",
                    null),
            key("refs", new Shape.Named(one(Shape.Form.TEXT)), """
                Fields and what their values must be: a key of what another move writes (its name), or a value of \
                STORE:TABLE.COLUMN.""", null),
            key(
                    "rules",
                    new Shape.Named(new Shape.Either(one(Shape.Form.EXPRESSION), RULE)),
                    "Conditions by name; row. is the mapped row, source. the row as read.",
                    null));

    static final Shape.Block WITH = block(
            key("put", one(Shape.Form.ADDRESS), "Write a row into this table of the target's store.", null),
            key("patch", one(Shape.Form.ADDRESS), "Change fields of a row of this table.", null),
            key("remove", one(Shape.Form.ADDRESS), "Remove a row of this table.", null),
            key("set", new Shape.Named(new Shape.Open()), "Fields to add to the mapped row or to change.", null),
            key("drop", new Shape.OneOrMany(one(Shape.Form.TEXT)), "Fields to leave out.", null),
            key("only", new Shape.Named(new Shape.Open()), "The fields, and no others.", null),
            key("when", one(Shape.Form.EXPRESSION), "Whether it happens.", "always"));

    private static final Shape ANY = new Shape.Named(new Shape.Open());

    static final Shape.Block EXAMPLE = block(
            required("in", ANY, "The row as it is read."),
            key("out", new Shape.Open(), """
                What becomes of it: the mapped row, a list of rows for a spread, or null for a row that is left out.""", null),
            key("fails", one(Shape.Form.TEXT), "Instead of out: part of the reason why the row is set aside.", null),
            key("lookup", ANY, "What each look-up finds, by name: a row, or a list of rows.", "nothing is found"),
            key("collect", ANY, "The child rows, by name: a list.", "there are none"),
            key("vars", ANY, "Variables that have another value here.", "the plan's"));

    static final Shape.Block HOOK = block(
            key(
                    "run",
                    new Shape.OneOrMany(one(Shape.Form.TEXT)),
                    "A program and its arguments; no shell reads them.",
                    null),
            key("call", one(Shape.Form.TEXT), "An http or https address that JSON is posted to, instead of run.", null),
            key("timeout", one(Shape.Form.DURATION), "How long it may take.", Hook.TIMEOUT.toMinutes() + "m"));

    static final Shape.Block HOOKS = block(
            key("before", HOOK, "Before anything is written; when it fails, nothing is.", null),
            key("after", HOOK, "When all is done; when it fails, the next run tries it again.", null));

    static final Shape.Block SCHEDULE = block(
            required("cron", one(Shape.Form.TEXT), """
                Minute, hour, day of the month, month and day of the week, as cron reads them, or @hourly, @daily, @weekly, \
                @monthly, @yearly."""),
            key("zone", one(Shape.Form.TEXT), "The time zone, for example Europe/Berlin.", "UTC"),
            key("missed", choice(Word.all(Schedule.Missed.class)), """
                What happens when times went by while nobody ran the plan: they are left out (skip), or it is run once for \
                all of them (run). They are said in any case.""", "skip"));

    static final Shape.Block LOG = block(
            key("format", choice(Word.all(LogOptions.Format.class)), "Lines of text, or of JSON.", "text"),
            key("level", choice(Word.all(LogOptions.Level.class)), "How much the file holds.", "info"),
            key("folder", one(Shape.Form.TEXT), """
                Where the file of each command goes: a folder, relative to the plan's.""", ".waybill/logs beside the plan"));

    static final Shape.Block NOTIFY = block(
            key("failed", one(Shape.Form.TEXT), """
                An http or https address that JSON is posted to when a run ends with another exit code than 0, or is \
                stopped other than by Ctrl-C.""", null),
            key("done", one(Shape.Form.TEXT), "One for when a run ends with exit code 0.", null),
            key(
                    "timeout",
                    one(Shape.Form.DURATION),
                    "How long one of up to three tries may take.",
                    Notify.TIMEOUT.toSeconds() + "s"));

    static final int CLOUDWATCH_SECONDS = 60;
    static final int FILE_SECONDS = 10;

    static final Shape.Block METRICS = block(
            required("type", choice(MetricsReader.TYPES), "What kind of service takes them."),
            key("namespace", one(Shape.Form.TEXT), "Of CloudWatch: the namespace of the metrics.", null),
            key(
                    "region",
                    one(Shape.Form.TEXT),
                    "Of CloudWatch: the region.",
                    "AWS_REGION, AWS_DEFAULT_REGION or the profile's"),
            key(
                    "profile",
                    one(Shape.Form.TEXT),
                    "Of CloudWatch: the profile of the AWS configuration files to take keys from.",
                    null),
            key(
                    "keys",
                    one(Shape.Form.TEXT),
                    "Of CloudWatch: the prefix of the environment variables with the keys, as of a store.",
                    null),
            key(
                    "endpoint",
                    one(Shape.Form.TEXT),
                    "Of CloudWatch: the address of a service that is not AWS's own.",
                    null),
            key("at", one(Shape.Form.TEXT), """
                Of Prometheus: a port or HOST:PORT that answers GET /metrics during a run, or a file whose name ends in \
                .prom.""", null),
            key(
                    "every",
                    one(Shape.Form.DURATION),
                    "How long to wait before they are published again.",
                    CLOUDWATCH_SECONDS + "s to CloudWatch, " + FILE_SECONDS + "s to a file, 1s at a port"));
    static final Shape.Block QUERY = block(
            required("store", one(Shape.Form.NAME), "A store of PostgreSQL or SQLite."),
            required("query", one(Shape.Form.TEXT), """
                One statement that gives rows, for example a SELECT; it runs where nothing can be written. The move's key \
                names the columns that tell its rows apart."""));

    static final Shape.Block TOLD = block(
            key("update", one(Shape.Form.TEXT), """
                source for the row that names the file; or a table as STORE:TABLE, whose key stands among the fields.""", null),
            key("insert", one(Shape.Form.ADDRESS), "A table that gets a new row, as STORE:TABLE.", null),
            key("set", new Shape.Named(new Shape.Open()), "Fields to add to the row or to change.", null),
            key("drop", new Shape.OneOrMany(one(Shape.Form.TEXT)), "Fields to leave out.", null),
            key("only", new Shape.Named(new Shape.Open()), "The fields, and no others.", null),
            key("when", one(Shape.Form.EXPRESSION), "Whether it happens.", "always"),
            key("add_columns", one(Shape.Form.BOOLEAN), """
                Whether columns that the table lacks are added to it; a full rollback drops them again if they are empty \
                then.""", "false"));

    static final Shape.Block OBJECTS = block(
            required("of", one(Shape.Form.TEXT), "The table whose rows name the objects."),
            required(
                    "from",
                    one(Shape.Form.ADDRESS),
                    "Where a row's object is: a template over row. and root., the rows as they were read."),
            required("to", one(Shape.Form.ADDRESS), """
                Where it goes: a folder, or a template over file. and over row. and root., here the rows as they will stand at \
                the target."""),
            key(
                    "where",
                    one(Shape.Form.EXPRESSION),
                    "Which rows name an object; sees row. and root., as they were read.",
                    "all that name one"),
            key("folder", one(Shape.Form.EXPRESSION), """
                Which rows name a folder: every object below from goes, each with its path below it appended to to; sees row. and \
                root., as they were read.""", "none"));

    static final Shape.Block IDS = block(
            key("new", new Shape.Named(new Shape.OneOrMany(one(Shape.Form.EXPRESSION))), """
                By table: what else are ids, besides those in keys: a text, the elements of a list, the keys of a map.""", null),
            key("keep", new Shape.Named(new Shape.OneOrMany(one(Shape.Form.TEXT))), """
                By table: columns of keys whose values are no ids of the unit.""", null));

    static final Shape.Block CLOSURE = block(
            required("root", one(Shape.Form.ADDRESS), "The table whose rows are the roots, as STORE:TABLE."),
            key("where", one(Shape.Form.EXPRESSION), "Which roots move.", "all of them"),
            required("to", one(Shape.Form.NAME), "The store that all goes to; tables keep their names."),
            key("follow", new Shape.Named(one(Shape.Form.EXPRESSION)), """
                By table: which of its rows belong, where the catalog does not tell, as row.COLUMN == root.COLUMN or row.COLUMN in \
                TABLE.FIELD. Foreign keys that lead to the table do not count then.""", null),
            key("stop", new Shape.OneOrMany(one(Shape.Form.TEXT)), "Tables whose rows do not belong.", null),
            key("outward", new Shape.Named(choice(Word.all(Closure.Outward.class))), """
                By table: what becomes of a reference to a row of it that does not belong. The row must be at the target \
                (must_exist), also for the value that row gives it (map); the reference is left empty (null); or the row comes along \
                (bring).""", "must_exist"),
            key("ids", new Shape.Either(choice(List.of("keep", "new")), IDS), """
                Whether rows keep their ids, or the whole unit gets new ones, the same in every run of a plan of this name. A map \
                means new.""", "keep"),
            key("objects", new Shape.OneOrMany(OBJECTS), """
                Objects that rows name. They are copied and proven first; the rows of a unit are written once all its objects \
                are there.""", null),
            key("row", new Shape.Named(ROW), """
                By table: how its rows change; sees row., root., vars. and run., and where the rows name objects target., \
                the object at the target.""", null));

    static final Shape.Block MOVE = new Shape.Block(
            List.of(with(
                    key("name", one(Shape.Form.NAME), "The name of the move.", "move and its number"),
                    key("each", new Shape.Either(one(Shape.Form.ADDRESS), QUERY), """
                A table, as STORE:TABLE, or a query: each of its rows names a file, from and to are templates over the row, \
                and the row is the item.""", null),
                    key(
                            "rows",
                            CLOSURE,
                            "Instead of from and to: a root table, and with each of its rows all that belongs to it.",
                            null),
                    key("from", new Shape.Either(new Shape.OneOrMany(one(Shape.Form.ADDRESS)), QUERY), """
                What is read: a folder (with a slash at its end), a file, a pattern (* within a folder, ** across \
                folders), or a table. A list names places of one store. A map with store and query reads what a statement \
                gives.""", null),
                    key("to", one(Shape.Form.ADDRESS), """
                Where it goes: a folder (with a slash at its end; items keep their paths), a file, a template, or a \
                table.""", null),
                    key("where", one(Shape.Form.EXPRESSION), "Which items move.", "everything"),
                    key(
                            "since",
                            one(Shape.Form.TEXT),
                            "A column that grows with every change: a run reads rows from the highest value on that finished runs saw.",
                            null),
                    key("row", ROW, "How each row changes.", null),
                    key("format", new Shape.Named(new Shape.Open()), """
                How a table in a file is written: type (jsonl, json, csv), encoding, key (the columns that identify a row) and \
                more, see tables in files; under from and to, for each side. The file's name tells the type if this does \
                not.""", null),
                    key("lookup", new Shape.Named(LOOKUP), "A row of another table, seen as lookup.NAME.", null),
                    key("collect", new Shape.Named(COLLECT), "Child rows, seen as the list collect.NAME.", null),
                    key("spread", SPREAD, "Makes several rows of one.", null),
                    key("checks", CHECKS, "What must hold of each mapped row; one that breaks it is set aside.", null),
                    key(
                            "examples",
                            new Shape.Many(EXAMPLE),
                            "Rows and what becomes of them; waybill lint tries them.",
                            null),
                    key(
                            "with",
                            new Shape.Many(WITH),
                            "Effects that are committed together with the row, in the store that it goes to.",
                            null),
                    key(
                            "key",
                            new Shape.OneOrMany(one(Shape.Form.TEXT)),
                            "The columns that identify a source row.",
                            "the table's own"),
                    key(
                            "group",
                            one(Shape.Form.EXPRESSION),
                            "The group in which an item is counted and shown.",
                            "the entry of from"),
                    key("then", new Shape.Many(TOLD), """
                With each: what is written, in order, once a row's file is proven at its target; sees row., file., target., \
                run. and batch.""", null),
                    key("else", new Shape.Many(TOLD), """
                With each: what is written once a row's file was given up; sees row., error.kind, error.message, file.path, \
                run. and batch.""", null),
                    key("hooks", HOOKS, "Programs or addresses that are told of the move.", null),
                    key("after", new Shape.OneOrMany(one(Shape.Form.NAME)), "Moves that must be finished first.", null),
                    key("exclusive", one(Shape.Form.BOOLEAN), """
                Whether nothing else writes to the target meanwhile, so that faster unconditional writes are safe.""", "false"))),
            List.of(List.of("rows"), List.of("from", "to")));

    static final Shape.Block TOP = block(with(
            required("waybill", one(Shape.Form.VERSION), "The version of the plan language: 1."),
            required("name", one(Shape.Form.NAME), "The name of the series of runs; its ledger is named after it."),
            key("namespace", one(Shape.Form.TEXT), """
                What id(...) makes ids in; two plans with the same namespace make the same ids.""", "the name"),
            key("vars", new Shape.Named(new Shape.Either(one(Shape.Form.TEXT), VAR)), """
                Values that expressions see below vars. and that --set can give.""", null),
            required("stores", new Shape.Named(new Shape.Either(one(Shape.Form.TEXT), new Shape.StoreOptions())), """
                Where things are: a URL or a map with type, by name."""),
            required("moves", new Shape.Many(MOVE), "What goes where."),
            key("hooks", HOOKS, "Programs or addresses that are told of the whole run.", null),
            key("schedule", SCHEDULE, "When waybill schedule run runs the plan.", null),
            key("notify", NOTIFY, "Addresses that are told how a run ended.", null),
            key("metrics", new Shape.OneOrMany(new Shape.Either(one(Shape.Form.TEXT), METRICS)), """
                Where the figures of a run are published: cloudwatch:NAMESPACE, prometheus:PORT, prometheus:FILE.prom, or a \
                map.""", null),
            key("log", LOG, """
                How the log of each command is written; --log-format, --log-level and --log-file win.""", null),
            key("ledger", one(Shape.Form.TEXT), "Where the ledger is kept.", ".waybill/NAME.db beside the plan"),
            key("images", one(Shape.Form.TEXT), """
                Where before-images are kept: a folder, relative to the plan's.""", "beside the ledger"),
            key("stage", one(Shape.Form.TEXT), """
                Where waybill run --until read, map and check put rows: a folder, relative to the plan's, or a place in a \
                store of files.""", ".waybill/stage beside the plan")));

    private Schema() {}

    /** These keys, then those that stand on the plan or on a move. */
    private static Shape.Key[] with(Shape.Key... own) {
        List<Shape.Key> all = new ArrayList<>(List.of(own));
        all.add(inherited("exists", choice(Word.all(Exists.class)), """
            What happens when something stands at a target that this plan did not write: same_ok (equal is done, different \
            is a conflict), skip (kept, done), fail (nothing starts), replace (a before-image is kept).""", "same_ok"));
        all.add(inherited("verify", choice(Word.all(Verify.class)), """
            How it is proven that an item arrived. Files: auto (the store's checksum where it is honest, else read back), \
            read, off. Rows: end (one pass after the writes), batch, off.""", "auto for files, end for rows"));
        all.add(inherited("on_error", choice(Word.all(OnError.class)), """
            What it means for the others that an item fails for good, is in conflict or is set aside: they go on (continue), \
            the run stops (stop), or it stops and everything that it wrote is rolled back, without a question (rollback).""", "continue"));
        all.add(inherited("budget", one(Shape.Form.BUDGET), """
            How many items of a move may fail, be in conflict or be set aside before the run stops, or rolls back as \
            on_error says: a number, or a share of those that it looked at, judged from the hundredth on.""", "no limit; with on_error stop or rollback, none"));
        all.add(inherited("backup", choice(Word.all(Backup.class)), """
            Whether a target table is copied to a file before a run begins; waybill restore puts it back.""", "none"));
        all.add(inherited("limits", LIMITS, "How hard it may work; a move's own limits win one by one.", null));
        all.add(inherited("source", choice(Word.all(AfterMove.class)), """
            What becomes of a source once its target is verified.""", "keep"));
        return all.toArray(Shape.Key[]::new);
    }

    private static Shape.Block block(Shape.Key... keys) {
        return new Shape.Block(List.of(keys));
    }

    private static Shape.One one(Shape.Form form) {
        return new Shape.One(form, List.of());
    }

    private static Shape.One choice(List<String> values) {
        return new Shape.One(Shape.Form.CHOICE, values);
    }

    private static Shape.Key key(String name, Shape shape, String doc, @Nullable String initial) {
        return new Shape.Key(name, shape, initial, false, false, doc);
    }

    private static Shape.Key required(String name, Shape shape, String doc) {
        return new Shape.Key(name, shape, null, true, false, doc);
    }

    private static Shape.Key inherited(String name, Shape shape, String doc, @Nullable String initial) {
        return new Shape.Key(name, shape, initial, false, true, doc);
    }
}
