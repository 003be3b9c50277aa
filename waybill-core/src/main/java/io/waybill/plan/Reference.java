package io.waybill.plan;

import io.waybill.mapping.Expression;
import io.waybill.store.StoreProvider;
import java.util.Collection;
import java.util.List;

/** The reference of the plan language for people, in Markdown; its tables come from the same description as the checks. */
public final class Reference {
    private Reference() {}

    /** Every key with its values, default and meaning, and the options of these stores; ends in a new line. */
    public static String markdown(Collection<StoreProvider> providers) {
        StringBuilder out = new StringBuilder();
        out.append("# Plan file reference\n\n");
        out.append("Generated from the program: `waybill schema` prints the same as a JSON Schema.\n\n");
        section(out, "## The plan", "", Schema.TOP);
        out.append("\\* A move may say it too; the move's own value wins.\n\n");
        section(out, "## A move", "An item of `moves`.\n\n", Schema.MOVE);
        section(out, "## row", "How each row of a move changes. Templates see the row as it was read.\n\n", Schema.ROW);
        section(out, "## limits", "On the plan or on a move; a move's own limits win one by one.\n\n", Schema.LIMITS);
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
        } else if (shape instanceof Shape.Many) {
            return "a list";
        } else if (shape instanceof Shape.Open) {
            return "any value, templates allowed";
        }
        return "a map";
    }
}
