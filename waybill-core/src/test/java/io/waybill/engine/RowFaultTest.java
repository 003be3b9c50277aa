package io.waybill.engine;

import static org.assertj.core.api.Assertions.assertThat;

import io.waybill.ledger.LedgerFile;
import io.waybill.ledger.Selector;
import io.waybill.ledger.State;
import io.waybill.plan.PlanContext;
import io.waybill.plan.Plans;
import io.waybill.store.Condition;
import io.waybill.store.Content;
import io.waybill.store.Effect;
import io.waybill.store.FaultyFileStore.Fault;
import io.waybill.store.FaultyTableStore;
import io.waybill.store.MemoryTableStore;
import io.waybill.store.RowKey;
import io.waybill.store.SimulatedCrash;
import io.waybill.store.Store;
import io.waybill.store.StoreException;
import io.waybill.store.StoreProvider;
import io.waybill.store.TableStore;
import io.waybill.value.Row;
import io.waybill.value.Value;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.sqlite.SQLiteDataSource;

/** Edits in place, with records split off, new keys and replacements: every call may fail, and nothing is lost or doubled. */
class RowFaultTest {
    private static final int ROWS = 5;
    private static final String PLAN = """
            waybill: 1
            name: rows
            stores: { t: { type: memtable } }
            limits: { parallel: 1, batch: 2, retries: 1 }
            moves:
              - name: split
                from: t:assets
                to: t:assets
                where: "!has(row.current)"
                row: { set: { current: "${row.version}" }, drop: [version] }
                with:
                  - put: t:versions
                    only: { id: "${source.id}", version: "${source.version}" }
                  - patch: t:notes
                    only: { id: "${source.id}", seen: true }
              - name: rekey
                after: split
                from: t:old
                to: t:old
                where: "!row.id.startsWith('new-')"
                row: { set: { id: "new-${row.id}" } }
              - name: replace
                from: t:old
                to: t:copy
                key: id
                exclusive: true
                exists: replace
                row: { only: { id: "${row.id.replace('new-', '')}", n: "${row.n}" } }
            """;

    @TempDir
    Path folder;

    /** Two counts of where a thing may die need one place each. */
    private static final class Place {
        final MemoryTableStore tables = new MemoryTableStore("t", 3);
        final Path home;
        FaultyTableStore faulty = new FaultyTableStore(tables);

        Place(Path home) throws Exception {
            this.home = Files.createDirectories(home);
            for (String name : List.of("assets", "old", "notes", "copy")) {
                tables.create(table(name, List.of("id")));
            }
            tables.create(table("versions", List.of("id", "version")));
            for (int i = 1; i <= ROWS; i++) {
                Row key = Row.of("id", Value.of("k" + i));
                put("assets", key.with("version", Value.of("v" + i)).with("name", Value.of("n")));
                put("old", key.with("n", Value.of(i)));
                put("notes", key.with("kept", Value.of(7)));
                if (i == 2) {
                    // somebody else's, and just what would be written: it is theirs, whatever happens
                    put("versions", key.with("version", Value.of("v2")));
                }
                if (i % 2 == 0) {
                    put("copy", key.with("n", Value.of(-i)));
                }
            }
        }

        private TableStore.Table table(String name, List<String> key) {
            return new TableStore.Table(
                    name,
                    key.stream()
                            .map(each -> new TableStore.Column(each, "text", false))
                            .toList(),
                    key,
                    true);
        }

        void put(String table, Row row) {
            List<String> key = table.equals("versions") ? List.of("id", "version") : List.of("id");
            tables.apply(List.of(
                    Effect.put(new RowKey(table, row.only(key)), new Content.RowContent(row), Condition.ANY, "")));
        }

        Map<String, Set<Row>> content() {
            Map<String, Set<Row>> content = new java.util.TreeMap<>();
            for (String name : List.of("assets", "old", "notes", "copy", "versions")) {
                content.put(name, Set.copyOf(tables.rows(name)));
            }
            return content;
        }

        Migration migration() throws Exception {
            Map<String, StoreProvider> providers = Map.of("memtable", provider());
            return new Migration(new Setup(
                    Plans.parse(
                            "waybill.yaml",
                            PLAN.getBytes(StandardCharsets.UTF_8),
                            home,
                            new PlanContext(providers, name -> null, List.of())),
                    new LedgerFile(home.resolve("rows.db"), path -> {
                        SQLiteDataSource source = new SQLiteDataSource();
                        source.setUrl("jdbc:sqlite:" + path);
                        return source;
                    }),
                    providers,
                    name -> null,
                    InstantSource.system(),
                    "test"));
        }

        private StoreProvider provider() {
            return new StoreProvider() {
                @Override
                public String type() {
                    return "memtable";
                }

                @Override
                public List<String> schemes() {
                    return List.of();
                }

                @Override
                public boolean holdsTables() {
                    return true;
                }

                @Override
                public List<Option> options() {
                    return List.of();
                }

                @Override
                public Map<String, String> parse(String url) {
                    return Map.of();
                }

                @Override
                public Store open(Settings settings) {
                    return faulty;
                }
            };
        }
    }

    private Map<String, Set<Row>> expected() throws Exception {
        Place place = new Place(folder.resolve("expected"));
        RunReport report = place.migration().run(RunOptions.ALL);
        assertThat(report.finished()).isTrue();
        return place.content();
    }

    @Test
    void carriesAllOfItAndTakesAllOfItBack() throws Exception {
        Place place = new Place(folder.resolve("healthy"));
        Map<String, Set<Row>> before = place.content();

        RunReport report = place.migration().run(RunOptions.ALL);

        assertThat(report.balanced()).isTrue();
        assertThat(report.needYou()).isZero();
        Map<String, Set<Row>> after = place.content();
        assertThat(after.get("versions")).hasSize(ROWS);
        assertThat(after.get("notes"))
                .allSatisfy(row -> assertThat(row.names()).containsExactlyInAnyOrder("id", "kept", "seen"));
        assertThat(after.get("old"))
                .allSatisfy(row -> assertThat(String.valueOf(row)).contains("new-k"));
        assertThat(after.get("copy")).hasSize(ROWS);
        assertThat(place.migration().verify(VerifyOptions.ALL).allSame()).isTrue();

        RunReport again = place.migration().run(RunOptions.ALL);
        assertThat(again.wroteItems()).isZero();

        RollbackReport back = place.migration().rollback(1, Selector.ALL);
        assertThat(back.keepItems()).isZero();
        assertThat(place.content()).isEqualTo(before);
    }

    @ParameterizedTest
    @EnumSource(Fault.class)
    void everyCallOfARunMayFailAndTheNextPutsItRight(Fault fault) throws Exception {
        Map<String, Set<Row>> wanted = expected();
        List<String> wrong = new ArrayList<>();
        boolean met = true;
        int call = 1;
        for (; met; call++) {
            Place place = new Place(folder.resolve(fault + "-" + call));
            Map<String, Set<Row>> before = place.content();
            place.faulty.failing(call, fault);
            attempt(() -> place.migration().run(RunOptions.ALL));
            met = place.faulty.failed();
            place.faulty = new FaultyTableStore(place.tables);

            RunReport report = place.migration().run(RunOptions.ALL);
            if (!place.content().equals(wanted) || report.needYou() > 0 || !report.balanced()) {
                wrong.add("call " + call + " run " + report);
            }
            RollbackReport back = place.migration().rollback(1, Selector.ALL);
            if (back.keepItems() > 0 || !place.content().equals(before)) {
                wrong.add("call " + call + " rollback " + back);
            }
        }
        assertThat(wrong).isEmpty();
        assertThat(call).as("calls that were made to fail").isGreaterThan(15);
    }

    @ParameterizedTest
    @EnumSource(Fault.class)
    void everyCallOfARollbackMayFailAndTheNextPutsItRight(Fault fault) throws Exception {
        List<String> wrong = new ArrayList<>();
        boolean met = true;
        int call = 1;
        for (; met; call++) {
            Place place = new Place(folder.resolve("back-" + fault + "-" + call));
            Map<String, Set<Row>> before = place.content();
            place.migration().run(RunOptions.ALL);
            place.faulty = new FaultyTableStore(place.tables).failing(call, fault);
            attempt(() -> place.migration().rollback(1, Selector.ALL));
            met = place.faulty.failed();
            place.faulty = new FaultyTableStore(place.tables);

            RollbackReport back = place.migration().rollback(1, Selector.ALL);
            if (back.keepItems() > 0 || !place.content().equals(before)) {
                wrong.add("call " + call + " " + back);
            }
        }
        assertThat(wrong).isEmpty();
        assertThat(call).as("calls that were made to fail").isGreaterThan(8);
    }

    @Test
    void aRowThatSomebodyChangesWhileItIsEditedIsNotOverwritten() throws Exception {
        Place place = new Place(folder.resolve("raced"));
        // the row changes between its reading and its edit
        io.waybill.store.Failpoint.arm(name -> {
            if (name.equals("before-write")) {
                place.put(
                        "assets",
                        Row.of("id", Value.of("k1"))
                                .with("version", Value.of("theirs"))
                                .with("name", Value.of("n")));
                io.waybill.store.Failpoint.arm(null);
            }
        });

        RunReport report = place.migration().run(RunOptions.ALL);

        assertThat(report.items(State.CONFLICT)).isPositive();
        assertThat(String.valueOf(place.content().get("assets"))).contains("theirs");
        assertThat(String.valueOf(place.content().get("versions"))).doesNotContain("v1");

        RunReport mended = place.migration().run(new RunOptions(Selector.ALL, true, false, "verify"));
        assertThat(mended.needYou()).isZero();
        assertThat(String.valueOf(place.content().get("versions"))).contains("theirs");
    }

    private interface Attempt {
        void run() throws Exception;
    }

    private static void attempt(Attempt attempt) throws Exception {
        try {
            attempt.run();
        } catch (StoreException | RuntimeException | SimulatedCrash e) {
            assertThat(e).isNotNull();
        }
    }
}
