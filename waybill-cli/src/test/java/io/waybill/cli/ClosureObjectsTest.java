package io.waybill.cli;

import static org.assertj.core.api.Assertions.assertThat;

import io.waybill.jdbc.testing.PostgresServer;
import io.waybill.value.RowCodec;
import io.waybill.value.Value;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Objects that rows of units name go first; the rows of a unit go once all its objects are proven. */
class ClosureObjectsTest {
    private static final String SCHEMA = """
            CREATE TABLE users (id int PRIMARY KEY);
            CREATE TABLE projects (id int PRIMARY KEY, name text NOT NULL, owner int REFERENCES users);
            CREATE TABLE files (key text PRIMARY KEY, project int NOT NULL REFERENCES projects, object text,
              soft boolean NOT NULL DEFAULT false, bucket text, version text, size bigint, sha text, upload text);
            """;

    private static final String OBJECTS =
            "objects: { from: \"old:${row.object}\", to: \"new:${row.object}\", of: files }\n";

    @TempDir
    Path folder;

    private final PostgresServer server = PostgresServer.shared();
    private final String source = server.newDatabase();
    private final String target = server.newDatabase();
    private Place place;
    private User user;

    @BeforeEach
    void makeProjects() throws Exception {
        server.execute(source, SCHEMA);
        server.execute(target, SCHEMA);
        server.execute(source, """
                INSERT INTO projects VALUES (1, 'one', NULL), (2, 'two', NULL), (3, 'three', NULL);
                INSERT INTO files VALUES ('1/a', 1, 'a/1'), ('1/b', 1, 'b/1'), ('2/a', 2, 'a/2'), ('3/a', 3, NULL)""");
        place = Place.in(folder);
        Files.createDirectories(folder.resolve("new"));
        place.file("old/a/1", "first").file("old/b/1", "second").file("old/a/2", "third");
        user = new User(folder);
    }

    private void plan(String rows) throws Exception {
        place.file("waybill.yaml", """
                waybill: 1
                name: house
                stores:
                  src: postgresql://postgres@127.0.0.1:%1$d/%2$s
                  dst: postgresql://postgres@127.0.0.1:%1$d/%3$s
                  old: ./old
                  new: ./new
                moves:
                  - name: project
                    rows:
                      root: src:projects
                      to: dst
                %4$s""".formatted(server.port(), source, target, rows.indent(6)));
    }

    /** The projects and the rows that name files, at the target. */
    private String rows() {
        return server.ask(
                target,
                "SELECT coalesce((SELECT string_agg(id::text, ' ' ORDER BY id) FROM projects), '') || ': '"
                        + " || coalesce((SELECT string_agg(key, ' ' ORDER BY key) FROM files), '')");
    }

    /** What stands in the bucket, each with its content. */
    private List<String> objects() throws Exception {
        Path bucket = folder.resolve("new");
        try (Stream<Path> all = Files.walk(bucket)) {
            List<String> found = new ArrayList<>();
            for (Path file : all.filter(Files::isRegularFile).sorted().toList()) {
                found.add(bucket.relativize(file) + "=" + Files.readString(file));
            }
            return found;
        }
    }

    private static final List<String> ALL = List.of("a/1=first", "a/2=third", "b/1=second");

    @Test
    void objectsGoWithTheRowsThatNameThemAndComeBackWithThem() throws Exception {
        plan(OBJECTS);

        assertThat(user.type("plan").exits(Exit.DONE).all())
                .contains("listed 3 files, 16 B", "rows of files in 2 units name 3 objects")
                .contains("rows of files name 3 objects, 16 B (move project.objects)")
                .contains("3 root rows, 7 rows with all that belongs to them");
        assertThat(user.type("run").exits(Exit.DONE).out()).contains("10 verified");

        assertThat(rows()).isEqualTo("1 2 3: 1/a 1/b 2/a 3/a");
        assertThat(objects()).isEqualTo(ALL);
        assertThat(user.type("verify").exits(Exit.DONE).out()).contains("10 same");
        assertThat(user.type("run").exits(Exit.DONE).out()).contains("r2: Done").contains("7 same");
        assertThat(user.type("plan").exits(Exit.DONE).all())
                .contains("3 objects of rows of files moved in earlier runs");
        assertThat(user.type("rollback r1 --dry-run").exits(Exit.DONE).out()).contains("deletes 10 items");
        user.run("rollback", "r1", "--yes=r1").exits(Exit.DONE);
        assertThat(rows()).isEqualTo(": ");
        assertThat(objects()).isEmpty();
    }

    @Test
    void whatIsInTheWayOfObjectsIsToldBeforeAnythingIsWritten() throws Exception {
        plan(OBJECTS);
        Files.delete(folder.resolve("old/a/1"));
        place.file("new/b/1", "SECOND").file("new/a/2", "else");

        User.Ran run = user.type("run").exits(Exit.REFUSED);

        assertThat(run.err())
                .contains("2 things are in its way. Nothing was written")
                .containsPattern("projects\\[id=1]: files\\[key=1/a] names \\S*old/a/1, and no file is there")
                .containsPattern("files\\[key=1/b] names \\S*old/b/1, and another object stands at \\S*new/b/1")
                .containsPattern("projects\\[id=2]: files\\[key=2/a] names .*another object stands at");
        assertThat(rows()).isEqualTo(": ");
        assertThat(objects()).containsExactly("a/2=else", "b/1=SECOND");
        assertThat(user.type("run --dry-run").all()).contains("and no file is there", "another object stands at");
    }

    @Test
    void anEqualObjectIsNotWrittenAgainAndStaysAtARollback() throws Exception {
        plan(OBJECTS);
        place.file("new/a/1", "first");

        assertThat(user.type("run").exits(Exit.DONE).out()).contains("9 verified", "1 same");
        user.run("rollback", "r1", "--yes=r1").exits(Exit.DONE);

        assertThat(objects()).containsExactly("a/1=first");
        assertThat(rows()).isEqualTo(": ");
    }

    @Test
    void aUnitWaitsForItsObjectAndTheOthersGoOn() throws Exception {
        plan(OBJECTS);
        user.type("plan").exits(Exit.DONE);
        Files.delete(folder.resolve("old/a/2"));

        User.Ran run = user.type("run").exits(Exit.NEEDS_YOU);

        assertThat(rows()).isEqualTo("1 3: 1/a 1/b 3/a");
        assertThat(user.type("items --failed").out())
                .contains("files[key=2/a] names", "which is not proven at", "there is no such file");
        place.file("old/a/2", "third");
        assertThat(run.out()).contains("1 failed", "1 quarantined");
        user.type("run --failed").exits(Exit.DONE);
        assertThat(rows()).isEqualTo("1 2 3: 1/a 1/b 2/a 3/a");
        assertThat(objects()).isEqualTo(ALL);
    }

    @Test
    void anObjectThatIsLostBeforeItsRowsAreWrittenKeepsThemBack() throws Exception {
        plan(OBJECTS);
        user.type("run --move project.objects").exits(Exit.DONE);
        assertThat(rows()).isEqualTo(": ");
        Files.delete(folder.resolve("new/a/1"));

        user.type("run").exits(Exit.NEEDS_YOU);

        assertThat(rows()).isEqualTo("2 3: 2/a 3/a");
        assertThat(user.type("items --failed").out()).contains("was proven and is gone since");
        user.type("run --failed").exits(Exit.DONE);
        assertThat(rows()).isEqualTo("1 2 3: 1/a 1/b 2/a 3/a");
        assertThat(objects()).isEqualTo(ALL);
    }

    @Test
    void theRowsWaitUntilTheirObjectsAreProven() throws Exception {
        plan(OBJECTS);

        assertThat(user.type("run --until write").all()).contains("wait until all their objects are proven");
        assertThat(rows()).isEqualTo(": ");
        assertThat(objects()).isEqualTo(ALL);

        user.type("run --move project").exits(Exit.DONE);
        assertThat(rows()).isEqualTo("1 2 3: 1/a 1/b 2/a 3/a");
    }

    @Test
    void rowsOfSeveralUnitsMayNameOneObject() throws Exception {
        server.execute(source, "UPDATE files SET object = 'a/1' WHERE key IN ('1/b', '2/a')");
        plan(OBJECTS);

        user.type("run").exits(Exit.DONE);

        assertThat(objects()).containsExactly("a/1=first");
        assertThat(rows()).isEqualTo("1 2 3: 1/a 1/b 2/a 3/a");
        server.execute(target, "UPDATE projects SET name = 'changed' WHERE id = 2");
        assertThat(user.type("rollback r1 --dry-run").out()).contains("stands at the target, and may name it");
        user.run("rollback", "r1", "--yes=r1").exits(Exit.NEEDS_YOU);
        assertThat(rows()).isEqualTo("2: 2/a");
        assertThat(objects()).containsExactly("a/1=first");

        server.execute(target, "UPDATE projects SET name = 'two' WHERE id = 2");
        user.run("rollback", "r1", "--yes=r1").exits(Exit.DONE);
        assertThat(rows()).isEqualTo(": ");
        assertThat(objects()).isEmpty();
    }

    @Test
    void objectsStayWhileRowsOfTheirUnitStand() throws Exception {
        plan(OBJECTS);
        user.type("run").exits(Exit.DONE);

        assertThat(user.run("rollback", "r1", "--move", "project.objects", "--yes=r1")
                        .exits(Exit.NEEDS_YOU)
                        .all())
                .contains("a row of files in its unit stands at the target");
        assertThat(user.run("rollback", "r1", "--only", "target", "--yes=r1")
                        .exits(Exit.REFUSED)
                        .err())
                .contains("files[key=1/a] names a/1");
        assertThat(objects()).isEqualTo(ALL);

        user.run("rollback", "r1", "--only", "links", "--yes=r1").exits(Exit.DONE);
        assertThat(rows()).isEqualTo(": ");
        assertThat(objects()).isEqualTo(ALL);
        user.run("rollback", "r1", "--yes=r1").exits(Exit.DONE);
        assertThat(objects()).isEmpty();
    }

    @Test
    void rowsThatNameNoObjectGoWithoutOne() throws Exception {
        server.execute(source, "UPDATE files SET soft = true, object = 'nowhere' WHERE key = '1/b'");
        plan("objects: { from: \"old:${row.object}\", to: \"new:\", of: files, where: \"!row.soft\" }\n");

        user.type("run").exits(Exit.DONE);

        assertThat(rows()).isEqualTo("1 2 3: 1/a 1/b 2/a 3/a");
        assertThat(objects()).containsExactly("a/1=first", "a/2=third");
    }

    @Test
    void theRowAtTheTargetTellsWhereItsObjectGoesAndIsToldOfIt() throws Exception {
        server.execute(source, "UPDATE files SET upload = 'u', size = 9");
        plan("""
                objects: { from: "old:${row.object}", to: "new:${row.object}", of: files }
                row:
                  files:
                    set:
                      object?: "moved/${row.object}"
                      bucket: new
                      "version?": "${target.version}"
                      "size?": "${target.size}"
                      "sha?": "${target.sha256}"
                    drop: upload
                """);

        user.type("run").exits(Exit.DONE);

        assertThat(objects()).containsExactly("moved/a/1=first", "moved/a/2=third", "moved/b/1=second");
        assertThat(server.ask(
                        target,
                        "SELECT string_agg(concat_ws(' ', key, object, bucket, version <> '', size,"
                                + " sha = encode(sha256('first'), 'hex'), upload), ',' ORDER BY key) FROM files"))
                .isEqualTo("1/a moved/a/1 new t 5 t,1/b moved/b/1 new t 6 f,2/a moved/a/2 new t 5 f,3/a new 9");
        user.type("verify").exits(Exit.DONE);
        assertThat(user.type("run").exits(Exit.DONE).out()).contains("7 same");
    }

    @Test
    void anObjectThatAnotherRunWroteIsNotReplaced() throws Exception {
        plan(OBJECTS);
        user.type("run").exits(Exit.DONE);
        place.file("old/a/1", "newer");

        User.Ran run = user.type("run").exits(Exit.REFUSED);

        assertThat(run.err()).contains("files[key=1/a] names", "another object stands at");
        assertThat(objects()).isEqualTo(ALL);
    }

    @Test
    void anObjectOfOursWhoseRowsWereNotWrittenIsReplaced() throws Exception {
        server.execute(target, "ALTER TABLE projects ADD CONSTRAINT later CHECK (id < 0)");
        plan(OBJECTS);
        user.type("run").exits(Exit.NEEDS_YOU);
        assertThat(objects()).isEqualTo(ALL);
        server.execute(target, "ALTER TABLE projects DROP CONSTRAINT later");
        place.file("old/a/1", "newer").file("old/b/1", "second, and longer");

        assertThat(user.type("plan").exits(Exit.DONE).all()).contains("kept as a before-image");
        user.type("run").exits(Exit.DONE);

        assertThat(objects()).containsExactly("a/1=newer", "a/2=third", "b/1=second, and longer");
        assertThat(rows()).isEqualTo("1 2 3: 1/a 1/b 2/a 3/a");
        user.type("verify").exits(Exit.DONE);
        user.run("rollback", "r2", "--yes=r2").exits(Exit.DONE);
        assertThat(rows()).isEqualTo(": ");
        assertThat(objects()).as("as the run found them").isEqualTo(ALL);
        user.run("rollback", "r1", "--yes=r1").exits(Exit.NEEDS_YOU);
        assertThat(objects()).as("the only copies").containsExactly("a/1=first", "b/1=second");
    }

    @Test
    void anObjectIsToldOnceTheRowsOfItsUnitStand() throws Exception {
        server.execute(target, "ALTER TABLE projects ADD CONSTRAINT later CHECK (id <> 1)");
        plan(OBJECTS);
        user.type("run").exits(Exit.NEEDS_YOU);

        assertThat(told()).containsExactly("a/1 waits_for_its_unit", "a/2 told", "b/1 waits_for_its_unit");
        assertThat(user.type("report --of batches").all()).contains("2 proven  0 told", "1 proven  1 told");

        server.execute(target, "ALTER TABLE projects DROP CONSTRAINT later");
        user.type("run --failed").exits(Exit.DONE);
        assertThat(told()).containsExactly("a/1 told", "a/2 told", "b/1 told");
    }

    @Test
    void anObjectThatWaitsForItsUnitIsNotReadAgain() throws Exception {
        server.execute(target, "ALTER TABLE projects ADD CONSTRAINT later CHECK (id <> 1)");
        plan(OBJECTS);
        user.type("run").exits(Exit.NEEDS_YOU);

        assertThat(user.type("plan").exits(Exit.DONE).all())
                .contains("3 objects of rows of files moved in earlier runs");

        server.execute(target, "ALTER TABLE projects DROP CONSTRAINT later");
        user.type("run").exits(Exit.DONE);
        assertThat(told()).containsExactly("a/1 told", "a/2 told", "b/1 told");
        assertThat(rows()).isEqualTo("1 2 3: 1/a 1/b 2/a 3/a");
    }

    /** What rows know of the objects. */
    private List<String> told() {
        Value.ListOf items = (Value.ListOf) user.type("items --move project.objects --json")
                .exits(Exit.DONE)
                .value("items");
        return items.values().stream()
                .map(item ->
                        RowCodec.text(User.field(item, "source")) + " " + RowCodec.text(User.field(item, "row_told")))
                .sorted()
                .toList();
    }

    @Test
    void anObjectOfOursThatSomebodyChangedIsInTheWay() throws Exception {
        plan(OBJECTS);
        user.type("run --move project.objects").exits(Exit.DONE);
        place.file("old/a/1", "newer").file("new/a/1", "theirs");

        assertThat(user.type("run --new").exits(Exit.REFUSED).err()).contains("another object stands at");

        assertThat(objects()).contains("a/1=theirs");
    }

    @Test
    void anObjectThatARowOfAnotherUnitNamesIsNotReplaced() throws Exception {
        server.execute(source, "UPDATE files SET object = 'a/1' WHERE key = '2/a'");
        server.execute(target, "ALTER TABLE projects ADD CONSTRAINT later CHECK (id <> 1)");
        plan(OBJECTS);
        user.type("run").exits(Exit.NEEDS_YOU);
        assertThat(rows()).isEqualTo("2 3: 2/a 3/a");
        server.execute(target, "ALTER TABLE projects DROP CONSTRAINT later");
        place.file("old/a/1", "newer").file("old/b/1", "other");

        assertThat(user.type("run --new").exits(Exit.REFUSED).err())
                .contains("files[key=1/a] names", "files[key=2/a] names", "another object stands at")
                .doesNotContain("files[key=1/b] names");

        assertThat(objects()).containsExactly("a/1=first", "b/1=second");
    }

    @Test
    void aPlanThatDoesNotFitTheTablesIsRefused() throws Exception {
        plan("objects: { from: \"old:${row.objekt}\", to: \"new:\", of: files }\n");
        assertThat(user.type("run").exits(Exit.USAGE).err()).contains("no column \"objekt\" in files");

        plan("objects: { from: \"old:${row.id}\", to: \"new:\", of: users }\n");
        assertThat(user.type("run").exits(Exit.USAGE).err()).contains("none of them belong to projects");

        plan("objects: { from: \"old:fixed\", to: \"dst:x\", of: files }\n");
        assertThat(user.type("lint").exits(Exit.USAGE).err())
                .contains("every row would name the same file", "objects go to a store of files");
        assertThat(rows()).isEqualTo(": ");
    }

    @Test
    void theRootIsSeenAsItWasReadAndAsItWillStandAtTheTarget() throws Exception {
        server.execute(source, "UPDATE files SET object = substr(object, 1, 1)");
        plan("""
                objects: { from: "old:${row.object}/${root.id}", to: "new:${root.name}/${row.object}", of: files, where: root.id < 3 }
                row: { projects: { set: { name: "${row.name} at home" } } }
                """);

        user.type("run").exits(Exit.DONE);

        assertThat(objects()).containsExactly("one at home/a=first", "one at home/b=second", "two at home/a=third");
        user.type("verify").exits(Exit.DONE);
        assertThat(user.type("run").exits(Exit.DONE).out()).contains("7 same");
        user.run("rollback", "r1", "--yes=r1").exits(Exit.DONE);
        assertThat(objects()).isEmpty();

        plan("objects: { from: \"old:${row.object}/${root.ix}\", to: \"new:\", of: files }\n");
        assertThat(user.type("plan").exits(Exit.USAGE).err()).contains("no column \"ix\" in projects");
        plan("objects: { from: \"old:${row.object}/${root.id}\", to: \"new:${row.object}/${root.ix}\", of: files }\n");
        assertThat(user.type("run").exits(Exit.REFUSED).err()).contains("ix", "Nothing was written");
        assertThat(rows()).isEqualTo(": ");
    }
}
