package io.waybill.cli;

import static org.assertj.core.api.Assertions.assertThat;

import io.waybill.jdbc.testing.PostgresServer;
import io.waybill.value.RowCodec;
import io.waybill.value.Value;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Rows are carried as far as a phase, into files where they can be looked at, and no target is touched. */
class StagingTest {
    @TempDir
    Path folder;

    private final PostgresServer postgres = PostgresServer.shared();
    private User user;
    private Lite lite;
    private String database = "";

    @BeforeEach
    void makeStores() throws Exception {
        user = new User(folder);
        database = postgres.newDatabase();
        postgres.execute(
                database,
                "CREATE TABLE buyers (no bigint PRIMARY KEY, name text, price numeric, born date, photo bytea);"
                        + " INSERT INTO buyers VALUES (1, 'Ada', 12345678901234567890.125, '1815-12-10', '\\x00ff'),"
                        + " (2, ' Grace ', 0.10, NULL, NULL), (3, '', 7, NULL, NULL), (4, 'x', NULL, NULL, NULL),"
                        + " (5, 'Ada', 1, NULL, NULL), (6, 'gone', 2, NULL, NULL)");
        lite = new Lite(folder.resolve("app.db"))
                .execute("CREATE TABLE people (id TEXT PRIMARY KEY, name TEXT, price DECIMAL TEXT)");
    }

    private static final String MAPPED = """
              - name: buyers
                from: pg:buyers
                to: lite:people
                where: row.name != 'gone'
                row:
                  only:
                    id: b${row.no}
                    name: ${trim(row.name)}
                    price: ${row.price * decimal('2')}
                checks: { required: [name], unique: [name] }
            """;

    private void plan(String top, String moves) throws Exception {
        plan("waybill.yaml", "staged", top, moves);
    }

    private void plan(String file, String name, String top, String moves) throws Exception {
        Files.writeString(
                folder.resolve(file), """
                waybill: 1
                name: %s
                %s
                stores:
                  disk: ./files
                  cloud: demo-s3:./cloud
                  lite: sqlite:app.db
                  pg: postgresql://postgres@%s:%d/%s
                moves:
                """.formatted(name, top, postgres.host(), postgres.port(), database) + moves);
    }

    private List<String> staged(String name) throws Exception {
        return Files.readAllLines(folder.resolve(".waybill/stage/buyers").resolve(name));
    }

    private List<Path> drafts() throws Exception {
        try (Stream<Path> all = Files.walk(folder)) {
            return all.filter(path -> path.toString().endsWith(".part")).toList();
        }
    }

    @Test
    void readPutsRowsAsTheyAreReadIntoAFileAndTouchesNoTarget() throws Exception {
        plan("", MAPPED);

        User.Ran ran = user.type("run --until read").exits(Exit.DONE);

        assertThat(ran.out())
                .contains("buyers  pg:buyers")
                .contains("read 5 · filtered 0 · staged 5 · quarantined 0")
                .contains(".waybill/stage/buyers/read.jsonl")
                .contains("Nothing was written to a target. A later run reads the sources again.");
        assertThat(staged("read.jsonl")).hasSize(5);
        assertThat(staged("read.jsonl").get(0))
                .isEqualTo("{\"no\":1,\"name\":\"Ada\",\"price\":{\"$decimal\":\"12345678901234567890.125\"},"
                        + "\"born\":{\"$date\":\"1815-12-10\"},\"photo\":{\"$bytes\":\"AP8=\"}}");
        assertThat(lite.rows("SELECT id, name, price FROM people ORDER BY id")).isEmpty();
        assertThat(drafts()).isEmpty();
        assertThat(PosixFilePermissions.toString(
                        Files.getPosixFilePermissions(folder.resolve(".waybill/stage/buyers/read.jsonl"))))
                .isEqualTo("rw-------");
        assertThat(user.type("runs").exits(Exit.DONE).out()).doesNotContain("r1");
    }

    @Test
    void mapPutsWhatTheMappingGivesAndSetsAsideWhatItCannotMap() throws Exception {
        plan("", MAPPED.replace("row.price * decimal('2')", "decimal(text(row.price) + row.name)"));
        postgres.execute(database, "UPDATE buyers SET name = '5' WHERE no IN (1, 2, 3, 4)");

        assertThat(user.type("run --until map").exits(Exit.NEEDS_YOU).out())
                .contains("read 5 · filtered 0 · mapped 4 · quarantined 1");

        assertThat(staged("mapped.jsonl"))
                .hasSize(4)
                .contains("{\"id\":\"b2\",\"name\":\"5\",\"price\":{\"$decimal\":\"0.105\"}}");
        assertThat(staged("quarantine.jsonl"))
                .singleElement()
                .satisfies(line -> assertThat(line)
                        .contains("\"key\":{\"no\":5}")
                        .contains("1Ada")
                        .contains("\"row\":{\"no\":5,\"name\":\"Ada\""));
        assertThat(lite.rows("SELECT id, name, price FROM people ORDER BY id")).isEmpty();
    }

    @Test
    void checkSetsAsideWhatBreaksACheckAndTellsItAsJson() throws Exception {
        plan("", MAPPED);

        User.Ran ran = user.type("run --until check --json").exits(Exit.NEEDS_YOU);

        Value result = ran.lines().get(ran.lines().size() - 1);
        assertThat(RowCodec.text(User.field(result, "until"))).isEqualTo("check");
        assertThat(RowCodec.text(User.field(result, "needs_you"))).isEqualTo("2");
        Value move = ((Value.ListOf) User.field(result, "moves")).values().get(0);
        assertThat(List.of("move", "read", "filtered", "staged", "quarantined"))
                .extracting(name -> RowCodec.text(User.field(move, name)))
                .containsExactly("buyers", "5", "0", "3", "2");
        assertThat(RowCodec.text(User.field(move, "file"))).endsWith("/.waybill/stage/buyers/checked.jsonl");
        assertThat(staged("checked.jsonl"))
                .containsExactly(
                        "{\"id\":\"b1\",\"name\":\"Ada\",\"price\":{\"$decimal\":\"24691357802469135780.250\"}}",
                        "{\"id\":\"b2\",\"name\":\"Grace\",\"price\":{\"$decimal\":\"0.20\"}}",
                        "{\"id\":\"b4\",\"name\":\"x\",\"price\":null}");
        assertThat(staged("quarantine.jsonl").get(0)).contains("\"reason\":\"required: name is empty\"");
        assertThat(staged("quarantine.jsonl").get(1)).contains("unique: another row has the name Ada");
        assertThat(lite.rows("SELECT id, name, price FROM people ORDER BY id")).isEmpty();
    }

    @Test
    void aRunAfterAStagedPhaseReadsTheSourceAgainAndDoesEverything() throws Exception {
        plan("", MAPPED);
        user.type("run --until check").exits(Exit.NEEDS_YOU);
        postgres.execute(database, "UPDATE buyers SET name = 'Zoe' WHERE no = 5");

        assertThat(user.type("run").exits(Exit.NEEDS_YOU).out()).contains("4 verified, 1 quarantined");

        assertThat(lite.rows("SELECT id, name, price FROM people ORDER BY id"))
                .containsExactly("b1|Ada|24691357802469135780.250", "b2|Grace|0.20", "b4|x|null", "b5|Zoe|2");
        assertThat(user.type("run --until check").exits(Exit.NEEDS_YOU).out()).contains("checked 4 · quarantined 1");
    }

    @Test
    void stagedRowsAreASourceOfAnotherPlanWithEveryValueExact() throws Exception {
        plan("stage: ./files/stage", MAPPED);
        user.type("run --until check").exits(Exit.NEEDS_YOU);
        plan("load.yaml", "load", "", """
                  - name: load
                    from: disk:stage/buyers/checked.jsonl
                    to: lite:people
                    key: id
                    format: { lossless: true }
                  - name: look
                    from: disk:stage/buyers/quarantine.jsonl
                    to: disk:reasons.csv
                    key: key
                    format:
                      from: { lossless: true }
                      to: { columns: [no, reason], key: no }
                    row: { only: { no: "${text(row.key.no)}", reason: "${row.reason}" } }
                """);

        user.type("run -f load.yaml").exits(Exit.DONE);

        assertThat(lite.rows("SELECT id, name, price FROM people ORDER BY id"))
                .containsExactly("b1|Ada|24691357802469135780.250", "b2|Grace|0.20", "b4|x|null");
        assertThat(Files.readAllLines(folder.resolve("files/reasons.csv")))
                .containsExactly("no,reason", "3,required: name is empty", "5,unique: another row has the name Ada");
    }

    @Test
    void rowsAreStagedInAStoreToo() throws Exception {
        plan("stage: cloud:stage/x", MAPPED);

        assertThat(user.type("run --until read --limit 2").exits(Exit.DONE).out())
                .contains("read 2 · filtered 0 · staged 2")
                .contains("stage/x/buyers/read.jsonl");
        assertThat(user.type("run --until read").exits(Exit.DONE).out()).contains("staged 5");

        plan("back.yaml", "back", "", "  - { from: \"cloud:stage/x/\", to: \"disk:back/\" }\n");
        user.type("run -f back.yaml").exits(Exit.DONE);
        assertThat(Files.readAllLines(folder.resolve("files/back/stage/x/buyers/read.jsonl")))
                .hasSize(5);
        assertThat(drafts()).isEmpty();
    }

    @Test
    void whatEndsOnTheWayLeavesTheEarlierFileAndNoHalfOne() throws Exception {
        Files.createDirectories(folder.resolve("files"));
        Files.writeString(folder.resolve("files/in.jsonl"), "{\"no\":1}\n{\"no\":2}\n");
        plan(
                "",
                "  - { name: buyers, from: \"disk:in.jsonl\", to: \"disk:out.jsonl\", key: \"no\", format: { type: jsonl } }\n");
        user.type("run --until read").exits(Exit.DONE);
        Files.writeString(folder.resolve("files/in.jsonl"), "{\"no\":3}\n".repeat(5000) + "{\"no\":");
        Files.writeString(folder.resolve(".waybill/stage/buyers/.read.jsonl.part"), "what a kill left");

        User.Ran ran = user.type("run --until read");

        assertThat(ran.exit()).isNotZero();
        assertThat(ran.err()).contains("in.jsonl").contains("row 5001");
        assertThat(staged("read.jsonl")).containsExactly("{\"no\":1}", "{\"no\":2}");
        assertThat(drafts()).isEmpty();
        Files.writeString(folder.resolve("files/in.jsonl"), "{\"no\":4}\n");
        user.type("run --until read").exits(Exit.DONE);
        assertThat(staged("read.jsonl")).containsExactly("{\"no\":4}");
        assertThat(folder.resolve("files/out.jsonl")).doesNotExist();
    }

    @Test
    void aRowThatCannotBeReadWholeIsSetAside() throws Exception {
        plan("", MAPPED);
        postgres.execute(database, "UPDATE buyers SET price = 'NaN' WHERE no = 2");

        assertThat(user.type("run --until read").exits(Exit.NEEDS_YOU).out()).contains("staged 4 · quarantined 1");
        assertThat(staged("quarantine.jsonl"))
                .singleElement()
                .satisfies(line ->
                        assertThat(line).contains("column price holds NaN").contains("\"key\":{\"no\":2}"));
        assertThat(user.type("run --until map").exits(Exit.NEEDS_YOU).out()).contains("mapped 4 · quarantined 1");
    }

    @Test
    void referencesBetweenMovesAreTriedOnTheRowsThatWouldBeWritten() throws Exception {
        Files.createDirectories(folder.resolve("files"));
        Files.writeString(
                folder.resolve("files/sales.jsonl"),
                "{\"no\":1,\"buyer\":\"b1\"}\n{\"no\":2,\"buyer\":\"b3\"}\n{\"no\":3,\"buyer\":\"b4\"}\n");
        // with several readers, either of two rows of one name may come first
        plan("limits: { parallel: 1 }", """
                  - name: sales
                    after: buyers
                    from: disk:sales.jsonl
                    to: disk:sold.jsonl
                    key: no
                    checks: { refs: { buyer: buyers } }
                """ + MAPPED);

        assertThat(user.type("run --until check").exits(Exit.NEEDS_YOU).out())
                .contains("read 3 · filtered 0 · checked 2 · quarantined 1");
        assertThat(Files.readAllLines(folder.resolve(".waybill/stage/sales/quarantine.jsonl")))
                .singleElement()
                .satisfies(line -> assertThat(line).contains("refs: buyer is b3, and buyers has no such id"));
        assertThat(user.type("run --dry-run").exits(Exit.NEEDS_YOU).out())
                .contains("+  2  to write")
                .contains("sales.jsonl[no=2]: refs: buyer is b3, and buyers has no such id");
        assertThat(user.type("run --until check --move sales")
                        .exits(Exit.NEEDS_YOU)
                        .out())
                .contains("checked 0 · quarantined 3");
        assertThat(user.type("run").exits(Exit.NEEDS_YOU).out()).contains("5 verified, 3 quarantined");
    }

    @Test
    void rowsThatCannotBeToldApartAreSetAsideAndARowMayMakeSeveral() throws Exception {
        Files.createDirectories(folder.resolve("files"));
        Files.writeString(folder.resolve("files/in.jsonl"), """
                {"no":1,"list":["a","b"]}
                {"no":2,"list":[]}
                {"no":3,"list":["c"]}
                {"no":3,"list":["d"]}
                """);
        plan("", """
                  - name: buyers
                    from: disk:in.jsonl
                    to: disk:out.jsonl
                    key: no
                    format: { to: { key: [no, value] } }
                    spread: { over: row.list, as: v }
                    row: { only: { no: "${row.no}", value: "${v.value}" } }
                """);

        assertThat(user.type("run --until map").exits(Exit.NEEDS_YOU).out())
                .contains("read 4 · filtered 0 · mapped 2 · quarantined 2");

        assertThat(staged("mapped.jsonl")).containsExactly("{\"no\":1,\"value\":\"a\"}", "{\"no\":1,\"value\":\"b\"}");
        assertThat(staged("quarantine.jsonl"))
                .allSatisfy(line -> assertThat(line).contains("more than one source row has this key"));

        assertThat(user.type("run --dry-run").all())
                .as("what a dry run says is what the run does")
                .contains("2  to write", "2  to be set aside", "more than one source row has this key");
        user.type("run").exits(Exit.NEEDS_YOU);
        assertThat(Files.readAllLines(folder.resolve("files/out.jsonl"))).hasSize(2);
    }

    @Test
    void onlyMovesOfRowsAreStagedAndMovesAreChosenByName() throws Exception {
        Files.createDirectories(folder.resolve("files/a"));
        plan("", MAPPED + """
                  - { name: other, from: pg:buyers, to: "disk:other.jsonl", key: "no" }
                  - { name: copy, from: "disk:a/", to: "disk:b/" }
                """);

        assertThat(user.type("run --until read").exits(Exit.DONE).all())
                .contains("other  pg:buyers")
                .contains("move copy moves files, and only rows are staged");
        assertThat(user.type("run --until read --move other").exits(Exit.DONE).out())
                .doesNotContain("buyers  pg:buyers")
                .contains("staged 6");
        assertThat(user.type("run --until read --move copy").exits(Exit.USAGE).err())
                .contains("Cannot run until read: move copy moves files, and only rows are staged.");
        assertThat(user.type("run --until read --move othr").exits(Exit.USAGE).err())
                .contains("Did you mean other?");
    }

    @Test
    void whatMakesNoSenseIsRefusedInOneSentence() throws Exception {
        plan("", MAPPED);
        assertThat(user.type("run --until check --failed").exits(Exit.USAGE).err())
                .contains("Cannot run --until check with --failed");
        assertThat(user.type("run --until check --dry-run").exits(Exit.USAGE).err())
                .contains("Cannot run --until check with --dry-run");
        assertThat(user.type("run --until wash").exits(Exit.USAGE).err())
                .contains("--until is one of read, map, check, write, verify, link, not wash.");
        plan("stage: lit:stage", MAPPED);
        assertThat(user.type("run --until read").exits(Exit.USAGE).err()).contains("did you mean \"lite\"?");
        plan("stage: lite:stage", MAPPED);
        assertThat(user.type("run --until read").exits(Exit.USAGE).err())
                .contains("\"stage\" goes to a folder or a store of files, and \"lite\" holds tables");
        plan("stage: disk:../x", MAPPED);
        assertThat(user.type("run --until read").exits(Exit.USAGE).err()).contains("waybill.yaml:3");
    }
}
