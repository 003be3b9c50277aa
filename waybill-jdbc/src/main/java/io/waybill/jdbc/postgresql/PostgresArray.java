package io.waybill.jdbc.postgresql;

import io.waybill.value.Value;
import java.util.ArrayList;
import java.util.List;

/** Reads PostgreSQL's text form of arrays, of any number of dimensions, as lists. */
final class PostgresArray {
    private final String text;
    private final PostgresType element;
    private int at;

    private PostgresArray(String text, PostgresType element) {
        this.text = text;
        this.element = element;
    }

    static Value parse(String text, PostgresType element) throws BadValue {
        if (text.startsWith("[")) {
            throw new BadValue("holds an array whose subscripts do not begin at 1");
        }
        PostgresArray array = new PostgresArray(text, element);
        try {
            return array.list();
        } catch (IndexOutOfBoundsException e) {
            throw new BadValue("holds an array that breaks off");
        }
    }

    private Value list() throws BadValue {
        List<Value> values = new ArrayList<>();
        at++;
        if (text.charAt(at) == '}') {
            at++;
            return new Value.ListOf(values);
        }
        while (true) {
            values.add(text.charAt(at) == '{' ? list() : element());
            if (text.charAt(at++) == '}') {
                return new Value.ListOf(values);
            }
        }
    }

    private Value element() throws BadValue {
        StringBuilder out = new StringBuilder();
        boolean quoted = text.charAt(at) == '"';
        if (quoted) {
            at++;
        }
        while (quoted ? text.charAt(at) != '"' : text.charAt(at) != ',' && text.charAt(at) != '}') {
            if (text.charAt(at) == '\\') {
                at++;
            }
            out.append(text.charAt(at++));
        }
        if (quoted) {
            at++;
        } else if (out.toString().equals("NULL")) {
            return Value.NULL;
        }
        return element.parse(out.toString());
    }
}
