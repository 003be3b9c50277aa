package io.waybill.cli;

import static org.assertj.core.api.Assertions.assertThat;

import io.waybill.jdbc.testing.PostgresServer;
import io.waybill.value.Json;
import io.waybill.value.Value;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.ResultSet;
import java.sql.Statement;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Rows that were set aside are exported, mended, and go on their way; what went wrong stands in a log. */
class SetAsideTest {
    private static final String ROW = """
                row: { only: { id: "${row.id}", name: "${row.name}", price: "${row.price}", seen: "${row.seen}" } }
                checks: { required: [name], rules: { "the price is not negative": "row.price >= decimal('0')" } }
            """;

    @TempDir
    Path folder;

    private final PostgresServer postgres = PostgresServer.shared();
    private User user;
    private String database = "";

    @BeforeEach
    void makeTables() throws Exception {
        user = new User(folder).env("PG_PASSWORD", "correct horse");
        database = postgres.newDatabase();
        String columns = "(id bigint PRIMARY KEY, name text, price numeric, seen timestamptz)";
        postgres.execute(database, "CREATE TABLE goods " + columns);
        postgres.execute(database, "CREATE TABLE copy " + columns);
        postgres.execute(
                database,
                "INSERT INTO goods SELECT n, 'g' || n, n + 0.50, timestamptz '2024-01-01 00:00:00.000001+00'"
                        + " FROM generate_series(1, 30) n");
        postgres.execute(database, "UPDATE goods SET name = NULL WHERE id = 4");
        postgres.execute(database, "UPDATE goods SET price = -12345678901234567890.125 WHERE id = 9");
        plan("    from: pg:goods\n");
    }

    private void plan(String from) throws Exception {
        Files.writeString(folder.resolve("waybill.yaml"), head("goods") + from + "    to: pg:copy\n" + ROW);
    }

    private String head(String name) {
        return """
                waybill: 1
                name: %s
                stores:
                  disk: .
                  pg: { type: postgresql, host: %s, port: %d, database: %s, user: postgres, password: "${env.PG_PASSWORD}" }
                limits: { batch: 5 }
                moves:
                  - name: goods
                """.formatted(name, postgres.host(), postgres.port(), database);
    }

    private List<String> copied() throws Exception {
        List<String> rows = new ArrayList<>();
        try (Connection connection = postgres.connect(database);
                Statement statement = connection.createStatement();
                ResultSet row =
                        statement.executeQuery("SELECT id, name, price FROM copy WHERE id IN (4, 9) ORDER BY id")) {
            while (row.next()) {
                rows.add(row.getString(1) + " " + row.getString(2) + " " + row.getString(3));
            }
        }
        return rows;
    }

    private static List<Value.MapOf> lines(Path file) throws Exception {
        return Files.readAllLines(file).stream()
                .map(line -> (Value.MapOf) Json.parse(line))
                .toList();
    }

    private static Map<String, Value> by(List<Value.MapOf> lines, String field) {
        Map<String, Value> found = new java.util.TreeMap<>();
        lines.forEach(line -> found.put(Json.write(User.field(line, field)), line));
        return found;
    }

    @Test
    void theLogOfErrorsSaysWhatWentWrongAsItHappened() throws Exception {
        User.Ran ran = user.type("run").exits(Exit.NEEDS_YOU);

        assertThat(ran.out()).contains("2 items need you", ".waybill/goods.errors/r1.jsonl");
        List<Value.MapOf> lines = lines(folder.resolve(".waybill/goods.errors/r1.jsonl"));
        assertThat(lines).hasSize(2);
        Map<String, Value> byKey = by(lines, "key");
        assertThat(byKey.keySet()).containsExactly("{\"id\":4}", "{\"id\":9}");
        Value four = Objects.requireNonNull(byKey.get("{\"id\":4}"));
        assertThat(User.field(four, "reason")).isEqualTo(Value.of("required: name is null"));
        assertThat(User.field(four, "state")).isEqualTo(Value.of("quarantined"));
        assertThat(User.field(four, "move")).isEqualTo(Value.of("goods"));
        assertThat(User.field(four, "run")).isEqualTo(Value.of("r1"));

        user.type("run --failed").exits(Exit.NEEDS_YOU);
        assertThat(lines(folder.resolve(".waybill/goods.errors/r1.jsonl")))
                .as("they were tried again and failed again; what stood is not said twice")
                .hasSize(4);
    }

    @Test
    void filesThatFailStandInTheLogToo() throws Exception {
        Place place = Place.in(folder);
        Files.createDirectories(folder.resolve("out/notes/a.txt"));

        user.type("run").exits(Exit.NEEDS_YOU);

        List<Value.MapOf> lines = lines(folder.resolve(".waybill/place.errors/r1.jsonl"));
        assertThat(lines).hasSize(1);
        assertThat(User.field(lines.get(0), "key")).isEqualTo(Value.of("notes/a.txt"));
        assertThat(place.has("out/notes/b.txt")).isTrue();
    }

    @Test
    void exportedRowsHoldTheirValuesExactlyAndTheReason() throws Exception {
        user.type("run").exits(Exit.NEEDS_YOU);

        assertThat(user.type("items --failed -o bad.jsonl").exits(Exit.DONE).out())
                .contains("Wrote 2 rows to bad.jsonl");

        Map<String, Value> rows = by(lines(folder.resolve("bad.jsonl")), "id");
        assertThat(Json.write(Objects.requireNonNull(rows.get("4"))))
                .contains(
                        "\"name\":null",
                        "{\"$timestamp\":\"2024-01-01T00:00:00.000001Z\"}",
                        "\"reason\":\"required: name is null\"",
                        "\"state\":\"quarantined\"",
                        "\"move\":\"goods\"");
        assertThat(Json.write(Objects.requireNonNull(rows.get("9"))))
                .contains("{\"$decimal\":\"-12345678901234567890.125\"}");
        postgres.execute(database, "DELETE FROM goods WHERE id = 9");
        assertThat(user.type("items --failed -o bad.jsonl").out()).contains("1 of them only by key");
    }

    @Test
    void rowsThatAreMendedAtTheSourceAreTakenUpAgain() throws Exception {
        user.type("run").exits(Exit.NEEDS_YOU);
        postgres.execute(database, "UPDATE goods SET name = 'four' WHERE id = 4");
        postgres.execute(database, "UPDATE goods SET price = 9 WHERE id = 9");

        assertThat(user.type("run --failed").exits(Exit.DONE).out()).contains("30 verified");
        assertThat(copied()).containsExactly("4 four 4.50", "9 g9 9");
    }

    @Test
    void rowsThatAreMendedInTheFileAreATableForAPlan() throws Exception {
        user.type("run").exits(Exit.NEEDS_YOU);
        user.type("items --failed -o bad.jsonl").exits(Exit.DONE);
        Path file = folder.resolve("bad.jsonl");
        Files.writeString(
                file,
                Files.readString(file)
                        .replace("\"name\":null", "\"name\":\"four\"")
                        .replace("-123", "123"));
        Files.writeString(
                folder.resolve("mended.yaml"),
                head("mended") + "    from: disk:bad.jsonl\n    key: id\n    format: { type: jsonl, lossless: true }\n"
                        + "    to: pg:copy\n" + ROW);

        assertThat(user.type("run -f mended.yaml").exits(Exit.DONE).out()).contains("2 verified");
        assertThat(copied()).containsExactly("4 four 4.50", "9 g9 12345678901234567890.125");
    }

    @Test
    void rowsAreTakenUpAgainWhereNothingIsVerified() throws Exception {
        Files.writeString(
                folder.resolve("waybill.yaml"), Files.readString(folder.resolve("waybill.yaml")) + "verify: off\n");
        user.type("run").exits(Exit.NEEDS_YOU);
        assertThat(user.type("items --failed -o bad.jsonl").out()).contains("Wrote 2 rows");
        postgres.execute(database, "UPDATE goods SET name = 'x', price = 1");

        assertThat(user.type("run --failed").exits(Exit.DONE).out()).contains("30 written");
        assertThat(copied()).containsExactly("4 x 1", "9 x 1");
    }
}
