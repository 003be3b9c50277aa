package io.waybill.cli;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.MethodSource;

class ExamplesTest {
    private static final String PLAN = """
            waybill: 1
            name: people
            vars: { country: { default: uk } }
            stores: { lite: sqlite:app.db }
            moves:
              - name: people
                from: lite:people
                to: lite:persons
                where: row.id > 0
                lookup: { city: { in: "lite:cities", by: { id: row.city }, miss: skip } }
                collect: { pets: { from: "lite:pets", by: { owner: row.id }, order: age } }
                row:
                  only:
                    no: ${row.id}
                    name: ${trim(row.name)}
                    born?: ${row.born}
                    place: { city: "${lookup.city.name}", country: "${vars.country}" }
                    pets: ${collect.pets.map(p, p.name)}
                    since: ${run.started}
                checks: { required: [name], rules: { old enough: "!has(row.born) || row.born < date('2020-01-01')" } }
                examples:
            """;

    private static final String HELD = """
                  - in: { id: 7, name: " Ada ", city: 1, born: "${date('1815-12-10')}" }
                    lookup: { city: { name: London } }
                    collect: { pets: [ { name: Tom, age: 9 }, { name: Kit, age: 2 } ] }
                    out:
                      no: 7.0
                      name: Ada
                      born: 1815-12-10
                      place: { city: London, country: uk }
                      pets: [Kit, Tom]
                      since: 2026-01-01T00:00:00Z
            """;

    @TempDir
    Path folder;

    private User user;

    @BeforeEach
    void makeUser() {
        user = new User(folder);
    }

    private User.Ran lint(String examples) throws Exception {
        Files.writeString(folder.resolve("waybill.yaml"), PLAN + examples);
        return user.type("lint");
    }

    private static String example(String text) {
        return "      - " + text + "\n";
    }

    @Test
    void thoseThatHoldAreCountedWithoutAnyStore() throws Exception {
        String more = example("{ in: { id: 0 }, out: null }")
                + example("{ in: { id: 1, name: x, city: 2 }, out: null }")
                + example(
                        "{ in: { id: 1, name: ' ', city: 1 }, lookup: { city: { name: a } }, fails: 'name is empty' }")
                + example("{ in: { id: 1, name: x, city: 1, born: \"${date('2021-01-01')}\" },"
                        + " lookup: { city: { name: a } }, fails: 'rule: old enough' }")
                + example("{ in: { id: 1, name: x, city: 1 }, lookup: { city: [{ name: a }, { name: b }] },"
                        + " fails: '2 rows of lite:cities have id 1' }")
                + example("{ in: { id: 1, name: x, city: 1 }, vars: { country: fr }, lookup: { city: { name: a } },"
                        + " out: { no: 1, name: x, place: { city: a, country: fr }, pets: [],"
                        + " since: \"${run.started}\" } }");

        assertThat(lint(HELD + more).exits(Exit.DONE).out()).contains("1 move, 7 examples hold");

        assertThat(user.type("lint --json").exits(Exit.DONE).field("examples")).isEqualTo("7");
        assertThat(folder.resolve("app.db")).doesNotExist();
        assertThat(folder.resolve(".waybill")).doesNotExist();
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "no: 7.0 | no: '7' | waybill.yaml:26:15: example 1 of people: field no: expected text \"7\", found integer 7",
                "name: Ada | name: ada | 27:17: example 1 of people: field name: expected \"ada\", found \"Ada\"",
                "born: 1815-12-10 | born: 1815-12-11 | field born: expected text \"1815-12-11\", found date 1815-12-10",
                "London, country | london, country | field /place/city: expected \"london\", found \"London\"",
                "country: uk } | } | field /place/country: expected none, found \"uk\"",
                "[Kit, Tom] | [Kit, Tim] | field /pets/1: expected \"Tim\", found \"Tom\"",
                "[Kit, Tom] | [Kit] | field pets: expected [\"Kit\"], found [\"Kit\",\"Tom\"]",
                "name: Ada | nom: Ada | field nom: expected \"Ada\", found none",
                "pets: [ { name | pet: [ { name | the move has no collect \"pet\" -> did you mean \"pets\"?",
                "id: 7, name | id: 0, name | expected a row, found: the row is left out",
                "\" Ada \" | 5 | found: it is set aside: field name",
                "date('1815-12-10') | dat('1815-12-10') | example 1 of people: "
            })
    void aDifferenceIsNamedWithItsPlace(String right, String wrong, String said) throws Exception {
        assertThat(lint(HELD.replace(right, wrong)).exits(Exit.USAGE).err()).contains(said);
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "{ in: { id: 1 } } | 22:9: example 1 of people: it needs one of \"out\" and \"fails\"",
                "{ in: { id: 0 }, out: null, fails: x } | it needs one of \"out\" and \"fails\"",
                "{ out: null } | \"in\" is missing",
                "{ in: { id: 0 }, uot: null } | did you mean \"out\"?",
                "{ in: { id: 0 }, out: 5 } | \"out\" must be a map, a list of maps or null",
                "{ in: { id: 0 }, out: null, vars: { land: x } } | no \"vars.land\"",
                "{ in: { id: 0 }, fails: x } | expected that the row is set aside with \"x\", found: the row is left out",
                "{ in: { id: x }, fails: y } | expected the reason \"y\", found \"where: ",
                "{ in: { id: 1, name: x, city: 1 }, lookup: { city: {} }, out: null } | expected that the row is left out, found: there is a row",
                "{ in: { id: 1, name: x }, out: [] } | expected 0 rows, found: the row is left out"
            })
    void oneThatSaysNothingIsRefused(String text, String said) throws Exception {
        assertThat(lint(example(text)).exits(Exit.USAGE).err()).contains(said);
    }

    @Test
    void everyDifferenceIsListedAtOnce() throws Exception {
        User.Ran ran =
                lint(HELD.replace("Ada\n", "Eve\n").replace("no: 7.0", "no: 8") + example("{ in: {}, fails: x }"));

        assertThat(ran.exits(Exit.USAGE).err()).contains("expected 8", "\"Eve\"", "example 2 of people", "3 problems");
    }

    @Test
    void aSpreadGivesAListOfRows() throws Exception {
        String plan = """
                waybill: 1
                name: spread
                stores: { lite: sqlite:app.db }
                moves:
                  - from: lite:a
                    to: lite:b
                    spread: { over: row.parts, as: p }
                    row: { only: { id: "${row.id}", part: "${p.value}" } }
                    examples:
                      - { in: { id: 1, parts: [x, y] }, out: [ { id: 1, part: x }, { id: 1, part: y } ] }
                      - { in: { id: 1, parts: [] }, out: [] }
                """;
        Files.writeString(folder.resolve("waybill.yaml"), plan);
        assertThat(user.type("lint").exits(Exit.DONE).out()).contains("2 examples hold");

        Files.writeString(folder.resolve("waybill.yaml"), plan.replace("part: y", "part: z"));
        assertThat(user.type("lint").exits(Exit.USAGE).err())
                .contains("example 1 of move1: row 2: field part: expected \"z\", found \"y\"");
    }

    @Test
    void filesHaveNoExamples() throws Exception {
        Place.in(folder).file("waybill.yaml", Place.PLAN + "    examples: [ { in: {}, out: null } ]\n");

        assertThat(user.type("lint").exits(Exit.USAGE).err()).contains("\"examples\" is for moves of rows");
    }

    @Test
    void aRunDoesNotTryThemAndGoesOnWhenTheyChange() throws Exception {
        String plan = """
                waybill: 1
                name: csv
                stores: { disk: ./files }
                moves:
                  - from: disk:a.csv
                    to: disk:b.jsonl
                    key: id
                    format: { from: { type: csv }, to: { type: jsonl } }
                    examples: [ { in: { id: 1 }, out: { id: 2 } } ]
                """;
        Place.in(folder).file("files/a.csv", "id\n1\n2\n").file("waybill.yaml", plan);
        user.type("lint").exits(Exit.USAGE);
        user.type("run --limit 1").exits(Exit.DONE);

        Files.writeString(folder.resolve("waybill.yaml"), plan.replace("out: { id: 2 }", "out: { id: 1 }"));

        user.type("lint").exits(Exit.DONE);
        user.type("run").exits(Exit.DONE);
        assertThat(Files.readAllLines(folder.resolve("files/b.jsonl"))).hasSize(2);
        assertThat(user.type("runs").out().lines().filter(line -> line.startsWith("r")))
                .hasSize(1);
    }

    static List<String> plans() throws Exception {
        try (Stream<Path> files = Files.list(Project.root().resolve("docs/examples"))) {
            return files.map(Path::toString).sorted().toList();
        }
    }

    @ParameterizedTest
    @MethodSource("plans")
    void thePlansOfTheDocumentationHold(String plan) throws Exception {
        user.env("AWS_REGION", "eu-west-1")
                .env("DATABASE_URL", "postgresql://app@localhost/app")
                .env("OLD_DATABASE_URL", "postgresql://app@localhost/old")
                .env("NEW_DATABASE_URL", "postgresql://app@localhost/new")
                .env("OLD_S3", "http://localhost:9000")
                .env("NEW_S3", "http://localhost:9001")
                .env("CLOUDFLARE_API_TOKEN", "none");
        StringBuilder line = new StringBuilder("lint " + plan);
        String text = Files.readString(Path.of(plan));
        Matcher vars = Pattern.compile("^  ([a-z_]+): \\{( type: int )?\\}$", Pattern.MULTILINE)
                .matcher(text);
        while (vars.find()) {
            line.append(" --set ").append(vars.group(1)).append(vars.group(2) == null ? "=x" : "=1");
        }
        String out = user.type(line.toString()).exits(Exit.DONE).out();
        if (text.contains("examples:")) {
            assertThat(out).contains(" hold");
        }
    }
}
