package io.waybill.jdbc.postgresql;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.waybill.jdbc.testing.PostgresServer;
import io.waybill.store.Condition;
import io.waybill.store.Content;
import io.waybill.store.Effect;
import io.waybill.store.Outcome;
import io.waybill.store.RowItem;
import io.waybill.store.RowKey;
import io.waybill.store.StoreException;
import io.waybill.store.StoreException.Kind;
import io.waybill.value.Canonical;
import io.waybill.value.Row;
import io.waybill.value.Value;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.math.BigDecimal;
import java.sql.Connection;
import java.sql.ResultSet;
import java.sql.Statement;
import java.time.Instant;
import java.time.LocalTime;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.UUID;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;

class PostgresWriteTest {
    private static final PostgresServer SERVER = PostgresServer.shared();
    private static final String MARK = "series/1";

    private String database = "";
    private @Nullable PostgresStore opened;

    @BeforeEach
    void openStore() throws Exception {
        database = SERVER.newDatabase();
        opened = (PostgresStore) PostgresTesting.open(database);
    }

    @AfterEach
    void closeStore() throws Exception {
        store().close();
    }

    private PostgresStore store() {
        return Objects.requireNonNull(opened);
    }

    static List<PostgresValuesTest.Case> exactValues() {
        return PostgresValuesTest.exactValues();
    }

    @ParameterizedTest
    @MethodSource("exactValues")
    void aColumnHoldsWhatItGives(PostgresValuesTest.Case each) throws Exception {
        table("id integer PRIMARY KEY, v " + each.type());
        Row row = row(1).with("v", each.value());
        assertThat(asStored(row)).isEqualTo(row);
        assertThat(apply(put(row, Condition.ABSENT))).isInstanceOf(Outcome.Done.class);
        assertThat(Canonical.digest(find(1))).isEqualTo(Canonical.digest(row));
        Row again = row(2).with("v", each.value());
        assertThat(apply(put(again, Condition.ANY))).isInstanceOf(Outcome.Done.class);
        assertThat(apply(put(again, Condition.ANY))).isInstanceOf(Outcome.Done.class);
        assertThat(Canonical.digest(find(2))).isEqualTo(Canonical.digest(again));
        Condition same = Condition.Unchanged.digest(Canonical.digest(again));
        assertThat(apply(put(again, same))).isInstanceOf(Outcome.Done.class);
        assertThat(Canonical.digest(find(2))).isEqualTo(Canonical.digest(again));
    }

    record Odd(String type, Value value, String reason) {}

    static List<Odd> lossyValues() {
        return List.of(
                new Odd("numeric(10,2)", Value.of(new BigDecimal("1.005")), "decimals"),
                new Odd("numeric(4,2)", Value.of(100), "digits before the point"),
                new Odd("smallint", Value.of(32768), "between"),
                new Odd("integer", Value.of(new BigDecimal("1.5")), "whole"),
                new Odd("bigint", new Value.Dbl(-0.0), "digits"),
                new Odd("numeric", new Value.Dbl(Double.NaN), "digits"),
                new Odd("double precision", Value.of(9007199254740993L), "double keeps"),
                new Odd("real", new Value.Dbl(1.0 / 3), "real keeps"),
                new Odd("varchar(3)", Value.of("abc "), "at most 3"),
                new Odd("char(3)", Value.of("abcd"), "at most 3"),
                new Odd("text", Value.of("a\u0000b"), "NUL"),
                new Odd("text", Value.of("\ud800"), "surrogate"),
                new Odd("text", new Value.Bytes(new byte[1]), "single"),
                new Odd("jsonb", new Value.Bytes(new byte[1]), "JSON"),
                new Odd("json", new Value.ListOf(List.of(new Value.Dbl(Double.NaN))), "double"),
                new Odd("time(3)", new Value.Time(LocalTime.parse("12:00:00.0001")), "3 digits"),
                new Odd("timestamptz(0)", new Value.Timestamp(Instant.parse("2024-01-01T00:00:00.5Z")), "0 digits"),
                new Odd("timestamp", new Value.Timestamp(Instant.EPOCH), "without a zone"),
                new Odd("uuid", Value.of("no uuid"), "UUID"),
                new Odd("boolean", Value.of(1), "true"),
                new Odd("integer[]", new Value.ListOf(List.of(Value.of("x"))), "number"),
                new Odd(
                        "integer[]",
                        new Value.ListOf(List.of(Value.of(1), new Value.ListOf(List.of(Value.of(1))))),
                        "number"),
                new Odd("money", Value.of(1), "no mapping"),
                new Odd("text NOT NULL", Value.NULL, "NOT NULL"));
    }

    @ParameterizedTest
    @MethodSource("lossyValues")
    void whatAColumnCannotHoldIsRefusedAndNotRounded(Odd odd) throws Exception {
        table("id integer PRIMARY KEY, v " + odd.type());
        Row row = row(1).with("v", odd.value());
        assertThatThrownBy(() -> asStored(row))
                .isInstanceOfSatisfying(
                        StoreException.class, e -> assertThat(e.kind()).isEqualTo(Kind.INVALID))
                .hasMessageContaining("column v")
                .hasMessageContaining(odd.reason());
        for (Condition condition : List.of(Condition.ABSENT, Condition.ANY)) {
            assertFailed(apply(put(row, condition)), Kind.INVALID, "column v", odd.reason());
        }
    }

    record Changed(String type, Value value, Value held) {}

    static List<Changed> changedValues() {
        UUID uuid = UUID.fromString("6ba7b810-9dad-11d1-80b4-00c04fd430c8");
        return List.of(
                new Changed("char(4)", Value.of("ab"), Value.of("ab  ")),
                new Changed("uuid", Value.of(uuid.toString()), new Value.Uuid(uuid)),
                new Changed("text", new Value.Uuid(uuid), Value.of(uuid.toString())),
                new Changed("text", Value.of(5), Value.of("5")),
                new Changed("numeric(6,2)", Value.of("1.5"), Value.of(new BigDecimal("1.5"))),
                new Changed("integer", Value.of("-7"), Value.of(-7)),
                new Changed("boolean", Value.of("true"), Value.Bool.TRUE),
                new Changed(
                        "timestamptz",
                        Value.of("2024-01-01T02:00:00+02:00"),
                        new Value.Timestamp(Instant.parse("2024-01-01T00:00:00Z"))),
                new Changed(
                        "uuid[]",
                        new Value.ListOf(List.of(Value.of(uuid.toString()), Value.NULL)),
                        new Value.ListOf(List.of(new Value.Uuid(uuid), Value.NULL))));
    }

    @ParameterizedTest
    @MethodSource("changedValues")
    void whatATableHoldsOtherwiseIsToldBeforeAndWrittenOnlySo(Changed changed) throws Exception {
        table("id integer PRIMARY KEY, v " + changed.type());
        Row row = row(1).with("v", changed.value());
        Row held = row(1).with("v", changed.held());
        assertThat(asStored(row)).isEqualTo(held);
        assertFailed(apply(put(row, Condition.ABSENT)), Kind.INVALID, "column v", "would be kept as");
        assertThat(apply(put(held, Condition.ABSENT))).isInstanceOf(Outcome.Done.class);
        assertThat(Canonical.digest(find(1))).isEqualTo(Canonical.digest(held));
    }

    @ParameterizedTest
    @ValueSource(strings = {"unchecked", "full of others"})
    void oneRowThatTheServerRefusesIsFoundAmongManyAndItsValueIsNotShown(String how) throws Exception {
        table("id integer PRIMARY KEY, v text, CHECK (v <> 'secret 4711'), mood mood");
        SERVER.execute(database, "ALTER TYPE mood ADD VALUE 'secret 4711'");
        asStored(row(1).with("mood", Value.of("secret 4711"))); // the table is looked up, and changes after that
        SERVER.execute(database, "ALTER TYPE mood RENAME VALUE 'secret 4711' TO 'other'");
        if (!how.equals("unchecked")) {
            SERVER.execute(database, "INSERT INTO t SELECT i, 'there' FROM generate_series(0, 499, 10) i");
        }
        List<Effect> effects = new ArrayList<>();
        for (int id = 0; id < 500; id++) {
            Row row = row(id).with("v", Value.of(id == 123 ? "secret 4711" : "x" + id));
            effects.add(put(row.with("mood", Value.of(id == 321 ? "secret 4711" : "fine")), Condition.ABSENT));
        }
        List<Outcome> outcomes = store().apply(effects);
        assertFailed(outcomes.get(123), Kind.INVALID, "id=123", "t_v_check");
        assertFailed(outcomes.get(321), Kind.INVALID, "id=321", "column mood cannot hold this text");
        for (int id = 0; id < 500; id++) {
            if (id != 123 && id != 321) {
                boolean there = !how.equals("unchecked") && id % 10 == 0;
                assertThat(outcomes.get(id)).isInstanceOf(there ? Outcome.Refused.class : Outcome.Done.class);
                assertThat(find(id).find("v")).isEqualTo(Value.of(there ? "there" : "x" + id));
            }
        }
    }

    @Test
    void anEnumTakesItsLabelsOnly() throws Exception {
        table("id integer PRIMARY KEY, mood mood");

        Outcome outcome = apply(put(row(1).with("mood", Value.of("secret 4711")), Condition.ABSENT));

        assertFailed(
                outcome, Kind.INVALID, "column mood (mood) cannot hold this text: it is none of fine, sad. Change it");
    }

    @Test
    void anotherUniqueColumnIsAConflictOfThatRowAlone() throws Exception {
        table("id integer PRIMARY KEY, v text UNIQUE");
        SERVER.execute(database, "INSERT INTO t VALUES (100, 'x7')");
        List<Effect> effects = new ArrayList<>();
        for (int id = 0; id < 20; id++) {
            effects.add(put(row(id).with("v", Value.of("x" + id)), Condition.ABSENT));
        }
        List<Outcome> outcomes = store().apply(effects);
        assertFailed(outcomes.get(7), Kind.CONFLICT, "t_v_key");
        outcomes = new ArrayList<>(outcomes);
        outcomes.remove(7);
        assertThat(outcomes).hasSize(19).allMatch(Outcome.Done.class::isInstance);
        assertFailed(apply(put(row(7).with("v", Value.of("x7")), Condition.ANY)), Kind.CONFLICT, "t_v_key");
    }

    @Test
    void oneKeyTwiceInACallIsWrittenOnce() throws Exception {
        table("id integer PRIMARY KEY, v text");
        List<Outcome> outcomes = store().apply(List.of(
                put(row(1).with("v", Value.of("a")), Condition.ABSENT),
                put(row(1).with("v", Value.of("b")), Condition.ABSENT),
                put(Row.of("id", Value.of(new BigDecimal("1.0"))).with("v", Value.of("c")), Condition.ABSENT)));
        assertThat(outcomes.get(0)).isInstanceOf(Outcome.Done.class);
        assertThat(outcomes.get(1)).isInstanceOf(Outcome.Refused.class);
        assertThat(outcomes.get(2)).isInstanceOf(Outcome.Refused.class);
        assertThat(find(1).find("v")).isEqualTo(Value.of("a"));
    }

    @Test
    void effectsOnOneKeySeeEachOther() throws Exception {
        table("id integer PRIMARY KEY, v text, w text DEFAULT 'w'");
        Row first = row(1).with("v", Value.of("a")).with("w", Value.of("b"));
        Effect patch = new Effect(
                Effect.Kind.PATCH,
                key(1),
                new Content.RowPatch(Row.of("v", Value.of("p")), List.of("w")),
                Condition.Unchanged.digest(Canonical.digest(first)),
                MARK,
                null);
        Row second = row(1).with("v", Value.of("p")).with("w", Value.NULL);
        List<Outcome> outcomes = store().apply(List.of(
                put(first, Condition.ABSENT),
                patch,
                put(row(1).with("v", Value.of("q")), Condition.Unchanged.digest(Canonical.digest(second))),
                patch,
                put(first, Condition.ABSENT)));
        assertThat(outcomes.subList(0, 3)).allMatch(Outcome.Done.class::isInstance);
        assertThat(outcomes.subList(3, 5)).allMatch(Outcome.Refused.class::isInstance);
        assertThat(find(1)).isEqualTo(row(1).with("v", Value.of("q")).with("w", Value.of("w")));
    }

    @Test
    void aDigestIsOfTheWholeRowOrOfTheColumnsThatAreNamed() throws Exception {
        table("id integer PRIMARY KEY, v text, made timestamptz DEFAULT now()");
        Row ours = row(1).with("v", Value.of("a"));
        assertThat(apply(put(ours, Condition.ABSENT))).isInstanceOf(Outcome.Done.class);
        Condition named = new Condition.Unchanged(null, Canonical.digest(ours), ours, List.of());
        Condition digest = Condition.Unchanged.digest(Canonical.digest(ours));
        assertThat(apply(Effect.remove(key(1), digest, MARK))).isInstanceOf(Outcome.Refused.class);
        assertThat(apply(put(ours, digest))).isInstanceOf(Outcome.Done.class);
        assertThat(apply(Effect.remove(key(1), named, MARK))).isInstanceOf(Outcome.Done.class);
    }

    @Test
    void numberedColumnsAreWrittenAndGeneratedOnesRefused() throws Exception {
        table("id integer GENERATED ALWAYS AS IDENTITY PRIMARY KEY, v text,"
                + " n integer GENERATED ALWAYS AS IDENTITY, g integer GENERATED ALWAYS AS (n + 1) STORED");
        Row row = row(7).with("v", Value.of("a")).with("n", Value.of(3));
        assertThat(apply(put(row, Condition.ABSENT))).isInstanceOf(Outcome.Done.class);
        assertThat(apply(put(row(8).with("v", Value.of("b")), Condition.ANY))).isInstanceOf(Outcome.Done.class);
        List<Outcome> taken = store().apply(
                        List.of(put(row, Condition.ABSENT), put(row(9).with("n", Value.of(4)), Condition.ABSENT)));
        assertThat(taken.get(0)).isInstanceOf(Outcome.Refused.class);
        assertThat(taken.get(1)).isInstanceOf(Outcome.Done.class);
        Row found = find(7);
        assertThat(found).isEqualTo(row.with("g", Value.of(4)));
        Condition same = Condition.Unchanged.digest(Canonical.digest(found));
        assertThat(apply(put(row.with("v", Value.of("c")), same))).isInstanceOf(Outcome.Done.class);
        assertFailed(
                apply(put(row(10).with("g", Value.of(1)), Condition.ABSENT)), Kind.INVALID, "column g is generated");
    }

    @Test
    void aRowThatATriggerLeavesOutIsNotCalledWritten() throws Exception {
        table("id integer PRIMARY KEY, v text");
        SERVER.execute(
                database,
                "CREATE FUNCTION leave() RETURNS trigger LANGUAGE plpgsql AS 'BEGIN IF NEW.v = ''no'' THEN RETURN NULL;"
                        + " END IF; RETURN NEW; END'; CREATE TRIGGER o BEFORE INSERT OR UPDATE ON t FOR EACH ROW"
                        + " EXECUTE FUNCTION leave()");
        List<Outcome> outcomes = store().apply(List.of(
                put(row(1).with("v", Value.of("yes")), Condition.ABSENT),
                put(row(2).with("v", Value.of("no")), Condition.ABSENT),
                put(row(3).with("v", Value.of("no")), Condition.ANY)));
        assertThat(outcomes.get(0)).isInstanceOf(Outcome.Done.class);
        assertFailed(outcomes.get(1), Kind.INVALID, "trigger");
        assertFailed(outcomes.get(2), Kind.INVALID, "trigger");
    }

    @Test
    void anAnswerLostWhileCommittingIsNotKnown() throws Exception {
        table("id integer PRIMARY KEY, v text");
        SERVER.execute(
                database,
                "CREATE FUNCTION die() RETURNS trigger LANGUAGE plpgsql AS 'BEGIN PERFORM"
                        + " pg_terminate_backend(pg_backend_pid()); RETURN NULL; END'; CREATE CONSTRAINT TRIGGER d AFTER"
                        + " INSERT ON t DEFERRABLE INITIALLY DEFERRED FOR EACH ROW EXECUTE FUNCTION die()");
        for (Condition condition : List.of(Condition.ABSENT, Condition.ANY)) {
            List<Outcome> outcomes = store().apply(List.of(put(row(1), condition), put(row(2), condition)));
            assertThat(outcomes)
                    .hasSize(2)
                    .allSatisfy(outcome -> assertThat(outcome)
                            .isInstanceOfSatisfying(
                                    Outcome.Unknown.class,
                                    unknown ->
                                            assertThat(unknown.cause().kind()).isEqualTo(Kind.UNKNOWN_OUTCOME)));
        }
    }

    @Test
    void aConnectionLostBeforeTheCommitIsUnavailableAndNothingHappened() throws Exception {
        table("id integer PRIMARY KEY, v text");
        SERVER.execute(
                database,
                "CREATE FUNCTION die() RETURNS trigger LANGUAGE plpgsql AS 'BEGIN PERFORM"
                        + " pg_terminate_backend(pg_backend_pid()); RETURN NEW; END'; CREATE TRIGGER d BEFORE"
                        + " INSERT ON t FOR EACH ROW EXECUTE FUNCTION die()");
        for (Condition condition : List.of(Condition.ABSENT, Condition.ANY)) {
            List<Outcome> outcomes = store().apply(List.of(put(row(1), condition), put(row(2), condition)));
            assertThat(outcomes).hasSize(2).allSatisfy(outcome -> assertFailed(outcome, Kind.UNAVAILABLE));
        }
        SERVER.execute(database, "DROP TRIGGER d ON t");
        assertThat(apply(put(row(1), Condition.ABSENT))).isInstanceOf(Outcome.Done.class);
    }

    @Test
    void aSessionThatEndedWhileIdleIsUnavailableOnce() throws Exception {
        table("id integer PRIMARY KEY, v text");
        assertThat(apply(put(row(1), Condition.ABSENT))).isInstanceOf(Outcome.Done.class);
        SERVER.endSessions(database);
        assertFailed(apply(put(row(2), Condition.ABSENT)), Kind.UNAVAILABLE);
        assertThat(apply(put(row(2), Condition.ABSENT))).isInstanceOf(Outcome.Done.class);
    }

    @Test
    void aServerThatOnlyReadsAfterAFailoverRefusesAndNothingHappens() throws Exception {
        table("id integer PRIMARY KEY, v text");
        SERVER.execute("postgres", "ALTER DATABASE " + database + " SET default_transaction_read_only = on");
        SERVER.endSessions(database);
        apply(put(row(1), Condition.ABSENT)); // learns that its session ended
        assertFailed(apply(put(row(1), Condition.ABSENT)), Kind.UNAVAILABLE, "read-only");
        SERVER.execute("postgres", "ALTER DATABASE " + database + " RESET default_transaction_read_only");
        SERVER.endSessions(database);
        apply(put(row(1), Condition.ABSENT));
        assertThat(apply(put(row(1), Condition.ABSENT))).isInstanceOf(Outcome.Done.class);
    }

    @Test
    void aRowThatAnotherClientLocksIsUnavailableUntilItLetsGo() throws Exception {
        table("id integer PRIMARY KEY, v text");
        Row row = row(1).with("v", Value.of("a"));
        assertThat(apply(put(row, Condition.ABSENT))).isInstanceOf(Outcome.Done.class);
        SERVER.execute("postgres", "ALTER DATABASE " + database + " SET lock_timeout = '200ms'");
        SERVER.endSessions(database);
        apply(put(row, Condition.ABSENT));
        Condition same = Condition.Unchanged.digest(Canonical.digest(row));
        Effect change = put(row.with("v", Value.of("b")), same);
        try (Connection other = SERVER.connect(database);
                Statement statement = other.createStatement()) {
            other.setAutoCommit(false);
            statement.execute("UPDATE t SET v = v WHERE id = 1");
            assertFailed(apply(change), Kind.UNAVAILABLE, "lock");
            other.rollback();
        }
        assertThat(apply(change)).isInstanceOf(Outcome.Done.class);
    }

    @Test
    void theVictimOfADeadlockHasChangedNothingAndMayTryAgain() throws Exception {
        table("id integer PRIMARY KEY, v text");
        List<Effect> changes = new ArrayList<>();
        for (int id : new int[] {1, 2}) {
            Row row = row(id).with("v", Value.of("a"));
            assertThat(apply(put(row, Condition.ABSENT))).isInstanceOf(Outcome.Done.class);
            Condition same = Condition.Unchanged.digest(Canonical.digest(row));
            changes.add(put(row.with("v", Value.of("b")), same));
        }
        SERVER.execute("postgres", "ALTER DATABASE " + database + " SET deadlock_timeout = '5s'");
        SERVER.endSessions(database);
        apply(put(row(1), Condition.ABSENT));
        try (Connection other = SERVER.connect(database);
                Statement statement = other.createStatement();
                Connection watch = SERVER.connect("postgres");
                Statement look = watch.createStatement()) {
            statement.execute("SET deadlock_timeout = '60s'");
            other.setAutoCommit(false);
            statement.execute("UPDATE t SET v = v WHERE id = 2");
            CompletableFuture<List<Outcome>> ours = CompletableFuture.supplyAsync(() -> {
                try {
                    return store().apply(changes);
                } catch (IOException e) {
                    throw new UncheckedIOException(e);
                }
            });
            boolean waits = false;
            for (int i = 0; i < 3_000 && !waits; i++) {
                try (ResultSet count = look.executeQuery("SELECT count(*) FROM pg_stat_activity WHERE datname = '"
                        + database + "' AND wait_event_type = 'Lock'")) {
                    waits = count.next() && count.getInt(1) > 0;
                }
                Thread.sleep(10);
            }
            assertThat(waits).isTrue();
            statement.execute("UPDATE t SET v = v WHERE id = 1");
            assertThat(ours.get(30, TimeUnit.SECONDS))
                    .allSatisfy(outcome -> assertFailed(outcome, Kind.UNAVAILABLE, "deadlock"));
            other.rollback();
        }
        assertThat(store().apply(changes)).allMatch(Outcome.Done.class::isInstance);
    }

    @Test
    void aTableChangedMeanwhileIsLookedUpAnew() throws Exception {
        table("id integer PRIMARY KEY, v text");
        assertThat(apply(put(row(1).with("v", Value.of("a")), Condition.ABSENT)))
                .isInstanceOf(Outcome.Done.class);
        SERVER.execute(database, "ALTER TABLE t DROP COLUMN v");
        Effect gone = put(row(2).with("v", Value.of("a")), Condition.ABSENT);
        assertFailed(apply(gone), Kind.INVALID, "v");
        assertFailed(apply(gone), Kind.INVALID, "has no column v");
    }

    @Test
    void aReadOnlyStoreRefusesEveryWrite() throws Exception {
        table("id integer PRIMARY KEY, v text");
        Map<String, String> options = SERVER.options(database);
        options.put("read_only", "true");
        try (var store = PostgresTesting.open(options)) {
            assertThatThrownBy(() -> store.apply(List.of(put(row(1), Condition.ABSENT))))
                    .isInstanceOfSatisfying(
                            StoreException.class, e -> assertThat(e.kind()).isEqualTo(Kind.DENIED))
                    .hasMessageContaining("read_only");
        }
    }

    @Test
    void aRoleWithoutTheRightIsDenied() throws Exception {
        table("id integer PRIMARY KEY, v text");
        Map<String, String> options = SERVER.options(database);
        options.put("user", PostgresServer.GUARDED);
        options.put("password", PostgresServer.PASSWORD);
        try (var store = PostgresTesting.open(options)) {
            assertFailed(store.apply(List.of(put(row(1), Condition.ABSENT))).get(0), Kind.DENIED, "permission");
        }
    }

    @Test
    void aTableWithoutAKeyAndAKeyOfOtherColumnsAreRefused() throws Exception {
        table("id integer, v text");
        assertFailed(apply(put(row(1), Condition.ABSENT)), Kind.INVALID, "no primary key");
        SERVER.execute(database, "DROP TABLE t; CREATE TABLE t (id integer, v text PRIMARY KEY)");
        store().forget(store().known("t", "Cannot read t"));
        assertFailed(apply(put(row(1), Condition.ANY)), Kind.INVALID, "told apart by v");
    }

    @ParameterizedTest
    @ValueSource(strings = {"Quoted \"name\"", "x\"; DROP TABLE t; --", "ümlaut 😀", "select", "waybill place"})
    void namesAreOnlyEverNames(String name) throws Exception {
        String quoted = '"' + name.replace("\"", "\"\"") + '"';
        SERVER.execute(
                database,
                "CREATE TABLE t (id integer); CREATE TABLE " + quoted + " (" + quoted
                        + " integer PRIMARY KEY, v text)");
        List<Effect> effects = new ArrayList<>();
        for (int id : new int[] {1, 2, 1}) {
            Row key = Row.of(name, Value.of(id));
            RowKey rowKey = new RowKey(name, key);
            Row row = key.with("v", Value.of(name));
            effects.add(Effect.put(rowKey, new Content.RowContent(row), Condition.ABSENT, MARK));
            effects.add(Effect.put(rowKey, new Content.RowContent(row), Condition.ANY, MARK));
            effects.add(new Effect(
                    Effect.Kind.PATCH,
                    rowKey,
                    new Content.RowPatch(Row.of("v", Value.NULL), List.of()),
                    Condition.ANY,
                    MARK,
                    null));
        }
        List<Outcome> outcomes = store().apply(effects);
        assertThat(outcomes.get(6)).isInstanceOf(Outcome.Refused.class);
        assertThat(outcomes.stream().filter(Outcome.Done.class::isInstance)).hasSize(8);
        assertThat(store().table("t").columns()).hasSize(1);
    }

    private void table(String columns) {
        SERVER.execute(
                database,
                "CREATE TYPE mood AS ENUM ('fine', 'sad'); CREATE DOMAIN small AS integer CHECK (VALUE < 10);"
                        + " CREATE TABLE t (" + columns + ")");
    }

    private static RowKey key(long id) {
        return new RowKey("t", Row.of("id", Value.of(id)));
    }

    private static Row row(long id) {
        return Row.of("id", Value.of(id));
    }

    private Row asStored(Row row) throws StoreException {
        return ((Content.RowContent) store().asStored("t", new Content.RowContent(row))).row();
    }

    private static Effect put(Row row, Condition condition) {
        return Effect.put(new RowKey("t", row.only(List.of("id"))), new Content.RowContent(row), condition, MARK);
    }

    private Outcome apply(Effect effect) throws StoreException {
        return store().apply(List.of(effect)).get(0);
    }

    private Row find(long id) throws StoreException {
        RowKey key = key(id);
        return ((RowItem) Objects.requireNonNull(store().find(List.of(key)).get(key))).row();
    }

    private static void assertFailed(Outcome outcome, Kind kind, String... parts) {
        assertThat(outcome).isInstanceOfSatisfying(Outcome.Failed.class, failed -> {
            assertThat(failed.cause().kind()).as(failed.cause().getMessage()).isEqualTo(kind);
            assertThat(failed.cause().getMessage()).doesNotContain("4711", "\n");
            for (String part : parts) {
                assertThat(failed.cause().getMessage()).contains(part);
            }
        });
    }
}
