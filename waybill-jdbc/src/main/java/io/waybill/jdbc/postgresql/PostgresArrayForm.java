package io.waybill.jdbc.postgresql;

import io.waybill.value.Value;
import java.util.ArrayList;
import java.util.List;

/**
 * The form of arrays: lists whose elements the element type holds, nested to a rectangle. Of JSON, a list within the list
 * is one element.
 */
record PostgresArrayForm(PostgresForm element) implements PostgresForm {
    private static final int MOST_DIMENSIONS = 6;

    @Override
    public Value hold(Value value) throws BadValue {
        if (!(value instanceof Value.ListOf list)) {
            throw new BadValue("it is no list");
        }
        List<Integer> sizes = new ArrayList<>();
        Value inner = list;
        while (inner instanceof Value.ListOf nested && (sizes.isEmpty() || !isJson())) {
            sizes.add(nested.values().size());
            if (nested.values().isEmpty()) {
                break;
            }
            inner = nested.values().get(0);
        }
        if (sizes.size() > MOST_DIMENSIONS) {
            throw new BadValue("it is nested deeper than an array can be");
        }
        return hold(list, sizes, 0);
    }

    private boolean isJson() {
        return element instanceof PostgresJson;
    }

    private Value hold(Value.ListOf list, List<Integer> sizes, int depth) throws BadValue {
        if (list.values().size() != sizes.get(depth)
                || (depth > 0 && list.values().isEmpty())) {
            throw new BadValue("the lists in it are not all of one length, or are empty");
        }
        List<Value> held = new ArrayList<>();
        boolean same = true;
        for (Value value : list.values()) {
            Value one;
            if (depth + 1 < sizes.size()) {
                if (!(value instanceof Value.ListOf nested)) {
                    throw new BadValue("it has a list beside a single value");
                }
                one = hold(nested, sizes, depth + 1);
            } else {
                one = value instanceof Value.Null ? value : element.hold(value);
            }
            same &= one == value;
            held.add(one);
        }
        return same ? list : new Value.ListOf(held);
    }

    @Override
    public String spell(Value held) throws BadValue {
        StringBuilder out = new StringBuilder();
        spell(held, 0, out);
        return out.toString();
    }

    private void spell(Value value, int depth, StringBuilder out) throws BadValue {
        if (value instanceof Value.ListOf list && (depth == 0 || !isJson())) {
            out.append('{');
            String comma = "";
            for (Value each : list.values()) {
                out.append(comma);
                spell(each, depth + 1, out);
                comma = ",";
            }
            out.append('}');
        } else if (value instanceof Value.Null) {
            out.append("NULL");
        } else {
            String text = element.spell(value);
            out.append('"');
            for (int i = 0; i < text.length(); i++) {
                char c = text.charAt(i);
                if (c == '"' || c == '\\') {
                    out.append('\\');
                }
                out.append(c);
            }
            out.append('"');
        }
    }
}
