package io.waybill.jdbc.d1;

import io.waybill.jdbc.sqlite.SqliteStore;
import io.waybill.store.Effect;
import io.waybill.store.Location;
import io.waybill.store.Outcome;
import io.waybill.store.StoreException;
import io.waybill.store.StoreException.Kind;
import io.waybill.store.TableStore;
import java.nio.file.Path;
import java.sql.SQLException;
import java.util.List;

/**
 * A local file of D1, which somebody may have open. SQLite itself would leave traces beside it even where it only reads, so
 * a private copy is read: file and write-ahead log as they were at one moment. Safe for many threads.
 */
final class D1File extends SqliteStore {
    private final Path place;
    private final D1Place copied;

    private D1File(Path place, D1Place copied) {
        super(place, new Location("d1", place.toString()), copied::file);
        this.place = place;
        this.copied = copied;
    }

    /** Opens a file, the one in a folder, or the one that a pattern means. */
    static D1File open(Path folder, String path) {
        Path place = folder.resolve(path).toAbsolutePath().normalize();
        return new D1File(place, new D1Place(place));
    }

    @Override
    public String identity() {
        return "d1:" + place;
    }

    /** The copy that is read. */
    Path file() throws SQLException {
        return copied.file();
    }

    /** Without what D1 keeps for itself; in a file it can be read by its name. */
    @Override
    public List<String> tables() throws StoreException {
        return super.tables().stream()
                .filter(name -> !name.startsWith(D1Store.OWN))
                .toList();
    }

    @Override
    public List<Outcome> apply(List<Effect> effects) throws StoreException {
        throw onlyRead("write to");
    }

    @Override
    public void addColumns(String table, List<Column> columns) throws StoreException {
        throw onlyRead("add columns in");
    }

    @Override
    public List<String> dropEmptyColumns(String table, List<String> columns) throws StoreException {
        throw onlyRead("drop columns in");
    }

    private StoreException onlyRead(String verb) {
        return new StoreException(
                Kind.DENIED,
                "Cannot " + verb + " " + location() + ": a local file of D1 is only read. Write to D1 itself, or, while"
                        + " nothing else has the file open, to a store of type sqlite.");
    }

    @Override
    public TableStore querying(Query asked) throws StoreException {
        throw new StoreException(
                Kind.INVALID,
                "Cannot read query " + asked.name() + " in " + location() + ": D1 takes none. Name a table.");
    }

    @Override
    public void close() {
        super.close();
        copied.close();
    }
}
