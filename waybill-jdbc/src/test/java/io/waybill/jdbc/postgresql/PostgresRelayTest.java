package io.waybill.jdbc.postgresql;

import static org.assertj.core.api.Assertions.assertThat;

import io.waybill.jdbc.testing.PostgresServer;
import io.waybill.store.Item;
import io.waybill.store.Outcome;
import io.waybill.store.RawRows;
import io.waybill.store.Relaying;
import io.waybill.store.RowItem;
import io.waybill.store.Selection;
import io.waybill.store.Source;
import io.waybill.store.StoreException;
import io.waybill.store.TableStore;
import io.waybill.value.Canonical;
import io.waybill.value.Digest;
import io.waybill.value.Row;
import io.waybill.value.Value;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Pages of rows that go into another table as they came. */
class PostgresRelayTest {
    private static final PostgresServer SERVER = PostgresServer.shared();
    private static final String COLUMNS = "(id int PRIMARY KEY, name text NOT NULL, note varchar(20), at timestamptz)";

    private final String from = SERVER.newDatabase();
    private final String to = SERVER.newDatabase();

    private void tables(String target) {
        SERVER.execute(
                from,
                "CREATE TABLE t " + COLUMNS + "; INSERT INTO t SELECT i, 'name ' || i, nullif('n' || i % 3, 'n0'),"
                        + " timestamptz '2024-01-01 00:00:00+00' + i * interval '1 hour' FROM generate_series(1, 500) i");
        SERVER.execute(to, "CREATE TABLE t " + target);
    }

    private static List<List<Item>> pages(String database) throws Exception {
        List<List<Item>> pages = new ArrayList<>();
        try (TableStore store = PostgresTesting.open(database);
                Source.Opened opened = store.open(Selection.all("t"))) {
            for (Source.Split split : opened.splits(1)) {
                try (Source.Items items = opened.read(split, null)) {
                    for (Source.Page page = items.next(); page != null; page = items.next()) {
                        pages.add(page.items());
                    }
                }
            }
        }
        return pages;
    }

    private RawRows rows() throws Exception {
        return (RawRows) pages(from).get(0);
    }

    private String target() {
        return SERVER.ask(
                to, "SELECT count(*) || ' ' || coalesce(md5(string_agg(t::text, ';' ORDER BY id)), '') FROM t");
    }

    private String source() {
        return SERVER.ask(
                from, "SELECT count(*) || ' ' || coalesce(md5(string_agg(t::text, ';' ORDER BY id)), '') FROM t");
    }

    private Outcome put(RawRows rows, int first, int end) throws Exception {
        try (TableStore store = PostgresTesting.open(to)) {
            return ((Relaying) store).put("t", rows, first, end);
        }
    }

    @ParameterizedTest
    @ValueSource(booleans = {true, false})
    void keysAndDigestsOfRowsThatNobodyDecodedAreThoseOfTheirValues(boolean allPlain) throws Exception {
        PostgresRowsTest.fill(from);
        if (allPlain) {
            SERVER.execute(
                    from,
                    "ALTER TABLE t DROP COLUMN clock; UPDATE t SET amount = 1, note = 'plain', day = NULL,"
                            + " at = now(), local = now(), code = 'c' WHERE true");
        }
        for (List<Item> page : pages(from)) {
            assertThat(page).isInstanceOf(RawRows.class);
            RawRows rows = (RawRows) page;
            for (int i = 0; i < rows.size(); i++) {
                byte[] digest = new byte[Digest.ROW + 2];
                rows.digest(i, digest, 1);
                Row key = rows.key(i);
                RowItem item = (RowItem) rows.get(i);
                Row decoded = Row.of(new LinkedHashMap<>(item.row().fields()));
                assertThat(digest[0]).isZero();
                assertThat(digest[Digest.ROW + 1]).isZero();
                assertThat(Arrays.copyOfRange(digest, 1, 1 + Digest.ROW))
                        .isEqualTo(Canonical.digest(decoded).bytes());
                assertThat(key).isEqualTo(item.key().key()).isEqualTo(decoded.only(List.of("id")));
                assertThat(rows.shape()).isEqualTo(item.row().shape());
            }
        }
    }

    @Test
    void aRowThatCannotBeReadIsAmongItemsAsBefore() throws Exception {
        SERVER.execute(
                from, "CREATE TABLE t (id int PRIMARY KEY, at date); INSERT INTO t VALUES (1, now()), (2, 'infinity')");

        List<Item> page = pages(from).get(0);

        assertThat(page).isNotInstanceOf(RawRows.class).hasSize(2);
        assertThat(page.stream().map(item -> ((RowItem) item).isWhole())).containsExactly(true, false);
    }

    @Test
    void rowsGoAsTheyAre() throws Exception {
        tables(COLUMNS);
        RawRows rows = rows();

        assertThat(put(rows, 0, 200)).isInstanceOf(Outcome.Done.class);
        assertThat(put(rows, 200, 500)).isInstanceOf(Outcome.Done.class);

        assertThat(target()).isEqualTo(source()).startsWith("500 ");
    }

    @Test
    void allOrNone() throws Exception {
        tables("(id int PRIMARY KEY, name text NOT NULL, note varchar(20) CHECK (note <> 'n2'), at timestamptz)");
        SERVER.execute(to, "INSERT INTO t VALUES (7, 'theirs', 'n1', now())");
        String before = target();

        assertThat(put(rows(), 3, 500)).as("a key is taken").isInstanceOf(Outcome.Refused.class);
        assertThat(put(rows(), 8, 500)).as("a row is at fault").isInstanceOf(Outcome.Refused.class);
        SERVER.execute(
                to,
                "CREATE FUNCTION leave() RETURNS trigger LANGUAGE plpgsql AS 'BEGIN IF NEW.id = 9 THEN RETURN NULL;"
                        + " END IF; RETURN NEW; END'; CREATE TRIGGER o BEFORE INSERT ON t FOR EACH ROW EXECUTE FUNCTION leave()");
        assertThat(put(rows(), 8, 10)).as("a trigger leaves a row out").isInstanceOf(Outcome.Refused.class);

        assertThat(target()).isEqualTo(before);
    }

    @Test
    void whatTheCommitDidIsNotKnownWhenItsAnswerIsLost() throws Exception {
        tables(COLUMNS);
        SERVER.execute(
                to,
                "CREATE FUNCTION die() RETURNS trigger LANGUAGE plpgsql AS 'BEGIN PERFORM"
                        + " pg_terminate_backend(pg_backend_pid()); RETURN NULL; END'; CREATE CONSTRAINT TRIGGER d AFTER"
                        + " INSERT ON t DEFERRABLE INITIALLY DEFERRED FOR EACH ROW EXECUTE FUNCTION die()");

        assertThat(put(rows(), 0, 500))
                .isInstanceOfSatisfying(
                        Outcome.Unknown.class,
                        unknown -> assertThat(unknown.cause().kind()).isEqualTo(StoreException.Kind.UNKNOWN_OUTCOME));
    }

    @Test
    void aLostConnectionIsAFailureAndNothingHappened() throws Exception {
        tables(COLUMNS);
        SERVER.execute(
                to,
                "CREATE FUNCTION die() RETURNS trigger LANGUAGE plpgsql AS 'BEGIN PERFORM"
                        + " pg_terminate_backend(pg_backend_pid()); RETURN NEW; END'; CREATE TRIGGER d BEFORE"
                        + " INSERT ON t FOR EACH ROW EXECUTE FUNCTION die()");

        assertThat(put(rows(), 0, 500))
                .isInstanceOfSatisfying(
                        Outcome.Failed.class,
                        failed -> assertThat(failed.cause().kind()).isEqualTo(StoreException.Kind.UNAVAILABLE));
        assertThat(target()).startsWith("0 ");
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "(id bigint PRIMARY KEY, name text NOT NULL, note varchar(20), at timestamptz)",
                "(id int PRIMARY KEY, name text NOT NULL, note varchar(19), at timestamptz)",
                "(id int PRIMARY KEY, name text NOT NULL, note varchar(20), at timestamp)",
                "(id int PRIMARY KEY, name text NOT NULL, note varchar(20) NOT NULL, at timestamptz)",
                "(id int PRIMARY KEY, name text NOT NULL, at timestamptz)",
                "(id int PRIMARY KEY, name text NOT NULL, note varchar(20) GENERATED ALWAYS AS ('x') STORED, at timestamptz)"
            })
    void aTableThatIsNotTheSameDoesNotKeepThem(String other) throws Exception {
        tables(other);
        try (TableStore store = PostgresTesting.open(to)) {
            assertThat(((Relaying) store).keeps("t", rows())).isFalse();
        }
    }

    @Test
    void aTableWithMoreColumnsInAnotherOrderKeepsThem() throws Exception {
        tables("(more int DEFAULT 5, note varchar(20), id int PRIMARY KEY, at timestamptz, name text)");
        try (TableStore store = PostgresTesting.open(to)) {
            assertThat(((Relaying) store).keeps("t", rows())).isTrue();
        }
        assertThat(put(rows(), 0, 500)).isInstanceOf(Outcome.Done.class);
        assertThat(SERVER.ask(to, "SELECT count(*) FROM t WHERE more = 5 AND name = 'name ' || id"))
                .isEqualTo("500");
    }

    private static List<Row> keys(long... ids) {
        return Arrays.stream(ids).mapToObj(id -> Row.of("id", Value.of(id))).toList();
    }

    @Test
    void rowsAreFoundAsTheyAreWhereTheirKeysLieCloseTogether() throws Exception {
        tables(COLUMNS);
        try (TableStore store = PostgresTesting.open(from)) {
            Relaying relaying = (Relaying) store;
            RawRows rows = java.util.Objects.requireNonNull(relaying.among("t", keys(499, 500, 501, 502, 498)));
            assertThat(rows.stream().map(item -> ((RowItem) item).key().key())).hasSameElementsAs(keys(498, 499, 500));
            assertThat(relaying.among("t", keys(1, 400)))
                    .as("far from one another")
                    .isNull();
        }
    }

    @Test
    void rowsAreFoundOneByOneWhereTheyHaveToBeLookedAt() throws Exception {
        SERVER.execute(
                from,
                "CREATE TABLE t (id int PRIMARY KEY, name text UNIQUE NOT NULL, at date);"
                        + " INSERT INTO t VALUES (1, 'a', now()), (2, 'b', 'infinity')");
        try (TableStore store = PostgresTesting.open(from)) {
            Relaying relaying = (Relaying) store;
            assertThat(relaying.among("t", keys(1))).hasSize(1);
            assertThat(relaying.among("t", keys(1, 2)))
                    .as("a value that cannot be read")
                    .isNull();
            assertThat(relaying.among("t", List.of(Row.of("name", Value.of("a")))))
                    .as("a text")
                    .isNull();
        }
    }
}
