package io.waybill.ledger;

import io.waybill.store.Checksum;
import io.waybill.store.Provenance;
import io.waybill.value.Digest;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.util.List;
import java.util.Locale;
import org.jspecify.annotations.Nullable;

/** Reads ledger rows into their records; the one place that knows the order of columns. */
final class Columns {
    static final String ENTRY = "e.id, e.run, e.move, e.grp, e.batch, e.source, e.source_version, e.size, e.modified,"
            + " e.items, e.state, e.attempts, e.digest, e.error_kind, e.error, e.started, e.finished,"
            + " e.row, e.told";

    static final String EFFECT = "f.n, f.kind, f.target, f.state, f.found_size, f.found_version, f.version, f.checksum,"
            + " f.proof, f.provenance, f.image, f.upload, f.part_size,"
            + " f.target_hash";

    static final String RUN = "id, kind, of_run, state, fingerprint, plan, selector, created, started, ended, worked,"
            + " retries, message";

    private static final int EFFECT_FROM = 20;

    private Columns() {}

    /** An entry with the effect that the join found; entries of rows have none. */
    static Entry entry(ResultSet row) throws SQLException {
        byte[] digest = row.getBytes(13);
        String kind = row.getString(EFFECT_FROM + 1);
        return new Entry(
                row.getLong(1),
                row.getInt(2),
                row.getInt(3),
                row.getInt(4),
                row.getInt(5),
                row.getString(6),
                row.getString(7),
                row.getLong(8),
                row.getLong(9),
                row.getLong(10),
                State.of(row.getInt(11)),
                row.getInt(12),
                digest == null ? null : Digest.of(digest),
                row.getString(14),
                row.getString(15),
                row.getLong(16),
                row.getLong(17),
                row.getString(18),
                Told.of(row.getInt(19)),
                kind == null ? List.of() : List.of(effect(row, EFFECT_FROM)));
    }

    private static EffectLine effect(ResultSet row, int at) throws SQLException {
        String provenance = row.getString(at + 9);
        return new EffectLine(
                row.getInt(at),
                row.getString(at + 1),
                row.getString(at + 2),
                State.of(row.getInt(at + 3)),
                number(row, at + 4),
                row.getString(at + 5),
                row.getString(at + 6),
                checksum(row.getString(at + 7)),
                row.getString(at + 8),
                provenance == null ? null : Provenance.valueOf(provenance.toUpperCase(Locale.ROOT)),
                row.getString(at + 10),
                row.getString(at + 11),
                row.getLong(at + 12),
                row.getLong(at + 13));
    }

    static Run run(ResultSet row) throws SQLException {
        Long of = number(row, 3);
        return new Run(
                row.getInt(1),
                row.getString(2),
                of == null ? null : of.intValue(),
                row.getString(4),
                row.getString(5),
                row.getString(6),
                row.getString(7),
                row.getLong(8),
                row.getLong(9),
                row.getLong(10),
                row.getLong(11),
                row.getLong(12),
                row.getString(13));
    }

    static @Nullable String text(@Nullable Checksum checksum) {
        return checksum == null ? null : checksum.algorithm() + ":" + checksum.value();
    }

    private static @Nullable Checksum checksum(@Nullable String text) {
        if (text == null) {
            return null;
        }
        int colon = text.indexOf(':');
        return new Checksum(text.substring(0, colon), text.substring(colon + 1));
    }

    private static @Nullable Long number(ResultSet row, int column) throws SQLException {
        long value = row.getLong(column);
        return row.wasNull() ? null : value;
    }
}
