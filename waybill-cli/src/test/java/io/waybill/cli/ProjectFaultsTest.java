package io.waybill.cli;

import static io.waybill.cli.Studios.A;
import static io.waybill.cli.Studios.B;
import static io.waybill.cli.Studios.GONE;
import static io.waybill.cli.Studios.N1;
import static io.waybill.cli.Studios.N2;
import static io.waybill.cli.Studios.ROWS;
import static org.assertj.core.api.Assertions.assertThat;

import io.waybill.s3endpoint.Fault;
import io.waybill.s3endpoint.Operation;
import io.waybill.store.Failpoint;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What goes wrong where a script copies a project with its files: each of it by name, and that it does not go wrong here. */
class ProjectFaultsTest {
    private static final String ONE = A + "/" + N1 + "/one.bin";
    private static final String TWO = A + "/" + N2 + "/two.bin";
    private static final String LEFT = A + "/" + GONE + "/left.bin";
    private static final Map<String, String> ALL =
            new TreeMap<>(Map.of(ONE, "the first", TWO, "the second", LEFT, "left behind"));

    @TempDir
    Path folder;

    private Studios studios;
    private User user;

    @BeforeEach
    void makeStudios() throws Exception {
        studios = Studios.in(folder).withA();
        studios.plan(ROWS);
        user = studios.user;
    }

    @AfterEach
    void close() {
        Failpoint.arm(null);
        studios.close();
    }

    private Map<String, String> moved() {
        return Studios.objects(studios.to);
    }

    /** Once, when a point is reached first; nobody passes the point before it is done. */
    private static void when(String point, Runnable what) {
        AtomicBoolean done = new AtomicBoolean();
        Failpoint.arm(name -> {
            if (name.equals(point)) {
                synchronized (done) {
                    if (done.compareAndSet(false, true)) {
                        what.run();
                    }
                }
            }
        });
    }

    @Test
    void aRunThatDiedInTheSecondFileGoesOn() throws Exception {
        List<String> run = List.of("run", "--set", "limits.parallel=1");
        assertThat(DyingCommand.run(folder, studios.environment(), "s3-after-copy", 2, run))
                .isEqualTo(DyingCommand.DIED);
        assertThat(studios.rows()).isEqualTo("0 0 0");

        user.type("run").exits(Exit.DONE);

        assertThat(studios.rows()).isEqualTo("1 2 4");
        assertThat(moved()).isEqualTo(ALL);
        user.type("verify").exits(Exit.DONE);
    }

    @Test
    void rowsOfAProjectGoTogetherOrNotAtAll() throws Exception {
        studios.server.execute(
                studios.target, "ALTER TABLE comments ADD CONSTRAINT polite CHECK (words <> 'bad') NOT VALID");

        user.type("run").exits(Exit.NEEDS_YOU);
        assertThat(user.type("items --failed").out()).contains("polite");

        assertThat(studios.rows()).isEqualTo("0 0 0");
        studios.server.execute(studios.target, "ALTER TABLE comments DROP CONSTRAINT polite");
        user.type("run --failed").exits(Exit.DONE);
        assertThat(studios.rows()).isEqualTo("1 2 4");
    }

    @Test
    void namesWithGlobCharactersAreNames() throws Exception {
        Map<String, String> expected = new TreeMap<>(ALL);
        for (String name : List.of("a[1].txt", "b{x,y}.txt", "c*.txt", "d?.txt", "!e", "\\f", "**")) {
            expected.put(studios.file(A, N1, name, "content of " + name), "content of " + name);
        }

        user.type("run").exits(Exit.DONE);

        assertThat(moved()).isEqualTo(expected);
    }

    @Test
    void aStarInANameTakesNoOtherObject() throws Exception {
        studios.file(A, N1, "c*.txt", "named");
        studios.from.put(A + "/" + N1 + "/cc.txt", new byte[] {1});

        user.type("run").exits(Exit.DONE);

        assertThat(moved()).containsKey(A + "/" + N1 + "/c*.txt").doesNotContainKey(A + "/" + N1 + "/cc.txt");
    }

    @Test
    void aSameNameInASubfolderIsNotTaken() throws Exception {
        studios.from.put(A + "/" + N1 + "/deep/one.bin", new byte[] {1});

        user.type("run").exits(Exit.DONE);

        assertThat(moved()).isEqualTo(ALL);
    }

    @Test
    void nothingAtTheTargetIsDeleted() throws Exception {
        Map<String, String> theirs = new TreeMap<>();
        for (String key : List.of(A + "/" + N1 + "/theirs.bin", A + "/" + N1 + "/deep/one.bin", "other")) {
            studios.to.put(key, key.getBytes(StandardCharsets.UTF_8));
            theirs.put(key, key);
        }

        user.type("run").exits(Exit.DONE);
        assertThat(moved()).containsAllEntriesOf(theirs).containsAllEntriesOf(ALL);

        user.run("rollback", "r1", "--yes=r1").exits(Exit.DONE);
        assertThat(moved()).isEqualTo(theirs);
    }

    @Test
    void aMissingObjectWritesNoRow() throws Exception {
        studios.from.delete(TWO);

        assertThat(user.type("run").exits(Exit.REFUSED).err()).contains("and no file is there");

        assertThat(studios.rows()).isEqualTo("0 0 0");
        assertThat(moved()).isEmpty();
    }

    @Test
    void softLinksAreTakenAsRowsWithoutObjects() throws Exception {
        user.type("run").exits(Exit.DONE);

        assertThat(studios.ask("SELECT object || soft_link FROM files WHERE id LIKE '%link.bin'"))
                .isEqualTo("nowheretrue");
        assertThat(moved()).doesNotContainKey("nowhere");
    }

    @Test
    void softLinksAreLeftWhereThePlanSaysSo() throws Exception {
        studios.plan(ROWS + "follow: { files: row.project == root.uuid && !row.soft_link }\n");

        user.type("run").exits(Exit.DONE);

        assertThat(studios.ask("SELECT count(*) FROM files WHERE soft_link")).isEqualTo("0");
        assertThat(studios.rows()).isEqualTo("1 2 3");
    }

    @Test
    void aDirectoryEntryIsSaidAndTreated() throws Exception {
        String folder = A + "/" + N1 + "/out";
        studios.row(A, N1, "out", folder);
        studios.server.execute(studios.source, "UPDATE files SET directory = true WHERE id = 'out'");
        studios.from.put(folder + "/1.csv", new byte[] {1});
        studios.from.put(folder + "/deep/2.csv", new byte[] {2});
        assertThat(user.type("run").exits(Exit.REFUSED).err()).contains("files[id=out] names", "and no file is there");

        studios.plan(ROWS.replace("where: \"!row.soft_link\"", "where: \"!row.soft_link\", folder: row.directory"));
        user.type("run --new").exits(Exit.DONE);

        assertThat(moved()).hasSize(5).containsKeys(folder + "/1.csv", folder + "/deep/2.csv");
        assertThat(studios.rows()).isEqualTo("1 2 5");
    }

    @Test
    void filesOfRemovedNodesGoWithTheirProject() throws Exception {
        user.type("run").exits(Exit.DONE);

        assertThat(moved()).containsKey(LEFT);
        assertThat(studios.ask("SELECT count(*) FROM files WHERE node = '" + GONE + "'"))
                .isEqualTo("1");
    }

    @Test
    void filesOfRemovedNodesStayWhereThePlanSaysSo() throws Exception {
        studios.plan(ROWS + "follow: { files: row.project == root.uuid && row.node in root.workbench }\n");

        user.type("run").exits(Exit.DONE);

        assertThat(moved()).containsOnlyKeys(ONE, TWO);
        assertThat(studios.rows()).isEqualTo("1 2 3");
    }

    @Test
    void filesOfSeveralUsersNeedNotGetOneOwner() throws Exception {
        studios.server.execute(studios.target, "INSERT INTO users VALUES (41)");
        studios.plan(ROWS.replace("owner: 40,", "owner: \"${row.owner == 22 ? 41 : 40}\","));

        user.type("run").exits(Exit.DONE);

        assertThat(studios.ask("SELECT string_agg(DISTINCT owner::text, ' ') FROM files"))
                .isEqualTo("40 41");
        assertThat(studios.ask("SELECT owner FROM files WHERE object = '" + ONE + "'"))
                .isEqualTo("41");
    }

    @Test
    void everyTableOfTheProjectGoes() throws Exception {
        assertThat(user.type("plan").exits(Exit.DONE).out())
                .containsPattern(" comments +[1-9]\\d* +rows? +by ")
                .containsPattern(" files +[1-9]\\d* +rows? +by ");

        user.type("run").exits(Exit.DONE);

        assertThat(studios.ask("SELECT string_agg(words, ' ' ORDER BY words) FROM comments"
                        + " JOIN projects ON projects.id = project WHERE uuid = '" + A + "'"))
                .isEqualTo("bad good");
    }

    @Test
    void rowsComeAfterWhatTheyReferTo() throws Exception {
        // every foreign key is checked at once, and each row was at the target before the first that refers to it
        assertThat(studios.ask("SELECT count(*) FROM pg_constraint WHERE contype = 'f' AND condeferrable"))
                .isEqualTo("0");

        user.type("run").exits(Exit.DONE);

        assertThat(studios.ask("SELECT bool_and(p.xmin = f.xmin) FROM files f JOIN projects p ON p.uuid = f.project"))
                .as("in one transaction")
                .isEqualTo("t");
    }

    @Test
    void aSchemaThatLacksAColumnIsToldBeforeAnythingIsWritten() throws Exception {
        studios.server.execute(studios.target, "ALTER TABLE projects DROP COLUMN workbench");

        assertThat(user.type("run").all()).contains("workbench");

        assertThat(studios.rows()).isEqualTo("0 0 0");
        assertThat(moved()).isEmpty();
        studios.plan(ROWS.replace("drop: [id] }\n  comments", "drop: [id, workbench] }\n  comments"));
        user.type("run --new").exits(Exit.DONE);
        assertThat(studios.rows()).isEqualTo("1 2 4");
    }

    @Test
    void entityTagIsOfTheTarget() throws Exception {
        user.type("run").exits(Exit.DONE);

        assertThat(studios.ask("SELECT entity_tag FROM files WHERE object = '" + ONE + "'"))
                .isEqualTo(studios.to.tag(ONE).replace("\"", ""));
        assertThat(studios.ask("SELECT count(*) FROM files WHERE entity_tag = 'old tag' AND NOT soft_link"))
                .isEqualTo("0");
    }

    @Test
    void theBucketInTheRowIsThatOfTheTarget() throws Exception {
        user.type("run").exits(Exit.DONE);

        assertThat(studios.ask("SELECT string_agg(DISTINCT bucket, ' ') FROM files"))
                .isEqualTo("new-bucket");
    }

    @Test
    void theRunningUploadIsNotCopied() throws Exception {
        user.type("run").exits(Exit.DONE);

        assertThat(studios.ask("SELECT count(*) FROM files WHERE upload IS NOT NULL"))
                .isEqualTo("0");
    }

    @Test
    void anObjectThatChangesDuringTheRunGoesAsItIsThenOrNotAtAll() throws Exception {
        when("before-write", () -> {
            studios.from.put(ONE, "the first, changed".getBytes(StandardCharsets.UTF_8));
            studios.from.put(TWO, "the second, changed".getBytes(StandardCharsets.UTF_8));
        });

        user.type("run").exits(Exit.DONE);

        assertThat(moved()).isEqualTo(Studios.objects(studios.from));
        user.type("verify").exits(Exit.DONE);
    }

    @Test
    void aFileThatComesDuringTheRunIsSeen() throws Exception {
        when("before-write", () -> {
            try {
                studios.file(A, N1, "new.bin", "came during the run");
            } catch (java.sql.SQLException e) {
                throw new IllegalStateException(e);
            }
        });

        assertThat(user.type("run").exits(Exit.NEEDS_YOU).all()).contains("1 quarantined");
        assertThat(user.type("items --failed").out()).contains("new.bin", "the next run lists it");

        assertThat(studios.rows()).as("no part of it").isEqualTo("0 0 0");
        user.type("run").exits(Exit.DONE);
        assertThat(studios.rows()).isEqualTo("1 2 5");
        assertThat(moved()).containsKey(A + "/" + N1 + "/new.bin");
    }

    @Test
    void aRowThatSomebodyWritesAtTheTargetDuringTheRunIsKept() throws Exception {
        when(
                "before-write",
                () -> studios.server.execute(
                        studios.target,
                        "INSERT INTO projects (uuid, name, prj_owner, workbench) VALUES ('" + A
                                + "', 'theirs', 40, '{}')"));

        user.type("run").exits(Exit.NEEDS_YOU);

        assertThat(studios.rows()).isEqualTo("1 0 0");
        assertThat(studios.ask("SELECT name FROM projects")).isEqualTo("theirs");
    }

    @Test
    void aProjectThatIsThereAlreadyIsToldBeforeAnythingIsWritten() throws Exception {
        studios.server.execute(
                studios.target,
                "INSERT INTO projects (uuid, name, prj_owner, workbench) VALUES ('" + A + "', 'theirs', 40, '{}')");

        // its number is that which the project has at the source, too
        assertThat(user.type("run").exits(Exit.REFUSED).err())
                .contains("Nothing was written", "projects[uuid=" + A + "], which is unique, has another row");

        assertThat(studios.rows()).isEqualTo("1 0 0");
        assertThat(moved()).isEmpty();
    }

    @Test
    void theMessageNamesTheProjectThatIsInTheWay() throws Exception {
        studios.project(B, "second", 21, true, N1);
        String file = studios.file(B, N1, "three.bin", "the third");
        studios.to.put(file, new byte[] {1});
        studios.plan(ROWS.replace(
                "row.uuid == '" + A + "'", "row.uuid == '" + A + "' || row.prj_owner == 21 && row.hidden"));

        String said = user.type("run").exits(Exit.REFUSED).err();

        assertThat(said).contains("1 thing is in its way", "three.bin");
        assertThat(said.lines().filter(line -> line.contains("three.bin")))
                .singleElement()
                .asString()
                .contains("projects[id=2]")
                .doesNotContain("projects[id=1]");
    }

    @Test
    void damageOnTheWayIsFound() throws Exception {
        studios.apart().plan(ROWS);
        studios.endpoint.faults().on(Operation.PUT_OBJECT).key(TWO).then(new Fault.StoreOther(Fault.Damage.FLIPPED));

        user.type("run --set verify=read --set limits.retries=1").exits(Exit.NEEDS_YOU);

        assertThat(studios.rows()).isEqualTo("0 0 0");
        assertThat(user.type("items --failed").out()).contains("The store changed the bytes");
        studios.endpoint.faults().clear();
        user.type("run --failed --set verify=read").exits(Exit.DONE);
        assertThat(moved()).isEqualTo(ALL);
        studios.to.put(TWO, "the sec0nd".getBytes(StandardCharsets.UTF_8));
        assertThat(user.type("verify").exits(Exit.DIFFERENT).out()).contains("1 different");
    }

    @Test
    void serverSideCopyWithinOneService() throws Exception {
        user.type("run").exits(Exit.DONE);

        assertThat(studios.writes(Operation.COPY_OBJECT)).isEqualTo(3);
        assertThat(studios.writes(Operation.PUT_OBJECT)).isZero();
    }

    @Test
    void rollbackTakesWhatWasWrittenAndNothingElse() throws Exception {
        studios.to.put(ONE, "the first".getBytes(StandardCharsets.UTF_8)); // equal, and theirs
        user.type("run").exits(Exit.DONE);

        user.run("rollback", "r1", "--yes=r1").exits(Exit.DONE);

        assertThat(studios.rows()).isEqualTo("0 0 0");
        assertThat(moved()).containsOnly(Map.entry(ONE, "the first"));
    }

    @Test
    void noSecretIsPrintedOrLeftInAFile() throws Exception {
        StringBuilder said = new StringBuilder();
        for (String command : List.of("lint", "plan", "run", "verify", "status", "report", "doctor")) {
            said.append(user.type(command + " -vv --log-level trace").all());
        }

        assertThat(said).contains("verified").doesNotContain(Studios.SECRET);
        try (Stream<Path> files = Files.walk(folder)) {
            for (Path file : files.filter(Files::isRegularFile).toList()) {
                assertThat(new String(Files.readAllBytes(file), StandardCharsets.ISO_8859_1))
                        .as(file.toString())
                        .doesNotContain(Studios.SECRET);
            }
        }
    }
}
