package io.waybill.plan;

import io.waybill.mapping.Expression;
import io.waybill.store.StoreProvider;
import java.util.Collection;
import java.util.List;

/** The reference of the plan language for people, in Markdown; its tables come from the same description as the checks. */
public final class Reference {
    private static final String TOLD = """
            One item of the `then` or `else` of a move with `each`.

            ```
            each: db:files
            from: media:${row.path}
            to: s3:files/${row.id}/${row.name}
            then:
              - update: source
                add_columns: true
                set: { key: "${target.path}", checksum: "${file.sha256}", copied_at: "${run.started}", batch: "${batch.id}" }
              - insert: db:audit
                only: { id: "${row.id}", key: "${target.path}" }
            else:
              - update: source
                set: { problem: "${error.kind}" }
            ```
            """;

    private static final String EXAMPLES = """
            Rows of a move and what becomes of them. `waybill lint` tries them without a store; `plan` and `run` do not, and
            they may change between runs.

            ```
            examples:
              - in: { id: 7, name: " Ada ", born: "${date('1815-12-10')}" }
                out: { id: 7, name: Ada, born: 1815-12-10 }
              - in: { id: 8, name: "" }
                fails: "required: name"
              - in: { id: 9, name: Test }
                out: null
            ```

            A plain value is a number, true, false, null or text as YAML has it. `${...}` makes any other in `in`; in `out` a
            text also stands for a date, time, timestamp, UUID or bytes (in hexadecimal) that reads so, a list for a set, and a
            number for the same number of another kind. Every field must be there, and no others. `run.started` is
            2026-01-01T00:00:00Z, `run.id` is r1, `batch.id` is r1.1. Of `checks`, `required` and `rules` count here; what a
            target's own types make of a value is not known.

            """;

    private static final String EXPRESSIONS = """
            ## Templates and expressions

            `${...}` holds an expression and may stand in any value of `to`, `from` (variables only) and `row`. A value that is
            one `${...}` keeps its type; in any other, values become text. `$${` stands for `${`. `where` and `group` are
            expressions without `${}`. The language is CEL (Common Expression Language) with exact numbers: whole numbers of
            any size, decimals by `decimal('1.50')`, and no silent step to a double.

            Names: `file.` (path, below, name, ext, size, modified) in moves of files; `row.` in moves of rows, and in `row`
            also `run.` (id, started: of the first run of the series) and `batch.` (id); `vars.` everywhere. A column with a
            space or a reserved name stands in backticks, any name in brackets: ``row.`Site ID` ``, `row['a:b']`.

            Missing, null and empty are three things: `has(row.x)`, `row.x == null`, `row.x == ''`. A comparison with something
            missing or null is false, except that `x == null` holds for a null and `x != null` for a value. A condition that is
            missing or null is false. Arithmetic and functions of something missing are missing, of null are null. A missing
            link in `row.a.b.c` makes the whole missing. In `row`, `NAME?:` leaves the field out when its value is missing or
            null; without `?`, missing fails the row and null is written.

            `kb(2)` is 2,000 bytes. A size in the plan is as it says: `64MB` is 64,000,000 bytes, `64 MiB` 67,108,864.

            YAML: a value with `: ` or ` #` in it, one that begins with `! & * @ {` or a backtick, a template inside `{ }` or
            `[ ]`, and a number with a leading zero must stand in quotes. Anchors, aliases, tags and duplicate keys are refused.

            """;

    private Reference() {}

    /** Every key with its values, default and meaning, and the options of these stores; ends in a new line. */
    public static String markdown(Collection<StoreProvider> providers) {
        StringBuilder out = new StringBuilder();
        out.append("# Plan file reference\n\n");
        out.append("Generated from the program: `waybill schema` prints the same as a JSON Schema.\n\n");
        section(out, "## The plan", "", Schema.TOP);
        out.append("\\* A move may say it too; the move's own value wins.\n\n");
        section(out, "## A move", "An item of `moves`.\n\n", Schema.MOVE);
        section(
                out,
                "## rows",
                "A root row with all that belongs to it; more in [what belongs together](closure.md).\n\n",
                Schema.CLOSURE);
        section(out, "## ids", "Below `rows`, where units get new ids.\n\n", Schema.IDS);
        section(out, "## from", "Of a move that reads what a statement gives.\n\n", Schema.QUERY);
        section(out, "## row", "How each row of a move changes. Templates see the row as it was read.\n\n", Schema.ROW);
        section(out, "## then and else", TOLD, Schema.TOLD);
        section(out, "## examples", EXAMPLES, Schema.EXAMPLE);
        section(out, "## limits", "On the plan or on a move; a move's own limits win one by one.\n\n", Schema.LIMITS);
        section(out, "## schedule", "When `waybill schedule run` runs the plan.\n\n", Schema.SCHEDULE);
        section(out, "## notify", "Who is told how a run ended.\n\n", Schema.NOTIFY);
        section(
                out,
                "## metrics",
                "Where the figures of a run are published; the short forms set `namespace` or `at`.\n\n",
                Schema.METRICS);
        section(
                out,
                "## vars",
                "By name: a value, which is the default, or a map. `{}` means text that must be given with `--set`.\n\n",
                Schema.VAR);
        out.append("## stores\n\n");
        out.append(
                "By name: a URL, a path, or a map with `type` (or `url`) and options. Secrets come as `${env.NAME}` or ");
        out.append("`${file:PATH}`.\n\n");
        for (StoreProvider provider : providers) {
            out.append("### ").append(provider.type()).append("\n\n");
            out.append("| option | kind | default | meaning |\n|---|---|---|---|\n");
            for (StoreProvider.Option option : provider.options()) {
                String initial = option.required() ? "required" : option.defaultValue();
                row(
                        out,
                        option.name(),
                        option.type().name().toLowerCase(java.util.Locale.ROOT),
                        code(initial),
                        option.doc());
            }
            out.append('\n');
        }
        out.append(EXPRESSIONS);
        out.append("## Functions\n\n");
        out.append("In `where`, `group` and templates; `f(x, y)` may also be written `x.f(y)`.\n\n");
        out.append("| function | meaning |\n|---|---|\n");
        Expression.functions()
                .forEach((usage, doc) -> out.append("| `")
                        .append(usage.replace("|", "\\|"))
                        .append("` | ")
                        .append(doc)
                        .append(" |\n"));
        return out.toString().stripTrailing() + "\n";
    }

    private static void section(StringBuilder out, String title, String intro, Shape.Block block) {
        out.append(title).append("\n\n").append(intro);
        out.append("| key | value | default | meaning |\n|---|---|---|---|\n");
        for (Shape.Key key : block.keys()) {
            String name = key.name() + (key.inherited() && block.equals(Schema.TOP) ? " \\*" : "");
            String initial = key.required() ? "required" : key.initial() == null ? "" : key.initial();
            row(out, name, value(key.shape()), initial, key.doc());
        }
        out.append('\n');
    }

    private static void row(StringBuilder out, String name, String value, String initial, String doc) {
        String key = name.endsWith(" \\*") ? "`" + name.substring(0, name.length() - 3) + "` \\*" : "`" + name + "`";
        for (String cell : List.of(key, value, initial, doc)) {
            out.append("| ").append(cell.replace("|", "\\|")).append(cell.isEmpty() ? "" : " ");
        }
        out.append("|\n");
    }

    private static String code(@org.jspecify.annotations.Nullable String initial) {
        return initial == null ? "" : initial.equals("required") ? initial : "`" + initial + "`";
    }

    private static String value(Shape shape) {
        if (shape instanceof Shape.One one) {
            return one.values().isEmpty()
                    ? one.form().text()
                    : String.join(
                            ", ", one.values().stream().map(v -> "`" + v + "`").toList());
        } else if (shape instanceof Shape.OneOrMany some) {
            return value(some.each()) + ", or a list";
        } else if (shape instanceof Shape.Either either) {
            return value(either.one()) + " or a map";
        } else if (shape instanceof Shape.Many) {
            return "a list";
        } else if (shape instanceof Shape.Open) {
            return "any value, templates allowed";
        } else if (shape instanceof Shape.Either either && either.one() instanceof Shape.OneOrMany) {
            return value(either.one()) + ", or a map";
        }
        return "a map";
    }
}
