package io.waybill.store;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.InstanceOfAssertFactories.type;

import io.waybill.value.Canonical;
import io.waybill.value.Digest;
import io.waybill.value.Row;
import io.waybill.value.Value;
import java.math.BigDecimal;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.Set;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/**
 * What every store of tables holds to as a source. A store whose server behaves otherwise overrides the test, asserts the
 * difference and says why.
 */
public abstract class TableReadContract {
    /** The tables that the tests ask for. Each also has {@code name} text, {@code amount} decimal and {@code note} text. */
    public enum Shape {
        /** Key {@code id}, integer. */
        INTEGER_KEY("id"),
        /** Key {@code id}, text. */
        TEXT_KEY("id"),
        /** Key {@code town}, text, then {@code number}, integer. */
        PAIR_KEY("town,number");

        private final String key;

        Shape(String key) {
            this.key = key;
        }

        public List<String> key() {
            return List.of(key.split(","));
        }
    }

    /** The shapes that the store can tell apart. */
    protected List<Shape> shapes() {
        return List.of(Shape.values());
    }

    /** A new store object on the server under test. */
    protected abstract TableStore open() throws Exception;

    /** Makes an empty table that no other test has, by the server's own means; answers its name. */
    protected abstract String create(Shape shape) throws Exception;

    /** Puts rows into a table by the server's own means. */
    protected abstract void fill(String table, List<Row> rows) throws Exception;

    /** A store whose server is not there. */
    protected abstract TableStore openUnreachable() throws Exception;

    /** A store opened with a wrong {@link #SECRET}. */
    protected abstract TableStore openWithWrongSecret() throws Exception;

    /** What {@link #openWithWrongSecret} gives as password or secret key. */
    protected static final String SECRET = "Sentinel4711Secret";

    private @Nullable TableStore store;

    @BeforeEach
    protected final void openStore() throws Exception {
        store = open();
    }

    @AfterEach
    protected final void closeStore() throws Exception {
        store().close();
    }

    protected final TableStore store() {
        return java.util.Objects.requireNonNull(store, "the store is opened before each test");
    }

    @Test
    protected void aTableHasItsKeyAndColumns() throws Exception {
        for (Shape shape : shapes()) {
            String name = create(shape);
            TableStore.Table table = store().table(name);
            assertThat(table.name()).isEqualTo(name);
            assertThat(table.key()).isEqualTo(shape.key());
            List<String> columns =
                    table.columns().stream().map(TableStore.Column::name).toList();
            assertThat(columns).containsAll(shape.key());
            assertThat(table.open() || columns.containsAll(List.of("name", "amount", "note")))
                    .as("columns %s of a table that is not open", columns)
                    .isTrue();
        }
    }

    @Test
    protected void splitsAreDisjointAndCompleteWhateverTheKeys() throws Exception {
        for (Shape shape : shapes()) {
            List<Row> rows = rows(shape, 700, 11);
            String table = create(shape);
            fill(table, rows);
            for (int wanted : new int[] {1, 3, 8}) {
                try (Source.Opened opened = store().open(Selection.all(table))) {
                    List<Row> read = new ArrayList<>();
                    for (Source.Split split : opened.splits(wanted)) {
                        read.addAll(rows(opened, split, null));
                    }
                    assertThat(digests(read))
                            .as("%s in %d splits", shape, wanted)
                            .containsExactlyInAnyOrderElementsOf(digests(stored(rows)));
                }
            }
        }
    }

    @Test
    protected void severalSplitsShareTheRows() throws Exception {
        String table = create(Shape.INTEGER_KEY);
        fill(table, rows(Shape.INTEGER_KEY, 700, 12));
        try (Source.Opened opened = store().open(Selection.all(table))) {
            List<Source.Split> splits = opened.splits(4);
            assertThat(splits).hasSizeBetween(2, 8);
            for (Source.Split split : splits) {
                assertThat(rows(opened, split, null)).hasSizeLessThan(500);
            }
        }
    }

    @Test
    protected void anEmptyTableIsReadAsNothing() throws Exception {
        String table = create(Shape.TEXT_KEY);
        try (Source.Opened opened = store().open(Selection.all(table))) {
            for (Source.Split split : opened.splits(4)) {
                assertThat(rows(opened, split, null)).isEmpty();
            }
        }
    }

    @Test
    protected void readingGoesOnAfterAnyPositionInTheSameOrder() throws Exception {
        String table = create(Shape.PAIR_KEY);
        fill(table, rows(Shape.PAIR_KEY, manyRows(), 13));
        int pages = 0;
        Set<Digest> all = new LinkedHashSet<>();
        try (Source.Opened opened = store().open(Selection.all(table));
                Source.Opened again = store().open(Selection.all(table))) {
            for (Source.Split split : opened.splits(2)) {
                List<Digest> whole = digests(rows(opened, split, null));
                all.addAll(whole);
                int given = 0;
                try (Source.Items items = opened.read(split, null)) {
                    for (Source.Page page = items.next(); page != null; page = items.next()) {
                        given += page.items().size();
                        pages++;
                        assertThat(digests(rows(again, split, page.position())))
                                .as("rest after page %d", pages)
                                .isEqualTo(whole.subList(given, whole.size()));
                    }
                }
                assertThat(given).isEqualTo(whole.size());
            }
        }
        assertThat(pages).isGreaterThan(2);
        assertThat(all).hasSize(manyRows());
    }

    /** Rows enough for more than one page in each of two splits. */
    protected int manyRows() {
        return 5_000;
    }

    @Test
    protected void aLimitIsKeptOverSplitsAndPositions() throws Exception {
        String table = create(Shape.INTEGER_KEY);
        fill(table, rows(Shape.INTEGER_KEY, manyRows(), 14));
        int limit = manyRows() * 3 / 4;
        Selection some = new Selection(table, List.of(), limit);
        try (Source.Opened opened = store().open(some)) {
            Set<Digest> read = new LinkedHashSet<>();
            for (Source.Split split : opened.splits(4)) {
                try (Source.Items items = opened.read(split, null)) {
                    Source.Page page = items.next();
                    while (page != null) {
                        page.items()
                                .forEach(item ->
                                        assertThat(read.add(digest(item))).isTrue());
                        // Each page is read by a fresh reader, as after a crash.
                        try (Source.Items rest = opened.read(split, page.position())) {
                            page = rest.next();
                        }
                    }
                }
            }
            assertThat(read).hasSize(limit);
        }
    }

    @Test
    protected void onlyWantedColumnsAreReadAndTheKeyIsKnownAllTheSame() throws Exception {
        String table = create(Shape.INTEGER_KEY);
        fill(table, List.of(row(7, "Ada", "1.50")));
        try (Source.Opened opened = store().open(new Selection(table, List.of("name"), Long.MAX_VALUE))) {
            List<Item> items = items(opened, opened.splits(1).get(0), null);
            assertThat(items).singleElement().isInstanceOfSatisfying(RowItem.class, item -> {
                assertThat(item.row()).isEqualTo(Row.of("name", Value.of("Ada")));
                assertThat(Canonical.digest(item.key().key())).isEqualTo(Canonical.digest(Row.of("id", Value.of(7))));
                assertThat(item.key().table()).isEqualTo(table);
            });
        }
    }

    @Test
    protected void aColumnThatIsNotThereIsRefusedByNameOrSimplyMissing() throws Exception {
        String table = create(Shape.INTEGER_KEY);
        fill(table, List.of(row(7, "Ada", "1.50")));
        Selection odd = new Selection(table, List.of("name", "no such"), Long.MAX_VALUE);
        if (store().table(table).open()) {
            try (Source.Opened opened = store().open(odd)) {
                assertThat(rows(opened, opened.splits(1).get(0), null))
                        .containsExactly(Row.of("name", Value.of("Ada")));
            }
        } else {
            assertThatThrownBy(() -> store().open(odd).close())
                    .asInstanceOf(type(StoreException.class))
                    .returns(StoreException.Kind.INVALID, StoreException::kind)
                    .extracting(Throwable::getMessage)
                    .asString()
                    .contains("no such");
        }
    }

    @Test
    protected void findAnswersByTheKeysAskedForAndLeavesOutWhatIsNotThere() throws Exception {
        for (Shape shape : shapes()) {
            List<Row> rows = rows(shape, 1_300, 15);
            String table = create(shape);
            fill(table, rows.subList(0, 1_150));
            List<RowKey> keys = new ArrayList<>();
            for (Row row : rows) {
                keys.add(new RowKey(table, row.only(shape.key())));
            }
            Map<ItemKey, Item> found = store().find(keys);
            assertThat(found).hasSize(1_150);
            for (int i = 0; i < 1_150; i++) {
                Item item = found.get(keys.get(i));
                assertThat(item).as("%s", keys.get(i)).isNotNull();
                assertThat(digest(java.util.Objects.requireNonNull(item)))
                        .isEqualTo(Canonical.digest(stored(rows.get(i))));
            }
        }
    }

    @Test
    protected void findTakesAKeyTwiceAndNoKeysAtAll() throws Exception {
        String table = create(Shape.INTEGER_KEY);
        fill(table, List.of(row(7, "Ada", "1.50")));
        RowKey key = new RowKey(table, Row.of("id", Value.of(7)));
        assertThat(store().find(List.of(key, new RowKey(table, Row.of("id", Value.of(7))))))
                .containsOnlyKeys(key);
        assertThat(store().find(List.of())).isEmpty();
    }

    @Test
    protected void findTakesANumberInWhateverKindItComes() throws Exception {
        String table = create(Shape.INTEGER_KEY);
        fill(table, List.of(row(100, "Ada", "1.50")));
        for (Value id : List.of(Value.of(100), Value.of(new BigDecimal("100.0")), Value.of(new BigDecimal("1E+2")))) {
            RowKey key = new RowKey(table, Row.of("id", id));
            assertThat(store().find(List.of(key))).as("%s", id).containsOnlyKeys(key);
        }
    }

    @Test
    protected void aMissingTableIsNotFoundAndNamedWithItsPlace() {
        assertNotFound(() -> store().table("no_such_table"));
        assertNotFound(() -> store().open(Selection.all("no_such_table")).close());
        assertNotFound(() -> store().find(List.of(new RowKey("no_such_table", Row.of("id", Value.of(1))))));
    }

    private void assertNotFound(org.assertj.core.api.ThrowableAssert.ThrowingCallable call) {
        assertThatThrownBy(call)
                .asInstanceOf(type(StoreException.class))
                .returns(StoreException.Kind.NOT_FOUND, StoreException::kind)
                .extracting(Throwable::getMessage)
                .asString()
                .contains("no_such_table", store().location().toString())
                .doesNotContain("\n");
    }

    @Test
    protected void aServerThatIsNotThereIsUnavailable() throws Exception {
        try (TableStore gone = openUnreachable()) {
            RowKey key = new RowKey("t", Row.of("id", Value.of(1)));
            for (org.assertj.core.api.ThrowableAssert.ThrowingCallable call :
                    List.<org.assertj.core.api.ThrowableAssert.ThrowingCallable>of(
                            () -> gone.table("t"),
                            () -> gone.open(Selection.all("t")).close(),
                            () -> gone.find(List.of(key)))) {
                assertThatThrownBy(call)
                        .asInstanceOf(type(StoreException.class))
                        .returns(StoreException.Kind.UNAVAILABLE, StoreException::kind)
                        .extracting(Throwable::getMessage)
                        .asString()
                        .contains(gone.location().toString())
                        .doesNotContain("\n");
            }
        }
    }

    @Test
    protected void wrongCredentialsAreDeniedWithoutShowingThem() throws Exception {
        try (TableStore denied = openWithWrongSecret()) {
            assertThatThrownBy(() -> denied.table("t"))
                    .asInstanceOf(type(StoreException.class))
                    .returns(StoreException.Kind.DENIED, StoreException::kind)
                    .satisfies(e -> {
                        for (Throwable t = e; t != null; t = t.getCause()) {
                            assertThat(t.toString()).doesNotContain(SECRET);
                        }
                    })
                    .extracting(Throwable::getMessage)
                    .asString()
                    .contains(denied.location().toString());
            assertThat(denied.identity()).doesNotContain(SECRET);
            assertThat(denied.toString()).doesNotContain(SECRET);
        }
    }

    @Test
    protected void identityIsTheSameForTheSameStore() throws Exception {
        try (TableStore other = open()) {
            assertThat(other.identity()).isEqualTo(store().identity()).isNotBlank();
        }
    }

    /** A row of a table with an integer key. */
    protected static Row row(long id, String name, String amount) {
        Map<String, Value> fields = new LinkedHashMap<>();
        fields.put("id", Value.of(id));
        fields.put("name", Value.of(name));
        fields.put("amount", Value.of(new BigDecimal(amount)));
        fields.put("note", Value.NULL);
        return Row.of(fields);
    }

    /** Random rows with odd keys, the same for the same seed. */
    protected static List<Row> rows(Shape shape, int count, long seed) {
        Random random = new Random(seed);
        Map<Digest, Row> rows = new LinkedHashMap<>();
        String note = "n".repeat(600);
        while (rows.size() < count) {
            Map<String, Value> fields = new LinkedHashMap<>();
            switch (shape) {
                case INTEGER_KEY -> fields.put("id", Value.of(number(random)));
                case TEXT_KEY -> fields.put("id", Value.of(text(random)));
                case PAIR_KEY -> {
                    fields.put("town", Value.of(text(new Random(random.nextInt(40)))));
                    fields.put("number", Value.of(number(random)));
                }
            }
            Digest key = Canonical.digest(Row.of(fields));
            fields.put("name", random.nextInt(9) == 0 ? Value.NULL : Value.of(text(random)));
            fields.put("amount", Value.of(BigDecimal.valueOf(random.nextInt(), random.nextInt(4))));
            fields.put("note", random.nextInt(9) == 0 ? Value.of("") : Value.of(note));
            rows.putIfAbsent(key, Row.of(fields));
        }
        return new ArrayList<>(rows.values());
    }

    private static long number(Random random) {
        return switch (random.nextInt(3)) {
            case 0 -> random.nextInt(2_000) - 1_000;
            case 1 -> random.nextInt();
            default -> random.nextLong() / 10;
        };
    }

    private static String text(Random random) {
        String[] pieces = {
            "a", "B", "z", "Ä", "ß", "é", "e\u0301", "漢", "😀", " ", "'", "\"", "\\", "%", "_", "\n", "\t", "0", "-",
            "{", "}", ",", ":", "#", "NULL"
        };
        StringBuilder text = new StringBuilder();
        int length = 1 + random.nextInt(6);
        for (int i = 0; i < length; i++) {
            text.append(pieces[random.nextInt(pieces.length)]);
        }
        return text.append(random.nextInt(1_000)).toString();
    }

    /** The row as the store under test gives it back. */
    protected final Row stored(Row row) throws StoreException {
        return ((Content.RowContent) store().asStored(new Content.RowContent(row))).row();
    }

    private List<Row> stored(List<Row> rows) throws StoreException {
        List<Row> stored = new ArrayList<>();
        for (Row row : rows) {
            stored.add(stored(row));
        }
        return stored;
    }

    protected static List<Item> items(Source.Opened opened, Source.Split split, Source.@Nullable Position after)
            throws Exception {
        List<Item> all = new ArrayList<>();
        Map<ItemKey, Item> keys = new HashMap<>();
        try (Source.Items items = opened.read(split, after)) {
            for (Source.Page page = items.next(); page != null; page = items.next()) {
                for (Item item : page.items()) {
                    assertThat(keys.put(item.key(), item))
                            .as("%s twice", item.key())
                            .isNull();
                    all.add(item);
                }
            }
            assertThat(items.next()).as("after the end").isNull();
        }
        return all;
    }

    private static List<Row> rows(Source.Opened opened, Source.Split split, Source.@Nullable Position after)
            throws Exception {
        return items(opened, split, after).stream()
                .map(item -> ((RowItem) item).row())
                .toList();
    }

    protected static Digest digest(Item item) {
        return Canonical.digest(((RowItem) item).row());
    }

    protected static List<Digest> digests(List<Row> rows) {
        return rows.stream().map(Canonical::digest).toList();
    }
}
