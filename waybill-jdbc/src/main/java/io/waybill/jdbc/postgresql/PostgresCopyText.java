package io.waybill.jdbc.postgresql;

import io.waybill.value.Value;

/** Rows in the text format of COPY, encoded as they come. Not safe for several threads. */
final class PostgresCopyText extends PostgresCopyRows {
    private static final byte[] NOTHING = {'\\', 'N', '\t'};
    private static final byte[] EMPTY = {};

    @Override
    String options() {
        return "";
    }

    @Override
    byte[] head() {
        return EMPTY;
    }

    @Override
    byte[] tail() {
        return EMPTY;
    }

    /** Ends the row that the fields since the last one make. */
    @Override
    void endRow() {
        bytes()[length() - 1] = '\n';
        super.endRow();
    }

    void nothing() {
        write(NOTHING, 0, NOTHING.length);
    }

    void field(Value held, PostgresForm form) throws BadValue {
        if (held instanceof Value.Null) {
            nothing();
        } else if (held instanceof Value.Text text && !(form instanceof PostgresJson)) {
            field(text.value());
        } else {
            field(form.spell(held));
        }
    }

    /** A field of whole characters, none of them NUL. */
    void field(String text) {
        room(3L * text.length() + 1);
        byte[] out = bytes();
        int at = length();
        for (int i = 0; i < text.length(); i++) {
            char c = text.charAt(i);
            if (c < 0x80) {
                if (c == '\\' || c == '\n' || c == '\r' || c == '\t') {
                    out[at++] = '\\';
                    c = c == '\n' ? 'n' : c == '\r' ? 'r' : c == '\t' ? 't' : c;
                }
                out[at++] = (byte) c;
            } else if (c < 0x800) {
                out[at++] = (byte) (0xc0 | c >> 6);
                out[at++] = (byte) (0x80 | (c & 0x3f));
            } else if (Character.isHighSurrogate(c)) {
                int point = Character.toCodePoint(c, text.charAt(++i));
                out[at++] = (byte) (0xf0 | point >> 18);
                out[at++] = (byte) (0x80 | ((point >> 12) & 0x3f));
                out[at++] = (byte) (0x80 | ((point >> 6) & 0x3f));
                out[at++] = (byte) (0x80 | (point & 0x3f));
            } else {
                out[at++] = (byte) (0xe0 | c >> 12);
                out[at++] = (byte) (0x80 | ((c >> 6) & 0x3f));
                out[at++] = (byte) (0x80 | (c & 0x3f));
            }
        }
        out[at++] = '\t';
        length(at);
    }

    @Override
    PostgresCopyRows numbered(int from, int to) {
        PostgresCopyText numbered = new PostgresCopyText();
        for (int row = from; row < to; row++) {
            numbered.field(Integer.toString(row));
            numbered.write(bytes(), start(row), start(row + 1) - start(row));
            numbered.endRow();
        }
        return numbered;
    }
}
