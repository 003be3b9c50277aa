package io.waybill.cli;

import static org.assertj.core.api.Assertions.assertThat;

import io.waybill.value.Value;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.Statement;
import java.util.List;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class EvalTest {
    private static final String PLAN = """
            waybill: 1
            name: people
            vars: { town: { default: Rome }, n: { type: int, default: 3 } }
            stores: { lite: sqlite:app.db, disk: ./data }
            moves:
              - from: lite:people
                to: lite:copy
              - from: disk:pets.csv
                to: lite:pets
                key: id
                format: { type: csv, types: { id: integer, born: date } }
            """;

    @TempDir
    Path folder;

    private Place place;
    private User user;

    @BeforeEach
    void makePlace() throws Exception {
        place = Place.in(folder);
        place.file("waybill.yaml", PLAN).file("data/pets.csv", "id,name,born\n1,Tom,2020-01-02\n2,Kit,2021-03-04\n");
        user = new User(folder);
        try (Connection connection = DriverManager.getConnection("jdbc:sqlite:" + folder.resolve("app.db"));
                Statement statement = connection.createStatement()) {
            statement.execute("CREATE TABLE people (id INTEGER PRIMARY KEY, name TEXT, age INTEGER)");
            statement.execute("CREATE TABLE none (id INTEGER PRIMARY KEY)");
            statement.execute("INSERT INTO people VALUES (1, 'Ada', 36), (2, NULL, NULL), (3, '', 0), (4, 'x', 1),"
                    + " (5, 'y', 2), (10, 'z', 3)");
        }
    }

    private String eval(String expression, String... more) {
        return ran(expression, more).exits(Exit.DONE).out();
    }

    private User.Ran ran(String expression, String... more) {
        List<String> words = new java.util.ArrayList<>(List.of("eval", expression));
        words.addAll(List.of(more));
        return user.run(words.toArray(String[]::new));
    }

    @Test
    void eachRowHasItsKeyAndTypeAndValue() {
        assertThat(eval("upper(row.name)", "--from", "lite:people")).isEqualTo("""
                id=1  text  "ADA"
                id=2  null  null
                id=3  text  ""
                id=4  text  "X"
                id=5  text  "Y"
                """);
        assertThat(eval("${row.name} of ${vars.town}", "--from", "lite:people", "--limit", "1"))
                .isEqualTo("id=1  text  \"Ada of Rome\"\n");
        assertThat(eval("row.age + vars.n", "--from", "lite:people", "--limit", "10"))
                .contains("id=1   integer  39\n")
                .contains("id=10  integer  6\n");
        assertThat(eval("1", "--from", "lite:none")).isEmpty();
    }

    @Test
    void rowsThatCannotBeComputedAreToldOneByOne() {
        User.Ran ran = ran("12 / row.age", "--from", "lite:people");

        assertThat(ran.exits(Exit.NEEDS_YOU).out())
                .contains("id=1  ")
                .contains("id=2  null")
                .containsPattern("id=3  error +\\S*.*zero");
        assertThat(ran.err()).isEmpty();
    }

    @Test
    void theWholeIsOneJsonDocument() {
        User.Ran ran = ran("when(row.id > 1, 12 / row.age)", "--from", "lite:people", "--limit", "3", "--json");

        assertThat(ran.exits(Exit.NEEDS_YOU).field("from")).isEqualTo("lite:people");
        List<Value> results = ((Value.ListOf) ran.value("results")).values();
        assertThat(User.field(results.get(0), "key")).isEqualTo(Value.of("id=1"));
        assertThat(User.field(results.get(0), "type")).isEqualTo(Value.of("missing"));
        assertThat(User.field(results.get(1), "type")).isEqualTo(Value.of("null"));
        assertThat(User.field(results.get(2), "error")).isInstanceOf(Value.Text.class);
    }

    @Test
    void tablesInFilesAreReadAsThePlanReadsThem() {
        assertThat(eval("row.born", "--from", "disk:pets.csv"))
                .isEqualTo("id=1  date  2020-01-02\nid=2  date  2021-03-04\n");
    }

    @Test
    void aTableInAFileThatNoMoveReadsIsKnownByItsName() throws Exception {
        place.file("data/more.jsonl", "{\"a\": 1.50}\n{\"b\": [1]}\n");

        assertThat(eval("row.a", "--from", "disk:more.jsonl")).isEqualTo("row 1  decimal  1.50\nrow 2  missing\n");
        assertThat(eval("row.name", "--from", "data/pets.csv", "--limit", "1")).isEqualTo("row 1  text  \"Tom\"\n");
        assertThat(eval("row.name", "--from", "./data/pets.csv")).hasLineCount(2);
    }

    @Test
    void filesHaveTheirNames() {
        assertThat(eval("to/${file.below}", "--from", "disk:notes/"))
                .contains("notes/a.txt      text  \"to/a.txt\"\n")
                .contains("notes/sub/c.txt  text  \"to/sub/c.txt\"\n");
        assertThat(eval("file.size", "--from", "disk:notes/", "--limit", "1")).hasLineCount(1);
        assertThat(eval("file.name", "--from", "disk:**.jpg"))
                .contains("\"1.jpg\"", "\"2.jpg\"")
                .doesNotContain("txt");
        assertThat(eval("file.ext", "--from", "./data/photos")).contains("1.jpg  text  \"jpg\"");
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "vars.town + '!' | text  \"Rome!\"",
                "trim('7') | text  \"7\"",
                "decimal('1.50') | decimal  1.50",
                "date('2024-02-29') | date  2024-02-29",
                "[1, 2] | list  [1,2]",
                "vars.n == 3 | boolean  true",
                "null | null  null",
                "a${vars.n} | text  \"a3\"",
                "id('a', 1) | uuid  ",
                "batch.id | text  \"r1.1\""
            })
    void withoutATableItIsComputedOnce(String expression, String said) {
        assertThat(eval(expression)).startsWith(said).hasLineCount(1);
    }

    @Test
    void noPlanIsNeeded(@TempDir Path empty) {
        assertThat(new User(empty).run("eval", "1 + 1").exits(Exit.DONE).out()).isEqualTo("integer  2\n");
        assertThat(new User(empty)
                        .run("eval", "row.x", "--from", "db:t")
                        .exits(Exit.USAGE)
                        .err())
                .contains("WB-P02");
    }

    @Test
    void thePlaceOfAMistakeIsMarked() {
        assertThat(ran("lower(row.name) + row.nmae", "--from", "lite:people")
                        .exits(Exit.USAGE)
                        .err())
                .contains("no column \"nmae\" in people -> did you mean \"name\"?")
                .contains("  lower(row.name) + row.nmae\n                    ^\n");
        assertThat(ran("a/${file.sise}/${file.nam}", "--from", "disk:notes/")
                        .exits(Exit.USAGE)
                        .err())
                .contains("\n  a/${file.sise}/${file.nam}\n      ^\n")
                .contains("\n  a/${file.sise}/${file.nam}\n                   ^\n");
        assertThat(ran("1 +").exits(Exit.USAGE).err()).contains("\n  1 +\n     ^\n");
        assertThat(ran("int(vars.town)").exits(Exit.USAGE).err()).contains("Cannot compute", "^");
        assertThat(ran("row.x").exits(Exit.USAGE).err()).contains("\n  row.x\n  ^\n");
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "eval row.x --from lite:peple | peple",
                "eval row.x --from lite: | --from lite:TABLE",
                "eval row.x --from liet:people | Did you mean lite?",
                "eval file.name --from disk:films/ | films",
                "eval file.name --from disk:pets.tsv | pets.tsv",
                "eval row.x --from lite:people --limit 0 | --limit must be at least 1",
                "eval | Missing EXPRESSION"
            })
    void whatIsNotThereIsNamed(String line, String said) {
        assertThat(user.type(line).exits(Exit.USAGE).err()).contains(said);
    }

    @Test
    void nothingIsWritten() {
        eval("row.id", "--from", "lite:people");

        assertThat(place.has(".waybill")).isFalse();
    }
}
