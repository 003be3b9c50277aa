package io.waybill.plan;

import io.waybill.mapping.Nearest;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** Compares a plan's nodes with their shapes and notes everything that does not fit. */
final class Checker {
    private final Problems problems;

    Checker(Problems problems) {
        this.problems = problems;
    }

    /** Whether the node fits; if not, it has been noted. */
    boolean fits(String key, Node node, Shape shape) {
        if (shape instanceof Shape.One one) {
            return node instanceof Node.Scalar scalar ? single(key, scalar, one) : wrong(key, node, "a single value");
        } else if (shape instanceof Shape.Block block) {
            return node instanceof Node.Mapping map ? block(map, block) : wrong(key, node, "a map");
        } else if (shape instanceof Shape.Named named) {
            return node instanceof Node.Mapping map ? named(map, named.each()) : wrong(key, node, "a map");
        } else if (shape instanceof Shape.Many many) {
            return node instanceof Node.Sequence list ? all(key, list, many.each()) : wrong(key, node, "a list");
        } else if (shape instanceof Shape.OneOrMany some) {
            return node instanceof Node.Sequence list ? all(key, list, some.each()) : fits(key, node, some.each());
        } else if (shape instanceof Shape.Either either) {
            return fits(key, node, node instanceof Node.Mapping ? either.map() : either.one());
        }
        return true;
    }

    private boolean wrong(String key, Node node, String wanted) {
        boolean empty = node instanceof Node.Scalar scalar && scalar.isNull();
        String found = empty ? "left empty" : node.form();
        problems.add(node, "\"" + key + "\" must be " + wanted + ", not " + found);
        return false;
    }

    private boolean wrongItem(String key, Node item) {
        problems.add(item, "an item of \"" + key + "\" must be a map, not " + item.form());
        return false;
    }

    private boolean all(String key, Node.Sequence list, Shape each) {
        boolean fits = true;
        for (Node item : list.items()) {
            boolean misplaced = each instanceof Shape.Block && !(item instanceof Node.Mapping);
            fits &= misplaced ? wrongItem(key, item) : fits(key, item, each);
        }
        if (list.items().isEmpty()) {
            problems.add(list, "\"" + key + "\" is an empty list");
            fits = false;
        }
        return fits;
    }

    private boolean named(Node.Mapping map, Shape each) {
        boolean fits = true;
        for (Node.Entry entry : map.entries()) {
            fits &= fits(entry.key().text(), entry.value(), each);
        }
        return fits;
    }

    private boolean block(Node.Mapping map, Shape.Block block) {
        boolean fits = true;
        for (Node.Entry entry : map.entries()) {
            String name = entry.key().text();
            Shape.Key key = block.find(name);
            if (key == null) {
                unknown(entry.key(), block);
                fits = false;
            } else {
                fits &= fits(name, entry.value(), key.shape());
            }
        }
        for (Shape.Key key : block.keys()) {
            if (key.required() && map.find(key.name()) == null) {
                problems.add(map, "\"" + key.name() + "\" is missing");
                fits = false;
            }
        }
        return fits;
    }

    private void unknown(Node.Scalar key, Shape.Block block) {
        String name = key.text();
        if (Schema.LATER.contains(name)) {
            problems.add(key, "\"" + name + "\" is not in this version of waybill");
            return;
        } else if (name.equals("query")) {
            problems.add(key, "\"query\" stands below \"from\"", "write from: { store: STORE, query: \"SELECT ...\" }");
            return;
        }
        String nearest = Nearest.find(name, block.names());
        Shape.Key meant = nearest == null ? null : block.find(nearest);
        if (meant == null) {
            problems.add(key, "unknown key \"" + name + "\"", null, "keys: " + String.join(", ", block.names()));
        } else {
            List<String> values = meant.values();
            String note = values.isEmpty() ? null : "values: " + String.join(", ", values);
            problems.add(key, "unknown key \"" + name + "\"", "did you mean \"" + nearest + "\"?", note);
        }
    }

    private boolean single(String key, Node.Scalar value, Shape.One one) {
        if (value.isNull()) {
            return wrong(
                    key,
                    value,
                    one.form() == Shape.Form.CHOICE
                            ? "one of " + String.join(", ", one.values())
                            : one.form().text());
        }
        String text = value.text();
        boolean fits =
                switch (one.form()) {
                    case TEXT, TEMPLATE, EXPRESSION, ADDRESS -> true;
                    case NAME -> text.matches("[A-Za-z0-9_][A-Za-z0-9_.-]{0,63}");
                    case VERSION -> text.equals("1");
                    case BOOLEAN -> value.plain() && (text.equals("true") || text.equals("false"));
                    case COUNT -> count(text) >= 0;
                    case POSITIVE -> count(text) >= 1;
                    case SIZE -> Amounts.size(text) != null;
                    case DURATION -> Amounts.duration(text) != null;
                    case BUDGET -> Budget.parse(text) != null;
                    case CHOICE -> one.values().contains(text);
                };
        if (!fits) {
            problems.add(value, refusal(key, text, one), hint(key, text, one), note(one));
        }
        return fits;
    }

    private static String refusal(String key, String text, Shape.One one) {
        String shown = text.length() > 60 ? text.substring(0, 60) + "..." : text;
        if (one.form() == Shape.Form.VERSION) {
            return "this waybill reads plans of version 1, not \"" + shown + "\"";
        }
        return one.form() == Shape.Form.CHOICE
                ? "\"" + key + "\" cannot be \"" + shown + "\""
                : "\"" + key + "\" must be " + one.form().text() + ", not \"" + shown + "\"";
    }

    private static @Nullable String hint(String key, String text, Shape.One one) {
        if (one.form() == Shape.Form.BOOLEAN && (text.equals("yes") || text.equals("on"))) {
            return key + ": true";
        } else if (one.form() == Shape.Form.BOOLEAN && (text.equals("no") || text.equals("off"))) {
            return key + ": false";
        }
        return Nearest.hint(text, one.values());
    }

    private static @Nullable String note(Shape.One one) {
        return one.values().isEmpty() ? null : "values: " + String.join(", ", one.values());
    }

    /** A whole number that fits into an int, or -1. */
    static int count(String text) {
        return text.matches("[0-9]{1,9}") ? Integer.parseInt(text) : -1;
    }
}
