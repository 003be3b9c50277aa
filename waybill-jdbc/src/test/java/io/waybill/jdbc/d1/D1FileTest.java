package io.waybill.jdbc.d1;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.waybill.store.Catalogued;
import io.waybill.store.Condition;
import io.waybill.store.Content;
import io.waybill.store.Effect;
import io.waybill.store.Item;
import io.waybill.store.RowItem;
import io.waybill.store.RowKey;
import io.waybill.store.Selection;
import io.waybill.store.Source;
import io.waybill.store.StoreException;
import io.waybill.store.TableStore;
import io.waybill.value.Row;
import io.waybill.value.Value;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.ArrayList;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** A local file of D1, which another program has open, is read and stays as it is. */
class D1FileTest {
    private static final String STATE = ".wrangler/state/v3/d1/miniflare-D1DatabaseObject";

    @TempDir
    private Path folder = Path.of(".");

    private Path file() throws IOException {
        return Files.createDirectories(folder.resolve(STATE)).resolve("abc.sqlite");
    }

    private Connection writer() throws Exception {
        Connection connection = DriverManager.getConnection("jdbc:sqlite:" + file());
        execute(
                connection,
                "PRAGMA journal_mode = WAL",
                "PRAGMA wal_autocheckpoint = 0",
                "CREATE TABLE t (id INTEGER PRIMARY KEY, v TEXT)",
                "CREATE TABLE d1_migrations (id INTEGER PRIMARY KEY, name TEXT)",
                "CREATE TABLE _cf_METADATA (key INTEGER PRIMARY KEY, value BLOB)",
                "INSERT INTO _cf_METADATA VALUES (1, x'00')",
                "INSERT INTO t VALUES (1, 'a'), (2, 'b')");
        return connection;
    }

    private static void execute(Connection connection, String... statements) throws SQLException {
        try (Statement statement = connection.createStatement()) {
            for (String sql : statements) {
                statement.execute(sql);
            }
        }
    }

    private TableStore open(String path) throws StoreException {
        return D1Testing.open(Map.of("path", folder.resolve(path).toString()));
    }

    /** Every file of the folder with its time and its bytes. */
    private Map<String, String> everything() throws IOException {
        Map<String, String> all = new TreeMap<>();
        try (Stream<Path> files = Files.walk(folder)) {
            for (Path file : files.filter(Files::isRegularFile).toList()) {
                all.put(
                        folder.relativize(file).toString(),
                        Files.getLastModifiedTime(file) + " " + HexFormat.of().formatHex(Files.readAllBytes(file)));
            }
        }
        return all;
    }

    private static List<Row> rows(TableStore store, String table) throws Exception {
        List<Row> rows = new ArrayList<>();
        try (Source.Opened opened = store.open(Selection.all(table));
                Source.Items items = opened.read(opened.splits(1).get(0), null)) {
            for (Source.Page page = items.next(); page != null; page = items.next()) {
                for (Item item : page.items()) {
                    rows.add(((RowItem) item).row());
                }
            }
        }
        return rows;
    }

    @ParameterizedTest
    @ValueSource(
            strings = {".wrangler", STATE, STATE + "/abc.sqlite", ".wrangler/state/*/d1/*/*.sqlite", STATE + "/a*"})
    void whatStandsInItsLogAloneIsReadAndNothingIsTouched(String path) throws Exception {
        try (Connection writer = writer()) {
            Files.writeString(file().resolveSibling("metadata.sqlite"), "not a database of a user");
            Files.delete(file().resolveSibling("abc.sqlite-shm"));
            Map<String, String> before = everything();
            try (TableStore store = open(path)) {
                assertThat(((Catalogued) store).tables()).containsExactly("d1_migrations", "t");
                assertThat(rows(store, "t"))
                        .extracting(row -> row.find("v"))
                        .containsExactly(Value.of("a"), Value.of("b"));
                assertThat(rows(store, "_cf_METADATA")).hasSize(1);
                assertThat(everything()).isEqualTo(before);
            }
            assertThat(everything()).isEqualTo(before);
            assertThat(writer.isClosed()).isFalse();
        }
    }

    @Test
    void aCopyIsOfOneMomentWhateverIsWrittenMeanwhile() throws Exception {
        AtomicBoolean ends = new AtomicBoolean();
        try (Connection writer = writer()) {
            execute(
                    writer,
                    "CREATE TABLE sums (id INTEGER PRIMARY KEY, v INTEGER)",
                    "INSERT INTO sums VALUES (1, 0), (2, 0)");
            Thread thread = new Thread(() -> {
                try {
                    for (int i = 0; !ends.get(); i++) {
                        execute(
                                writer,
                                "BEGIN",
                                "UPDATE sums SET v = v + 1 WHERE id = 1",
                                "UPDATE sums SET v = v - 1 WHERE id = 2",
                                "COMMIT");
                        if (i % 20 == 19) {
                            execute(writer, "PRAGMA wal_checkpoint(TRUNCATE)");
                            Thread.sleep(20);
                        }
                    }
                } catch (SQLException | InterruptedException e) {
                    throw new IllegalStateException(e);
                }
            });
            thread.start();
            try {
                for (int i = 0; i < 15; i++) {
                    try (TableStore store = open(STATE)) {
                        List<Row> rows = rows(store, "sums");
                        long sum = rows.stream()
                                .mapToLong(row -> ((Value.Int) java.util.Objects.requireNonNull(row.find("v")))
                                        .value()
                                        .longValue())
                                .sum();
                        assertThat(sum).isZero();
                    }
                }
            } finally {
                ends.set(true);
                thread.join();
            }
        }
    }

    @Test
    void itsCopyGoesWhenItIsClosed() throws Exception {
        try (Connection writer = writer()) {
            Path copy;
            try (D1File store = (D1File) open(STATE)) {
                copy = store.file();
                assertThat(copy).exists();
                assertThat(store.table("t").key()).containsExactly("id");
            }
            assertThat(copy.getParent()).doesNotExist();
            assertThat(writer.isClosed()).isFalse();
        }
    }

    @Test
    void itIsOnlyRead() throws Exception {
        try (Connection writer = writer();
                TableStore store = open(STATE)) {
            Row row = Row.of("id", Value.of(3));
            Effect put = Effect.put(new RowKey("t", row), new Content.RowContent(row), Condition.ABSENT, "m");
            assertThatThrownBy(() -> store.apply(List.of(put)))
                    .isInstanceOfSatisfying(
                            StoreException.class, e -> assertThat(e.kind()).isEqualTo(StoreException.Kind.DENIED))
                    .hasMessageContaining("a local file of D1 is only read");
            assertThat(writer.isClosed()).isFalse();
        }
    }

    @Test
    void aPlaceThatMeansNoFileOrSeveralIsRefused() throws Exception {
        try (TableStore none = open("nowhere/*.sqlite")) {
            assertThatThrownBy(() -> none.table("t"))
                    .hasMessageContaining("no such file")
                    .hasMessageContaining("path");
        }
        try (Connection writer = writer()) {
            Files.copy(file(), file().resolveSibling("def.sqlite"));
            try (TableStore two = open(".wrangler")) {
                assertThatThrownBy(() -> two.table("t"))
                        .hasMessageContaining("2 files")
                        .hasMessageContaining("abc.sqlite");
            }
            assertThat(writer.isClosed()).isFalse();
        }
    }
}
