package io.waybill.cli;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.FileTime;
import java.util.List;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Files that the rows of a table name: copied, proven, told to the rows, and taken back in the right order. */
class NamedFilesTest {
    private static final String TELL = """
                then:
                  - update: source
                    add_columns: true
                    set:
                      r2_key: ${target.path}
                      checksum: ${file.sha256}
                      migration_batch_id: ${batch.id}
            """;

    @TempDir
    Path folder;

    private Place place;
    private User user;
    private Lite app;

    @BeforeEach
    void makePlace() throws Exception {
        place = Place.in(folder);
        user = new User(folder);
        app = new Lite(folder.resolve("app.db"))
                .execute("CREATE TABLE saved (id INTEGER PRIMARY KEY, owner INTEGER, name TEXT, path TEXT)");
        for (int i = 1; i <= 6; i++) {
            place.file("media/u/f" + i + ".csv", "content " + i);
            app.execute("INSERT INTO saved VALUES (" + i + ", " + (i % 2) + ", 'f" + i + ".csv', 'u/f" + i + ".csv')");
        }
        Files.createDirectories(folder.resolve("out"));
        plan(TELL);
    }

    private void plan(String more) throws Exception {
        plan("out:files/${row.owner}/${row.id}/${row.name}", more);
    }

    private void plan(String to, String more) throws Exception {
        place.file("waybill.yaml", """
                waybill: 1
                name: media
                stores:
                  db: sqlite:app.db
                  media: ./media
                  out: ./out
                limits: { batch: 2 }
                moves:
                  - name: files
                    each: db:saved
                    from: media:${row.path}
                    to: %s
                    group: row.owner
                """.formatted(to) + more.indent(0));
    }

    private List<String> rows(String columns) throws Exception {
        return app.rows("SELECT " + columns + " FROM saved ORDER BY id");
    }

    private List<String> objects() throws Exception {
        try (var all = Files.walk(folder.resolve("out"))) {
            return all.filter(Files::isRegularFile)
                    .map(file -> folder.resolve("out").relativize(file).toString())
                    .sorted()
                    .toList();
        }
    }

    private List<String> columns() throws Exception {
        return app.rows("SELECT name FROM pragma_table_info('saved')");
    }

    @Test
    void copiesTheFileOfEachRowAndTellsTheRowWhereItIs() throws Exception {
        assertThat(user.type("run").exits(Exit.DONE).out()).contains("6 verified");

        assertThat(objects()).contains("files/1/1/f1.csv", "files/0/6/f6.csv").hasSize(6);
        assertThat(rows("id, r2_key, length(checksum), migration_batch_id"))
                .containsExactly(
                        "1|files/1/1/f1.csv|64|r1.1",
                        "2|files/0/2/f2.csv|64|r1.2",
                        "3|files/1/3/f3.csv|64|r1.1",
                        "4|files/0/4/f4.csv|64|r1.2",
                        "5|files/1/5/f5.csv|64|r1.3",
                        "6|files/0/6/f6.csv|64|r1.4");
        assertThat(user.type("verify").exits(Exit.DONE).out()).contains("6 same");
        assertThat(user.type("run").exits(Exit.DONE).all()).contains("Nothing to do");
    }

    @Test
    void aRowWhoseFileIsGoneFailsAloneAndIsToldSo() throws Exception {
        Files.delete(folder.resolve("media/u/f1.csv"));
        Files.delete(folder.resolve("media/u/f2.csv"));
        plan(TELL + """
                    else:
                      - update: source
                        add_columns: true
                        set: { problem: "${error.kind} ${file.path}" }
                """.indent(-4).indent(4));

        assertThat(user.type("run").exits(Exit.NEEDS_YOU).out()).contains("4 verified, 2 failed");

        assertThat(rows("id, r2_key IS NULL, problem"))
                .containsExactly(
                        "1|1|NOT_FOUND u/f1.csv",
                        "2|1|NOT_FOUND u/f2.csv",
                        "3|0|null",
                        "4|0|null",
                        "5|0|null",
                        "6|0|null");
        assertThat(user.type("items --failed").exits(Exit.DONE).out()).contains("saved[id=1] names");
        place.file("media/u/f1.csv", "back again");
        assertThat(user.type("run").exits(Exit.NEEDS_YOU).out()).contains("1 verified, 1 failed");
        assertThat(rows("r2_key").get(0)).isEqualTo("files/1/1/f1.csv");
    }

    @Test
    void aPathThatLeadsOutOfTheStoreIsRefusedWithTheKeyOfItsRow() throws Exception {
        place.file("secret.txt", "secret");
        Files.createSymbolicLink(folder.resolve("media/way"), folder);
        app.execute(
                "UPDATE saved SET path = '../secret.txt' WHERE id = 1",
                "UPDATE saved SET path = '" + folder.resolve("secret.txt") + "' WHERE id = 2",
                "UPDATE saved SET path = 'way/secret.txt' WHERE id = 3",
                "UPDATE saved SET path = NULL WHERE id = 4",
                "UPDATE saved SET path = '' WHERE id = 5");

        User.Ran ran = user.type("run").exits(Exit.NEEDS_YOU);

        assertThat(ran.out()).contains("1 verified, 5 failed");
        assertThat(objects()).containsExactly("files/0/6/f6.csv");
        String items = user.type("items --failed").out();
        for (int id = 1; id <= 5; id++) {
            assertThat(items).contains("saved[id=" + id + "]");
        }
    }

    @Test
    void rollbackPutsTheRowsBackAndThenRemovesTheObjects() throws Exception {
        List<String> before = rows("*");
        user.type("run").exits(Exit.DONE);

        assertThat(user.type("rollback r1 --batch r1.2 --yes=r1")
                        .exits(Exit.DONE)
                        .out())
                .contains("Rolled back 2")
                .contains("Put 2 rows back");
        assertThat(rows("id, r2_key IS NULL")).containsExactly("1|0", "2|1", "3|0", "4|1", "5|0", "6|0");
        assertThat(objects()).hasSize(4);

        assertThat(user.type("rollback r1 --yes=r1").exits(Exit.DONE).out()).contains("Dropped the columns of saved");
        assertThat(rows("*")).isEqualTo(before);
        assertThat(columns()).containsExactly("id", "owner", "name", "path");
        assertThat(objects()).isEmpty();
        assertThat(user.type("run").exits(Exit.DONE).out()).contains("6 verified");
    }

    @Test
    void rollsBackWhatBelongsToOneOwner() throws Exception {
        user.type("run").exits(Exit.DONE);

        user.type("rollback r1 --group 1 --yes=r1").exits(Exit.DONE);

        assertThat(rows("id, r2_key IS NULL")).containsExactly("1|1", "2|0", "3|1", "4|0", "5|1", "6|0");
        assertThat(objects()).containsExactly("files/0/2/f2.csv", "files/0/4/f4.csv", "files/0/6/f6.csv");
    }

    @Test
    void anObjectStaysWhenTheOriginalIsLostOrChangedEvenInSecret() throws Exception {
        user.type("run").exits(Exit.DONE);
        Files.delete(folder.resolve("media/u/f1.csv"));
        Path secret = folder.resolve("media/u/f2.csv");
        FileTime time = Files.getLastModifiedTime(secret);
        Files.writeString(secret, "CONTENT 2");
        Files.setLastModifiedTime(secret, time);

        User.Ran ran = user.type("rollback r1 --yes=r1").exits(Exit.NEEDS_YOU);

        assertThat(ran.out()).contains("only copy").contains("Kept columns of saved");
        assertThat(objects()).containsExactly("files/0/2/f2.csv", "files/1/1/f1.csv");
        assertThat(rows("id, r2_key"))
                .as("rows keep the names of objects that stay")
                .containsExactly("1|files/1/1/f1.csv", "2|files/0/2/f2.csv", "3|null", "4|null", "5|null", "6|null");
    }

    @Test
    void aRowThatSomebodyChangedSinceKeepsItsObject() throws Exception {
        user.type("run").exits(Exit.DONE);
        app.execute("UPDATE saved SET checksum = 'theirs' WHERE id = 3");

        User.Ran ran = user.type("rollback r1 --yes=r1").exits(Exit.NEEDS_YOU);

        assertThat(ran.out()).contains("the row was changed by somebody else since");
        assertThat(objects()).containsExactly("files/1/3/f3.csv");
        assertThat(rows("r2_key").get(2)).isEqualTo("files/1/3/f3.csv");
    }

    @Test
    void rowsOnlyAndObjectsOnlyAreRefusedWhereALinkWouldDangle() throws Exception {
        user.type("run").exits(Exit.DONE);

        User.Ran refused = user.type("rollback r1 --only target --yes=r1").exits(Exit.REFUSED);
        assertThat(refused.all()).contains("saved[id=1] names files/1/1/f1.csv");
        assertThat(objects()).hasSize(6);

        user.type("rollback r1 --only links --batch r1.1 --yes=r1").exits(Exit.DONE);
        assertThat(rows("id, r2_key IS NULL")).containsExactly("1|1", "2|0", "3|1", "4|0", "5|0", "6|0");
        assertThat(objects()).hasSize(6);
        user.type("rollback r1 --only target --batch r1.1 --yes=r1").exits(Exit.DONE);
        assertThat(objects()).hasSize(4);

        user.type("rollback r1 --only target --leave-links --yes=r1").exits(Exit.DONE);
        assertThat(objects()).isEmpty();
        assertThat(rows("r2_key").get(1)).as("left behind on purpose").isEqualTo("files/0/2/f2.csv");
    }

    @Test
    void anObjectThatTwoRowsNameGoesWithTheLastOfThem() throws Exception {
        app.execute("INSERT INTO saved VALUES (7, 7, 'again.csv', 'u/f1.csv')");
        plan("out:files/", TELL);
        user.type("run").exits(Exit.DONE);
        assertThat(objects()).hasSize(6);
        assertThat(rows("r2_key")).contains("files/u/f1.csv").doesNotContain("null");

        user.type("rollback r1 --group 1 --yes=r1"); // the object may be kept with a reason, or another entry's
        assertThat(objects()).as("another row names it").contains("files/u/f1.csv");
        assertThat(rows("r2_key IS NULL").get(6)).isEqualTo("0");

        user.type("rollback r1 --yes=r1").exits(Exit.DONE);
        assertThat(objects()).isEmpty();
        assertThat(columns()).containsExactly("id", "owner", "name", "path");
    }

    @Test
    void verifySaysWhichRowDoesNotHoldWhatItWasTold() throws Exception {
        user.type("run").exits(Exit.DONE);
        app.execute("UPDATE saved SET r2_key = 'elsewhere' WHERE id = 4");

        assertThat(user.type("verify").exits(Exit.DIFFERENT).out())
                .contains("saved[id=4]")
                .contains("does not hold what it was told of files/0/4/f4.csv");
    }

    @Test
    void aRowThatNamesAnotherFileByNowIsNotToldOfTheOldOne() throws Exception {
        user.type("run --until verify").exits(Exit.DONE);
        assertThat(columns()).as("nobody was told").doesNotContain("r2_key");
        assertThat(objects()).hasSize(6);
        place.file("media/u/new.csv", "new");
        app.execute("UPDATE saved SET path = 'u/new.csv' WHERE id = 2");

        assertThat(user.type("run").exits(Exit.NEEDS_YOU).out()).contains("5 verified, 1 failed");

        assertThat(user.type("items --failed").out()).contains("the row names another file now: u/new.csv");
        assertThat(rows("id, r2_key IS NULL")).contains("2|1", "3|0");
        assertThat(user.type("run").exits(Exit.DONE).out()).contains("1 verified");
        assertThat(rows("r2_key").get(1)).isEqualTo("files/0/2/f2.csv");
    }

    @Test
    void aFullPlanNamesWhatStandsOnOneSideOnly() throws Exception {
        Files.delete(folder.resolve("media/u/f3.csv"));
        place.file("media/u/orphan.csv", "nobody names me");
        place.file("media/other/orphan.csv", "me neither");

        User.Ran plan = user.type("plan --full").exits(Exit.DONE);

        assertThat(plan.out())
                .contains("1 row without a file")
                .contains("saved[id=3] names")
                .contains("2 files without a row, 25 B")
                .contains("u/orphan.csv")
                .contains("4 batches");
        String json = user.type("plan --full --json").exits(Exit.DONE).out();
        assertThat(json).contains("\"rows_without_file\": 1").contains("\"files_without_row\": 2");
        user.type("run").exits(Exit.NEEDS_YOU);
        assertThat(user.type("plan --full").exits(Exit.DONE).out())
                .as("rows that are done still name their files")
                .contains("2 files without a row");
    }

    @Test
    void whatWasOnlyWrittenIsProvenBeforeItsRowIsTold() throws Exception {
        user.type("run --until write").exits(Exit.DONE);
        assertThat(columns()).doesNotContain("r2_key");

        assertThat(user.type("run").exits(Exit.DONE).out()).contains("6 verified");

        assertThat(rows("r2_key")).doesNotContain("null");
    }

    @Test
    void aNewRunTellsWhatAnAbandonedOneOnlyProved() throws Exception {
        user.type("run --until verify").exits(Exit.DONE);
        plan(TELL.replace("r2_key", "other_key"));
        user.type("run").exits(Exit.REFUSED);

        user.type("run --new").exits(Exit.DONE);

        assertThat(rows("other_key")).doesNotContain("null");
        user.type("rollback r2 --yes=r2").exits(Exit.DONE);
        assertThat(columns()).doesNotContain("other_key");
        assertThat(objects()).as("r1 wrote them, and no row names them").hasSize(6);
    }

    @Test
    void anObjectOfAFailedEntryStaysWhileALaterRunToldItsRow() throws Exception {
        app.execute(
                "CREATE TRIGGER no BEFORE UPDATE ON saved WHEN NEW.id = 2 BEGIN SELECT RAISE(ABORT, 'not now'); END");
        user.type("run").exits(Exit.NEEDS_YOU);
        assertThat(user.type("items --failed").out()).contains("was not told").contains("not now");
        assertThat(user.type("verify").exits(Exit.DIFFERENT).out())
                .contains("the row was not told of files/0/2/f2.csv");
        app.execute("DROP TRIGGER no");
        user.type("run").exits(Exit.DONE);
        assertThat(rows("r2_key").get(1)).isEqualTo("files/0/2/f2.csv");

        user.type("rollback r1 --failed --yes=r1");
        assertThat(objects()).contains("files/0/2/f2.csv");
        user.type("rollback r1 --yes=r1");
        assertThat(objects()).containsExactly("files/0/2/f2.csv");
        assertThat(rows("r2_key").get(1)).isEqualTo("files/0/2/f2.csv");

        user.type("rollback r2 --yes=r2").exits(Exit.DONE);
        user.type("rollback r1 --yes=r1").exits(Exit.DONE);
        assertThat(objects()).isEmpty();
        assertThat(columns()).doesNotContain("r2_key");
    }

    @Test
    void anotherDatabaseThanTheOneThatWasToldIsNotTakenBack() throws Exception {
        Files.copy(folder.resolve("app.db"), folder.resolve("clone.db"));
        user.type("run").exits(Exit.DONE);
        place.file("waybill.yaml", place.text("waybill.yaml").replace("sqlite:app.db", "sqlite:clone.db"));

        assertThat(user.type("rollback r1 --yes=r1").exits(Exit.REFUSED).all())
                .contains("its rows were told by another plan");

        assertThat(objects()).hasSize(6);
    }

    @Test
    void anObjectThatTwoRowsNameGoesAlsoWhenNobodyWasTold() throws Exception {
        app.execute("INSERT INTO saved VALUES (7, 7, 'again.csv', 'u/f1.csv')");
        plan("out:files/", "");
        user.type("run").exits(Exit.DONE);
        assertThat(objects()).hasSize(6);

        user.type("rollback r1 --yes=r1").exits(Exit.DONE);

        assertThat(objects()).isEmpty();
    }

    @Test
    void columnsAreNotAddedUnasked() throws Exception {
        plan(TELL.replace("add_columns: true", "add_columns: false"));

        assertThat(user.type("run").exits(Exit.USAGE).all())
                .contains("then sets r2_key, checksum, migration_batch_id of saved, which has no such columns")
                .contains("add_columns: true");
        assertThat(objects()).isEmpty();
    }

    @Test
    void otherTablesAreToldAfterProofToo() throws Exception {
        app.execute(
                "CREATE TABLE audit (id INTEGER PRIMARY KEY, key TEXT, size INTEGER)",
                "CREATE TABLE owners (id INTEGER PRIMARY KEY, last TEXT)",
                "INSERT INTO owners VALUES (0, NULL), (1, NULL)");
        List<String> before = app.rows("SELECT * FROM owners");
        plan("""
                then:
                  - insert: db:audit
                    only: { id: "${row.id}", key: "${target.path}", size: "${target.size}" }
                  - update: db:owners
                    when: row.id <= 2
                    set: { id: "${row.owner}", last: "${file.name}" }
            """);

        user.type("run").exits(Exit.DONE);

        assertThat(app.rows("SELECT * FROM audit WHERE id = 4")).containsExactly("4|files/0/4/f4.csv|9");
        assertThat(app.rows("SELECT * FROM owners ORDER BY id")).containsExactly("0|f2.csv", "1|f1.csv");
        user.type("rollback r1 --yes=r1").exits(Exit.DONE);
        assertThat(app.rows("SELECT * FROM audit")).isEmpty();
        assertThat(app.rows("SELECT * FROM owners")).isEqualTo(before);
        assertThat(objects()).isEmpty();
    }

    @Test
    void rowsOfAQueryNameFilesToo() throws Exception {
        place.file("waybill.yaml", """
                waybill: 1
                name: media
                stores: { db: "sqlite:app.db", media: ./media, out: ./out }
                moves:
                  - name: files
                    each: { store: db, query: "SELECT id, path, upper(name) AS title FROM saved WHERE owner = 1" }
                    key: id
                    from: media:${row.path}
                    to: out:${row.title}
                    then:
                      - update: db:saved
                        add_columns: true
                        set: { id: "${row.id}", r2_key: "${target.path}" }
                """);

        assertThat(user.type("run").exits(Exit.DONE).out()).contains("3 verified");

        assertThat(objects()).containsExactly("F1.CSV", "F3.CSV", "F5.CSV");
        assertThat(rows("r2_key")).containsExactly("F1.CSV", "null", "F3.CSV", "null", "F5.CSV", "null");
        user.type("rollback r1 --yes=r1").exits(Exit.DONE);
        assertThat(columns()).doesNotContain("r2_key");
    }

    @Test
    void aRowThatNamesAnotherFileByNowGetsItInPlaceOfTheOldOne() throws Exception {
        plan(TELL + "    exists: same_ok\n");
        user.type("run").exits(Exit.DONE);
        place.file("media/u/new.csv", "new");
        app.execute("UPDATE saved SET path = 'u/new.csv' WHERE id = 2");

        user.type("run").exits(Exit.DONE);

        assertThat(place.text("out/files/0/2/f2.csv")).isEqualTo("new");
        user.type("rollback r2 --yes=r2").exits(Exit.DONE);
        assertThat(place.text("out/files/0/2/f2.csv")).isEqualTo("content 2");
        assertThat(rows("r2_key").get(1)).isEqualTo("files/0/2/f2.csv");
    }

    @Test
    void aRowThatIsToldItsNewPathIsDoneAndNotMissingInTheNextRun() throws Exception {
        plan("""
                then:
                  - update: source
                    set: { path: "${target.path}" }
            """);
        user.type("run").exits(Exit.DONE);
        assertThat(rows("path").get(0)).isEqualTo("files/1/1/f1.csv");

        assertThat(user.type("run").exits(Exit.DONE).all()).contains("unchanged");
        user.type("rollback r1 --yes=r1").exits(Exit.DONE);
        assertThat(rows("path").get(0)).isEqualTo("u/f1.csv");
    }
}
