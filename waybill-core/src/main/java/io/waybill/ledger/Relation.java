package io.waybill.ledger;

/**
 * A reference between two tables of a move of units, and how many rows refer by it.
 *
 * @param table whose rows refer
 * @param target the table that they refer to
 * @param reference in words: a foreign key as {@code nodes.project, parent}, or a condition of the plan; may be empty
 * @param kind what it means for the rows
 */
public record Relation(String table, String target, String reference, Kind kind, long rows) {
    /** What a reference means for the rows that have it. */
    public enum Kind {
        /** None: the table of the root rows, which this counts. */
        ROOT("root"),
        /** They belong because of it. */
        BELONGS("belongs"),
        /** It leads to a row that belongs, and is not why they do. */
        WITHIN("within"),
        /** It leads to a row that comes along. */
        BRING("bring"),
        /** It leads out of the unit; the row must be at the target. */
        MUST_EXIST("must_exist"),
        /** It leads out of the unit; the plan gives it another value. */
        MAP("map"),
        /** It leads out of the unit and is left empty. */
        NULL("null"),
        /** It leads to objects, those of the move that stands for the table referred to. */
        NAMES("names");

        private final String word;

        Kind(String word) {
            this.word = word;
        }

        /** As plans, JSON and the ledger write it. */
        public String word() {
            return word;
        }

        /** Whether it leads to a row that does not belong. */
        public boolean isOutward() {
            return this == BRING || this == MUST_EXIST || this == MAP || this == NULL;
        }

        static Kind of(String word) {
            for (Kind kind : values()) {
                if (kind.word.equals(word)) {
                    return kind;
                }
            }
            throw new IllegalArgumentException("no kind of relation: " + word);
        }
    }
}
