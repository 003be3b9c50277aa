package io.waybill.plan;

import io.waybill.mapping.MappingException;
import io.waybill.mapping.RowMapping;
import io.waybill.mapping.Scope;
import io.waybill.mapping.Template;
import io.waybill.value.Value;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/** Reads what a move makes of its rows. */
final class RowReader {
    private final Scope scope;
    private final Problems problems;
    private boolean fits = true;

    private RowReader(Scope scope, Problems problems) {
        this.scope = scope;
        this.problems = problems;
    }

    /** The mapping, or null when something is wrong with it; that has been noted. */
    static @Nullable RowMapping read(Node.Mapping row, Scope scope, Problems problems) {
        return new RowReader(scope, problems).mapping(row);
    }

    private @Nullable RowMapping mapping(Node.Mapping row) {
        List<RowMapping.Field> set = fields(row.find("set"));
        List<RowMapping.Field> only = fields(row.find("only"));
        List<String> drop = new ArrayList<>();
        Set<String> names = new HashSet<>();
        set.forEach(field -> names.add(field.name()));
        for (Node.Scalar name : Moves.scalars(row.find("drop"))) {
            drop.add(name.text());
            if (names.contains(name.text())) {
                wrong(name, "\"" + name.text() + "\" is both set and dropped", null);
            }
        }
        Node.Entry onlyEntry = row.entry("only");
        if (onlyEntry != null && (row.find("set") != null || row.find("drop") != null)) {
            wrong(onlyEntry.key(), "\"only\" names all fields, so \"set\" and \"drop\" have no place beside it", null);
        }
        if (row.entries().isEmpty()) {
            wrong(row, "\"row\" is empty", "leave it out, or give it set, drop or only");
        }
        if (!fits) {
            return null;
        }
        return onlyEntry == null ? RowMapping.of(set, drop) : RowMapping.only(only);
    }

    private void wrong(Node at, String message, @Nullable String hint) {
        problems.add(at, message, hint);
        fits = false;
    }

    private List<RowMapping.Field> fields(@Nullable Node node) {
        List<RowMapping.Field> fields = new ArrayList<>();
        Set<String> names = new HashSet<>();
        if (!(node instanceof Node.Mapping map)) {
            return fields;
        }
        for (Node.Entry entry : map.entries()) {
            String written = entry.key().text();
            boolean optional = written.endsWith("?");
            String name = optional ? written.substring(0, written.length() - 1) : written;
            if (name.isEmpty() || name.equals("/")) {
                wrong(entry.key(), "a field without a name", null);
            } else if (!names.add(name)) {
                wrong(entry.key(), "\"" + name + "\" stands here twice", "keep one of them");
            } else {
                fields.add(new RowMapping.Field(name, optional, shape(name, entry.value())));
            }
        }
        return fields;
    }

    private RowMapping.Shape shape(String name, Node node) {
        if (node instanceof Node.Sequence list) {
            return new RowMapping.Shape.Listed(
                    list.items().stream().map(item -> shape(name, item)).toList());
        } else if (node instanceof Node.Mapping map) {
            Map<Template, RowMapping.Shape> entries = new LinkedHashMap<>();
            for (Node.Entry entry : map.entries()) {
                entries.put(template(name, entry.key()), shape(name, entry.value()));
            }
            return new RowMapping.Shape.Mapped(entries);
        }
        Node.Scalar scalar = (Node.Scalar) node;
        if (!scalar.text().contains("${")) {
            return new RowMapping.Shape.Constant(Scalars.value(scalar));
        }
        Template template = template(name, scalar);
        return template.isConstant() ? constant(template) : new RowMapping.Shape.Filled(template);
    }

    private static RowMapping.Shape constant(Template template) {
        return new RowMapping.Shape.Constant(Value.of(template.literal()));
    }

    private Template template(String name, Node.Scalar scalar) {
        try {
            return Template.parse(scalar.text(), scope);
        } catch (MappingException e) {
            problems.addAll(scalar, name, e);
            fits = false;
            return Template.constant("");
        }
    }
}
