package io.waybill.engine;

import io.waybill.ledger.LedgerException;
import io.waybill.ledger.LedgerReader;
import io.waybill.ledger.RowBlock;
import io.waybill.ledger.Selector;
import io.waybill.ledger.State;
import io.waybill.value.Canonical;
import io.waybill.value.Row;
import java.nio.ByteBuffer;
import java.util.EnumSet;

/**
 * The target keys that the ledger knows of a move, each with the newest run that has it, by a hash of 64 bits: twelve bytes for
 * each row, twice that while it grows. Two keys with one hash are taken for one, which in a table of a hundred million rows
 * happens once in thousands of tables.
 */
final class RowKeys {
    private static final EnumSet<State> STANDING = EnumSet.of(State.WRITTEN, State.VERIFIED, State.SAME);
    private static final EnumSet<State> KNOWN = EnumSet.of(
            State.WRITTEN, State.VERIFIED, State.SAME, State.CONFLICT, State.KEPT, State.SKIPPED, State.WRITING);

    private long[] hashes = new long[1 << 10];
    private int[] runs = new int[1 << 10];
    private int count;

    /** The keys of rows that a move wrote and that were not taken back since. */
    static RowKeys written(LedgerReader reader, int move) throws LedgerException {
        RowKeys keys = new RowKeys();
        keys.add(reader, move, EnumSet.of(State.WRITTEN, State.VERIFIED));
        return keys;
    }

    /**
     * Reads the batches of a move.
     *
     * @param known whether keys count at which something may stand, and not only those that were written or found equal
     */
    void add(LedgerReader reader, int move, boolean known) throws LedgerException {
        add(reader, move, known ? KNOWN : STANDING);
    }

    private void add(LedgerReader reader, int move, EnumSet<State> counted) throws LedgerException {
        reader.entries(Selector.ALL, 0, entry -> {
            RowBlock block = entry.move() == move && entry.isRows() ? reader.block(entry.id()) : null;
            if (block != null) {
                for (RowBlock.Line line : block.lines()) {
                    if (counted.contains(line.state()) && !line.target().names().isEmpty()) {
                        put(hash(line.table(), line.target()), entry.run());
                    }
                }
            }
            return true;
        });
    }

    /** A hash of a key; the table as in {@link RowBlock.Line#table}. Never 0. */
    static long hash(String table, Row key) {
        long hash = ByteBuffer.wrap(Canonical.digest(key).bytes()).getLong() ^ (table.hashCode() * 0x9E3779B97F4A7C15L);
        return hash == 0 ? 1 : hash;
    }

    /** The newest run that has this key, or 0. */
    int newest(long hash) {
        int at = place(hash);
        return hashes[at] == hash ? runs[at] : 0;
    }

    private void put(long hash, int run) {
        if (count * 2 >= hashes.length) {
            grow();
        }
        int at = place(hash);
        if (hashes[at] != hash) {
            hashes[at] = hash;
            count++;
        }
        runs[at] = Math.max(runs[at], run);
    }

    private int place(long hash) {
        int at = (int) (hash ^ hash >>> 32) & hashes.length - 1;
        while (hashes[at] != 0 && hashes[at] != hash) {
            at = at + 1 & hashes.length - 1;
        }
        return at;
    }

    private void grow() {
        long[] old = hashes;
        int[] of = runs;
        hashes = new long[old.length * 2];
        runs = new int[old.length * 2];
        for (int i = 0; i < old.length; i++) {
            if (old[i] != 0) {
                int at = place(old[i]);
                hashes[at] = old[i];
                runs[at] = of[i];
            }
        }
    }
}
