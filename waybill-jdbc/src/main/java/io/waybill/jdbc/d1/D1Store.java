package io.waybill.jdbc.d1;

import io.waybill.jdbc.sqlite.SqliteCatalog;
import io.waybill.jdbc.sqlite.SqliteFilter;
import io.waybill.jdbc.sqlite.SqliteFind;
import io.waybill.jdbc.sqlite.SqliteHolding;
import io.waybill.jdbc.sqlite.SqliteOpened;
import io.waybill.jdbc.sqlite.SqliteTable;
import io.waybill.jdbc.sqlite.SqliteTables;
import io.waybill.store.Catalogued;
import io.waybill.store.Content;
import io.waybill.store.Effect;
import io.waybill.store.Filtering;
import io.waybill.store.Item;
import io.waybill.store.ItemKey;
import io.waybill.store.Location;
import io.waybill.store.Outcome;
import io.waybill.store.Predicate;
import io.waybill.store.RowKey;
import io.waybill.store.Selection;
import io.waybill.store.Spelled;
import io.waybill.store.StoreException;
import io.waybill.store.StoreException.Kind;
import io.waybill.store.TableStore;
import io.waybill.store.Widening;
import io.waybill.value.Row;
import io.waybill.value.Value;
import java.util.Collection;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;

/** One database of Cloudflare D1, over HTTP. Each request is a transaction of its own. Safe for many threads. */
final class D1Store implements TableStore, Catalogued, Filtering, Widening {
    /** What D1 keeps for itself in a database, and lets nobody read. */
    static final String OWN = "_cf_";

    private final D1Options options;
    private final Location location;
    private final D1Client client;
    private final Map<String, SqliteTable> tables = new ConcurrentHashMap<>();

    D1Store(D1Options options) {
        this.options = options;
        this.location = new Location("d1", options.address());
        this.client = new D1Client(options);
    }

    @Override
    public Location location() {
        return location;
    }

    @Override
    public String identity() {
        return "d1:" + options.address();
    }

    D1Client client() {
        return client;
    }

    private String reading(String table) {
        return "Cannot read table " + table + " in " + location;
    }

    private D1Session session(String task) {
        return new D1Session(client, task);
    }

    /** As it is now; {@link #known} from now on. */
    private SqliteTable look(String name, String task) throws StoreException {
        SqliteTable table = SqliteCatalog.table(session(task), name, location.toString());
        tables.put(name, table);
        return table;
    }

    /** As it was when it was last looked up: that takes two requests, and Cloudflare counts them. */
    SqliteTable known(String name, String task) throws StoreException {
        SqliteTable table = tables.get(name);
        return table == null ? look(name, task) : table;
    }

    @Override
    public Table table(String name) throws StoreException {
        return look(name, reading(name)).table();
    }

    @Override
    public List<String> tables() throws StoreException {
        return names(session("Cannot list the tables of " + location));
    }

    private static List<String> names(D1Session session) throws StoreException {
        return SqliteTables.names(session).stream()
                .filter(name -> !name.startsWith(OWN))
                .toList();
    }

    @Override
    public List<ForeignKey> foreignKeys() throws StoreException {
        D1Session session = session("Cannot list the foreign keys of " + location);
        return SqliteTables.foreignKeys(session, names(session), location.toString());
    }

    @Override
    public boolean filters(String table, List<Predicate> conditions) throws StoreException {
        SqliteFilter filter = new SqliteFilter(known(table, reading(table)), true);
        return Spelled.of(new Predicate.All(conditions), filter) != null;
    }

    /** Each page is read by itself, as it is then. */
    @Override
    public Opened open(Selection what) throws StoreException {
        String task = reading(what.collection());
        SqliteTable table = look(what.collection(), task);
        return SqliteOpened.open(session(task), table, location.toString(), what, task, () -> {});
    }

    @Override
    public Map<ItemKey, Item> find(Collection<? extends ItemKey> keys) throws StoreException {
        Map<ItemKey, Item> found = new HashMap<>();
        for (var entry : SqliteFind.shapes(keys, location.toString()).entrySet()) {
            String task = reading(entry.getKey().table());
            SqliteTable table = known(entry.getKey().table(), task);
            SqliteFind.find(session(task), table, location.toString(), entry.getKey(), entry.getValue(), found);
        }
        return found;
    }

    @Override
    public List<Outcome> apply(List<Effect> effects) throws StoreException {
        refuseReadOnly("Cannot write to " + location);
        List<Outcome> outcomes = new D1Apply(this, effects).outcomes();
        if (outcomes.stream().anyMatch(each -> each instanceof Outcome.Failed)) {
            tables.clear(); // a table may not be what it was
        }
        return outcomes;
    }

    private void refuseReadOnly(String task) throws StoreException {
        if (options.readOnly()) {
            throw new StoreException(Kind.DENIED, task + ": the store is read_only. Leave that option out to write.");
        }
    }

    @Override
    public void addColumns(String table, List<Column> columns) throws StoreException {
        String task = "Cannot add columns to table " + table + " in " + location;
        refuseReadOnly(task);
        D1Columns.add(client, look(table, task), columns, task);
        tables.clear();
    }

    @Override
    public List<String> dropEmptyColumns(String table, List<String> columns) throws StoreException {
        String task = "Cannot drop columns of table " + table + " in " + location;
        refuseReadOnly(task);
        List<String> dropped = D1Columns.dropEmpty(client, look(table, task), columns, task);
        tables.clear();
        return dropped;
    }

    /** The content as columns of fitting types hold it; which table it is for is not said. */
    @Override
    public Content asStored(Content content) throws StoreException {
        String task = "Cannot write to " + location;
        if (content instanceof Content.RowContent row) {
            return new Content.RowContent(SqliteHolding.natural(row.row(), task));
        } else if (content instanceof Content.RowPatch patch) {
            return new Content.RowPatch(SqliteHolding.natural(patch.set(), task), patch.drop());
        }
        return content;
    }

    /** The content as this table will hold it and give it back. Columns that it does not name are not in it. */
    @Override
    public Content asStored(String table, Content content) throws StoreException {
        String task = "Cannot write to table " + table + " in " + location;
        SqliteTable known = known(table, task);
        if (content instanceof Content.RowContent row) {
            return new Content.RowContent(held(known, row.row(), task));
        } else if (content instanceof Content.RowPatch patch) {
            return new Content.RowPatch(held(known, patch.set(), task), patch.drop());
        }
        return content;
    }

    private static Row held(SqliteTable table, Row row, String task) throws StoreException {
        Row held = SqliteHolding.hold(table, row, task);
        D1Change.checkSize(held, task);
        return held;
    }

    @Override
    public String objection(ItemKey key) {
        if (!(key instanceof RowKey row)) {
            return "a table has rows, not files";
        }
        for (Map.Entry<String, Value> field : row.key().fields().entrySet()) {
            if (field.getValue() instanceof Value.Null) {
                return "its key column " + field.getKey() + " is null";
            }
        }
        return "";
    }

    @Override
    public void close() {
        // requests hold nothing open
    }
}
