package io.waybill.jdbc.postgresql;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.waybill.jdbc.testing.PostgresServer;
import io.waybill.store.Item;
import io.waybill.store.ItemKey;
import io.waybill.store.RowItem;
import io.waybill.store.RowKey;
import io.waybill.store.Selection;
import io.waybill.store.Source;
import io.waybill.store.StoreException;
import io.waybill.store.TableStore;
import io.waybill.value.Row;
import io.waybill.value.Value;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import org.assertj.core.api.AbstractThrowableAssert;
import org.assertj.core.api.ThrowableAssert.ThrowingCallable;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class PostgresStoreTest {
    private static final PostgresServer SERVER = PostgresServer.shared();

    private String database = "";
    private @Nullable TableStore opened;

    @BeforeEach
    void openStore() throws Exception {
        database = SERVER.newDatabase();
        opened = PostgresTesting.open(database);
    }

    @AfterEach
    void closeStore() throws Exception {
        store().close();
    }

    private TableStore store() {
        return java.util.Objects.requireNonNull(opened);
    }

    @Test
    void allReadersOfASelectionSeeTheTableAsItWasWhenItWasOpened() throws Exception {
        numbers(5_000);
        try (Source.Opened rows = store().open(Selection.all("numbers"))) {
            List<Source.Split> splits = rows.splits(4);
            assertThat(splits).hasSize(4);
            long before = read(rows, splits.get(0), null).size();
            SERVER.execute(database, "DELETE FROM numbers WHERE id % 2 = 0; INSERT INTO numbers VALUES (-1), (99999)");
            ExecutorService pool = Executors.newFixedThreadPool(3);
            try {
                List<Future<Integer>> counts = new ArrayList<>();
                for (Source.Split split : splits.subList(1, 4)) {
                    counts.add(pool.submit(() -> read(rows, split, null).size()));
                }
                for (Future<Integer> count : counts) {
                    before += count.get();
                }
            } finally {
                pool.shutdownNow();
            }
            assertThat(before).isEqualTo(5_000);
        }
    }

    @Test
    void splitsAndPositionsHoldUnderALaterSnapshot() throws Exception {
        numbers(6_000);
        Source.Split split;
        Source.Position position;
        List<Item> first;
        try (Source.Opened rows = store().open(Selection.all("numbers"))) {
            split = rows.splits(2).get(0);
            try (Source.Items items = rows.read(split, null)) {
                Source.Page page = java.util.Objects.requireNonNull(items.next());
                first = page.items();
                position = page.position();
            }
        }
        try (TableStore later = PostgresTesting.open(database);
                Source.Opened rows = later.open(Selection.all("numbers"))) {
            List<Item> rest = read(rows, split, position);
            assertThat(first.size() + rest.size()).isEqualTo(3_000);
            assertThat(rest).doesNotContainAnyElementsOf(first);
        }
    }

    @Test
    void largeTablesAreSplitEvenlyByASample() throws Exception {
        SERVER.execute(
                database,
                "CREATE TABLE numbers (id bigint PRIMARY KEY); INSERT INTO numbers"
                        + " SELECT i * i FROM generate_series(1::bigint, 250000) i; ANALYZE numbers");
        try (Source.Opened rows = store().open(Selection.all("numbers"))) {
            List<Source.Split> splits = rows.splits(4);
            assertThat(splits).hasSize(4);
            int total = 0;
            for (Source.Split split : splits) {
                int count = read(rows, split, null).size();
                assertThat(count).isBetween(40_000, 85_000);
                total += count;
            }
            assertThat(total).isEqualTo(250_000);
        }
    }

    @Test
    void aSnapshotThatIsLostWhileReadingIsAnErrorAndNotTheEnd() throws Exception {
        numbers(10_000);
        widen();
        try (Source.Opened rows = store().open(Selection.all("numbers"))) {
            Source.Split split = rows.splits(1).get(0);
            try (Source.Items items = rows.read(split, null)) {
                assertThat(items.next()).isNotNull();
                SERVER.endSessions(database);
                assertRefused(
                        () -> {
                            while (items.next() != null) {}
                        },
                        StoreException.Kind.UNAVAILABLE);
                assertRefused(items::next, StoreException.Kind.UNAVAILABLE).hasMessageContaining("snapshot");
            }
            assertRefused(() -> rows.read(split, null).close(), StoreException.Kind.UNAVAILABLE);
        }
        try (Source.Opened rows = store().open(Selection.all("numbers"))) {
            assertThat(read(rows, rows.splits(1).get(0), null)).hasSize(10_000);
        }
    }

    @Test
    void aReaderWhoseSessionEndsGoesOnWhereItWasWhenAskedAgain() throws Exception {
        numbers(10_000);
        widen();
        Set<ItemKey> read = new HashSet<>();
        try (Source.Opened rows = store().open(Selection.all("numbers"));
                Source.Items items = rows.read(rows.splits(1).get(0), null)) {
            Source.Page first = java.util.Objects.requireNonNull(items.next());
            first.items().forEach(item -> read.add(item.key()));
            SERVER.execute(
                    "postgres",
                    "SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE datname = '" + database
                            + "' AND query LIKE 'COPY %'");
            SERVER.execute(database, "DELETE FROM numbers WHERE id > 9000");
            assertRefused(
                    () -> {
                        for (Source.Page page = items.next(); page != null; page = items.next()) {
                            page.items().forEach(item -> read.add(item.key()));
                        }
                    },
                    StoreException.Kind.UNAVAILABLE);
            for (Source.Page page = items.next(); page != null; page = items.next()) {
                page.items().forEach(item -> assertThat(read.add(item.key())).isTrue());
            }
        }
        assertThat(read).hasSize(10_000);
    }

    @Test
    void findsNumbersThatLieCloseTogetherAndNothingBetweenThem() throws Exception {
        SERVER.execute(
                database,
                "CREATE TABLE close (id int PRIMARY KEY, other int, note text);"
                        + " INSERT INTO close SELECT n, n / 2, 'note ' || n FROM generate_series(-5, 20) n WHERE n <> 3");
        List<ItemKey> keys = new ArrayList<>();
        for (int id : List.of(-7, -4, -3, 0, 1, 3, 4, 6)) {
            keys.add(new RowKey("close", Row.of("id", Value.of(id))));
        }
        Map<ItemKey, Item> found = store().find(keys);
        assertThat(found.keySet())
                .containsExactlyInAnyOrder(
                        keys.get(1), keys.get(2), keys.get(3), keys.get(4), keys.get(6), keys.get(7));
        assertThat(row(found, keys.get(1)).find("note")).isEqualTo(Value.of("note -4"));

        List<ItemKey> others = List.of(
                new RowKey("close", Row.of("other", Value.of(4))), new RowKey("close", Row.of("other", Value.of(5))));
        assertThatThrownBy(() -> store().find(others)).hasMessageContaining("more than one row has this key");
    }

    private static Row row(Map<ItemKey, Item> found, ItemKey key) {
        return ((RowItem) java.util.Objects.requireNonNull(found.get(key))).row();
    }

    @Test
    void findsRowsOfATableThatChangedSinceTheLastLook() throws Exception {
        SERVER.execute(database, "CREATE TABLE turns (id int PRIMARY KEY, a text); INSERT INTO turns VALUES (1, 'x')");
        ItemKey key = new RowKey("turns", Row.of("id", Value.of(1)));
        assertThat(store().find(List.of(key))).hasSize(1);
        SERVER.execute(database, "ALTER TABLE turns RENAME COLUMN a TO b");
        assertThatThrownBy(() -> store().find(List.of(key))).isInstanceOf(StoreException.class);
        assertThat(row(store().find(List.of(key)), key).find("b")).isEqualTo(Value.of("x"));
    }

    @Test
    void estimatesFromTheStatisticsOrSaysThatThereAreNone() throws Exception {
        numbers(10_000);
        assertThat(store().estimate("numbers")).isEqualTo(-1);
        SERVER.execute(database, "ANALYZE numbers");
        assertThat(store().estimate("numbers")).isBetween(9_000L, 11_000L);
    }

    @Test
    void aTableWithoutAKeyIsRefusedAndOneWithAUniqueIndexIsRead() throws Exception {
        SERVER.execute(database, "CREATE TABLE bare (a integer, b text NOT NULL); INSERT INTO bare VALUES (1, 'x')");
        assertThat(store().table("bare").key()).isEmpty();
        assertRefused(() -> store().open(Selection.all("bare")).close(), StoreException.Kind.INVALID)
                .hasMessageContaining("no primary key");
        SERVER.execute(
                database,
                "CREATE UNIQUE INDEX ON bare (a); CREATE UNIQUE INDEX ON bare (lower(b));"
                        + " CREATE UNIQUE INDEX ON bare (b) WHERE a > 0");
        assertThat(store().table("bare").key()).isEmpty();
        SERVER.execute(database, "CREATE UNIQUE INDEX ON bare (b) INCLUDE (a)");
        assertThat(store().table("bare").key()).containsExactly("b");
        try (Source.Opened rows = store().open(Selection.all("bare"))) {
            assertThat(read(rows, rows.splits(1).get(0), null))
                    .extracting(Item::key)
                    .containsExactly(new RowKey("bare", Row.of("b", Value.of("x"))));
        }
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "plain",
                "Quoted \"name\"",
                "x\"; DROP TABLE victim; --",
                "dot.in.name",
                "ümlaut 😀",
                "' OR 1=1",
                "select",
                ", t.\"id"
            })
    void namesAreOnlyEverNames(String name) throws Exception {
        String quoted = '"' + name.replace("\"", "\"\"") + '"';
        SERVER.execute(
                database,
                "CREATE TABLE victim (id integer); CREATE TABLE " + quoted + " (" + quoted
                        + " integer, id integer, PRIMARY KEY (" + quoted + ", id)); INSERT INTO " + quoted
                        + " SELECT i, i FROM generate_series(1, 10) i");
        try (Source.Opened rows = store().open(Selection.all(name))) {
            List<Item> read = new ArrayList<>();
            for (Source.Split split : rows.splits(2)) {
                read.addAll(read(rows, split, null));
            }
            assertThat(read).hasSize(10);
            List<ItemKeyRow> keys = read.stream()
                    .map(item -> new ItemKeyRow(((RowItem) item).key()))
                    .toList();
            assertThat(store().find(keys.stream().map(ItemKeyRow::key).toList()))
                    .hasSize(10);
        }
        assertThat(store().table("victim").columns()).hasSize(1);
    }

    private record ItemKeyRow(RowKey key) {}

    @Test
    void tablesOfOtherSchemasAreNamedWithADotAndNearMissesAreTold() throws Exception {
        SERVER.execute(database, "CREATE SCHEMA sales; CREATE TABLE sales.\"Orders\" (id integer PRIMARY KEY)");
        assertThat(store().table("sales.Orders").key()).containsExactly("id");
        Map<String, String> options = SERVER.options(database);
        options.put("schema", "sales");
        try (TableStore sales = PostgresTesting.open(options)) {
            assertRefused(() -> sales.table("orders"), StoreException.Kind.NOT_FOUND)
                    .hasMessageContaining("Did you mean Orders?");
        }
    }

    @Test
    void rowsHiddenByAPolicyAreAnErrorAndNotMissing() throws Exception {
        numbers(10);
        SERVER.execute(
                database,
                "CREATE POLICY half ON numbers USING (id > 5); ALTER TABLE numbers ENABLE ROW LEVEL SECURITY;"
                        + " GRANT SELECT ON numbers TO " + PostgresServer.GUARDED);
        try (TableStore guarded = PostgresTesting.open(guarded());
                Source.Opened rows = guarded.open(Selection.all("numbers"))) {
            assertRefused(
                    () -> read(rows, new Source.Split(KeyToken.Range.ALL.token()), null), StoreException.Kind.DENIED);
        }
    }

    @Test
    void aTableThatMayNotBeReadIsDenied() throws Exception {
        numbers(10);
        try (TableStore guarded = PostgresTesting.open(guarded())) {
            RowKey key = new RowKey("numbers", Row.of("id", Value.of(1)));
            assertRefused(() -> guarded.find(List.of(key)), StoreException.Kind.DENIED)
                    .hasMessageContaining("permission denied for table numbers");
        }
    }

    @Test
    void aDatabaseThatIsNotThereIsNotFound() throws Exception {
        try (TableStore missing = PostgresTesting.open("no_such_database")) {
            assertRefused(() -> missing.table("t"), StoreException.Kind.NOT_FOUND)
                    .hasMessageContaining("option database");
        }
    }

    @Test
    void timeOutsOfTheServersOwnDoNotEndALongReading() throws Exception {
        numbers(10_000);
        SERVER.execute(
                database,
                "ALTER DATABASE " + database + " SET idle_in_transaction_session_timeout = '1s';" + " ALTER DATABASE "
                        + database + " SET transaction_timeout = '1500ms'");
        try (TableStore slow = PostgresTesting.open(database);
                Source.Opened rows = slow.open(Selection.all("numbers"));
                Source.Items items = rows.read(rows.splits(1).get(0), null)) {
            int read = 0;
            for (Source.Page page = items.next(); page != null; page = items.next()) {
                read += page.items().size();
                Thread.sleep(1_100);
            }
            assertThat(read).isEqualTo(10_000);
        }
    }

    private static Map<String, String> guarded(String database) {
        Map<String, String> options = SERVER.options(database);
        options.put("user", PostgresServer.GUARDED);
        options.put("password", PostgresServer.PASSWORD);
        return options;
    }

    private Map<String, String> guarded() {
        return guarded(database);
    }

    private void numbers(int count) {
        SERVER.execute(
                database,
                "CREATE TABLE numbers (id bigint PRIMARY KEY); INSERT INTO numbers SELECT generate_series(1, " + count
                        + ")");
    }

    /** Makes the rows of numbers too large for all of them to be on their way at once. */
    private void widen() {
        SERVER.execute(
                database, "ALTER TABLE numbers ADD wide text; UPDATE numbers SET wide = repeat(md5(id::text), 250)");
    }

    private static List<Item> read(Source.Opened rows, Source.Split split, Source.@Nullable Position after)
            throws StoreException, java.io.IOException {
        List<Item> all = new ArrayList<>();
        try (Source.Items items = rows.read(split, after)) {
            for (Source.Page page = items.next(); page != null; page = items.next()) {
                all.addAll(page.items());
            }
        }
        return all;
    }

    private static AbstractThrowableAssert<?, ? extends Throwable> assertRefused(
            ThrowingCallable call, StoreException.Kind kind) {
        return assertThatThrownBy(call)
                .isInstanceOfSatisfying(
                        StoreException.class, e -> assertThat(e.kind()).isEqualTo(kind));
    }
}
