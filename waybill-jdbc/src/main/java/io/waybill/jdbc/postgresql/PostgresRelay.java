package io.waybill.jdbc.postgresql;

import io.waybill.jdbc.Identifiers;
import io.waybill.store.Evidence;
import io.waybill.store.Outcome;
import io.waybill.store.StoreException;
import io.waybill.store.StoreException.Kind;
import java.sql.SQLException;

/** Rows that go into a table as another of the same types gave them, all of them or none. */
final class PostgresRelay {
    private PostgresRelay() {}

    /** Copies the rows from one to before another in one transaction. */
    static Outcome put(PostgresStore store, PostgresTable table, PostgresPage page, int from, int to)
            throws StoreException {
        int size = 0;
        for (int row = from; row < to; row++) {
            size = Math.addExact(size, page.tuple(row).bytes().length);
        }
        PostgresCopyTuples tuples = new PostgresCopyTuples(size);
        for (int row = from; row < to; row++) {
            tuples.tuple(page.tuple(row));
            tuples.endRow();
        }
        String sql =
                "COPY " + table.sql() + " (" + Identifiers.list("", page.columns()) + ") FROM STDIN" + tuples.options();
        PostgresTransaction ended = PostgresTransaction.of(
                store.connections(), connection -> PostgresBatch.send(connection, sql, tuples, 0, to - from));
        SQLException failure = ended.failure();
        if (failure == null) {
            return new Outcome.Done(Evidence.NONE);
        }
        String task = "Cannot write to table " + table.asked() + " in " + store.location();
        StoreException cause = PostgresErrors.of(task, failure);
        if (!ended.unknown() && !cause.isTransient()) {
            store.forget(table); // it may have been changed since it was looked up
        }
        if (ended.isOfARow()) {
            return new Outcome.Refused(null);
        }
        return ended.unknown()
                ? new Outcome.Unknown(new StoreException(Kind.UNKNOWN_OUTCOME, cause.getMessage(), cause))
                : new Outcome.Failed(cause);
    }
}
