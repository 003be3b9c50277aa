package io.waybill.plan;

import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** A piece of a plan file, with the place where it begins, line and column from 1. Immutable. */
sealed interface Node {
    int line();

    int column();

    /** What it is, for messages. */
    String form();

    /**
     * A single value.
     *
     * @param text what it says
     * @param plain whether it stands without quotes and on one line, so that it may be a number, true, false or null
     * @param inset columns between the beginning of the value and its first character (its quote), or -1 when characters
     *     of the text do not stand in the file as they are
     */
    record Scalar(String text, boolean plain, int inset, int line, int column) implements Node {
        @Override
        public String form() {
            return "a single value";
        }

        /** The column of a character of the text, or of the value when that cannot be told. */
        int column(int offset) {
            if (inset < 0 || offset > text.length()) {
                return column;
            }
            return column + inset + text.codePointCount(0, offset);
        }

        boolean isNull() {
            return plain && (text.isEmpty() || text.equals("~") || text.equalsIgnoreCase("null"));
        }

        /** The same place with another text. */
        Scalar with(String other) {
            return new Scalar(other, false, -1, line, column);
        }
    }

    /** A value under its name. */
    record Entry(Scalar key, Node value) {}

    /** Values under names; no name twice. */
    record Mapping(List<Entry> entries, int line, int column) implements Node {
        public Mapping {
            entries = List.copyOf(entries);
        }

        @Override
        public String form() {
            return "a map";
        }

        @Nullable
        Node find(String name) {
            Entry entry = entry(name);
            return entry == null ? null : entry.value();
        }

        @Nullable
        Entry entry(String name) {
            for (Entry entry : entries) {
                if (entry.key().text().equals(name)) {
                    return entry;
                }
            }
            return null;
        }

        /** With one value changed, or added at the end. */
        Mapping with(Scalar key, Node value) {
            List<Entry> changed = new ArrayList<>();
            boolean found = false;
            for (Entry entry : entries) {
                boolean same = entry.key().text().equals(key.text());
                changed.add(same ? new Entry(entry.key(), value) : entry);
                found |= same;
            }
            if (!found) {
                changed.add(new Entry(key, value));
            }
            return new Mapping(changed, line, column);
        }
    }

    /** Values in order. */
    record Sequence(List<Node> items, int line, int column) implements Node {
        public Sequence {
            items = List.copyOf(items);
        }

        @Override
        public String form() {
            return "a list";
        }
    }
}
